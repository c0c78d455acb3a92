"""The headline as it stood month by month: the forecast of the payback over time."""

from odoo import api, fields, models

from odoo.addons.crm_risk.models import nightly

from .crm_implementation import GROUP

KINDS = [("month", "Month"), ("review", "Review")]
COPIED = (
    "npv",
    "npv_to_date",
    "roi",
    "cost_actual",
    "benefit_proven",
    "benefit_probable",
    "benefit_hoped",
    "payback_date",
    "payback_months",
    "npv_p10",
    "npv_p50",
    "npv_p90",
    "probability_payback",
    "payback_p10",
    "payback_p50",
    "payback_p90",
)


class CrmEffectSnapshot(models.Model):
    _name = "crm.effect.snapshot"
    _description = "Snapshot of the Return"
    _order = "date desc, id desc"

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="month")
    date = fields.Date(required=True, help="First day of the month, or the review.")
    npv = fields.Monetary(string="NPV", aggregator="avg")
    npv_to_date = fields.Monetary(string="NPV to Date", aggregator=None)
    npv_p10 = fields.Monetary(string="NPV P10", aggregator=None)
    npv_p50 = fields.Monetary(string="NPV P50", aggregator=None)
    npv_p90 = fields.Monetary(string="NPV P90", aggregator=None)
    roi = fields.Float(string="ROI", aggregator="avg")
    cost_actual = fields.Monetary(string="Cost so Far", aggregator=None)
    benefit_proven = fields.Monetary(aggregator=None)
    benefit_probable = fields.Monetary(aggregator=None)
    benefit_hoped = fields.Monetary(aggregator=None)
    payback_date = fields.Date(string="Pays Back")
    payback_months = fields.Float(
        string="Payback in Months", aggregator="avg", help="From the first cost on."
    )
    payback_p10 = fields.Date()
    payback_p50 = fields.Date()
    payback_p90 = fields.Date()
    probability_payback = fields.Float(
        string="Chance of Payback", digits=0, aggregator="avg"
    )

    _month_unique = models.UniqueIndex(
        "(implementation_id, date) WHERE kind = 'month'",
        "The month of the implementation has a snapshot already.",
    )

    @api.depends("implementation_id.name", "date")
    def _compute_display_name(self):
        for snapshot in self:
            name = snapshot.implementation_id.name
            snapshot.display_name = f"{name} · {snapshot.date}"


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    snapshot_ids = fields.One2many(
        "crm.effect.snapshot", "implementation_id", groups=GROUP
    )
    payback_chart = fields.Json(compute="_compute_payback_chart", groups=GROUP)

    @api.model
    def _cron_snapshot(self):
        """Nightly: simulate what changed and keep the headline of the month.

        The row of the running month follows the figures until the month is over. A
        killed run is taken up by the next one: every step can be repeated.
        """
        running = self.search([("state", "!=", "closed")])
        steps = ("_take_snapshot", "_remind_of_costs")
        nightly.each(self.env, "crm_effects.ir_cron_snapshot", running, *steps)

    def _take_snapshot(self, kind="month"):
        """Keep the headline of today; nothing without any amount."""
        self.ensure_one()
        if not self._get_return_inputs()[self.id]["costs"] and not self.effect_ids:
            return self.env["crm.effect.snapshot"]
        self._refresh_simulation()
        self._refresh_scorecard()
        self._refresh_office()
        today = fields.Date.context_today(self)
        values = {name: self[name] for name in COPIED}
        # sudo: snapshots are results; nobody has the right to type them
        snapshots = self.env["crm.effect.snapshot"].sudo()
        day = today.replace(day=1) if kind == "month" else today
        key = {"implementation_id": self.id, "date": day, "kind": kind}
        if kind == "month":
            known = snapshots.search([(name, "=", key[name]) for name in key])
            if known:
                known.write(values)
                return known
        return snapshots.create({**key, **values})

    def _refresh_simulation(self):
        """A new run if there is none of today's figures."""
        inputs = self._get_return_inputs()[self.id]
        empty = not (inputs["costs"] or inputs["streams"])
        if not empty and (not self.return_simulation_id or self.is_simulation_stale):
            self.env["crm.effect.simulation"]._run(self)

    @api.depends_context("lang")
    @api.depends("snapshot_ids.payback_p50")
    def _compute_payback_chart(self):
        for implementation in self:
            implementation.payback_chart = implementation._prepare_payback_chart()

    def _prepare_payback_chart(self):
        """Forecast payback dates, month by month, as days since the epoch."""
        months = self.snapshot_ids.filtered(lambda one: one.kind == "month")
        months = months.sorted("date")
        if not any(months.mapped("payback_p50")):
            return False
        marks = {
            "payback_p10": self.env._("early (P10)"),
            "payback_p50": self.env._("middle (P50)"),
            "payback_p90": self.env._("late (P90)"),
        }
        return {
            "type": "line",
            "labels": [month.date.isoformat() for month in months],
            "label_kind": "month",
            "value_kind": "date",
            "datasets": [
                {
                    "label": label,
                    "data": [day and day.isoformat() for day in months.mapped(name)],
                }
                for name, label in marks.items()
            ],
        }

    def action_open_snapshots(self):
        return self._open_own("crm_effects.crm_effect_snapshot_action")
