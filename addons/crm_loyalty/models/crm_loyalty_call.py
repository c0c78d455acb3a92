from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .crm_loyalty_replenishment import TO_OFFER

SNOOZE_DAYS = (7, 14, 30)


class CrmLoyaltyCall(models.Model):
    """Whom to call today: customers later than their rhythm or with products to
    reorder, by margin at risk.

    A view on the profiles, so it is right at any hour and nothing is written for it.

    * Lateness P = 1 − e^(−r), r = days since the last order in usual intervals: how
      unlikely such a silence is for a customer who still buys at his usual pace
      (purchases at random times of that mean, a Poisson process).
    * At risk = P × margin of the last 12 months, or revenue where the margin is not
      known. Who fell silent a year ago has nothing left in it and drops out.
    """

    _name = "crm.loyalty.call"
    _description = "Call List"
    _auto = False
    _order = "at_risk desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "crm.loyalty.profile": [
            "active",
            "avg_interval",
            "last_order_date",
            "margin_12m",
            "median_interval",
            "partner_id",
            "revenue_12m",
            "segment_id",
            "stage_id",
            "strategy_id",
            "strategy_state",
        ],
        "crm.loyalty.call.log": ["hidden_until", "profile_id"],
        "crm.loyalty.replenishment": [
            "active",
            "company_id",
            "expected_amount",
            "expected_date",
            "partner_id",
            "state",
        ],
        "crm.loyalty.strategy": ["is_ending"],
        "res.company": ["loyalty_as_of", "loyalty_basis"],
        "res.partner": ["user_id"],
    }

    profile_id = fields.Many2one("crm.loyalty.profile", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    stage_id = fields.Many2one("crm.loyalty.stage", readonly=True)
    stage_color = fields.Integer("Stage Colour", related="stage_id.color")
    segment_id = fields.Many2one("crm.loyalty.segment", readonly=True)
    strategy_id = fields.Many2one("crm.loyalty.strategy", readonly=True)
    last_order_date = fields.Date("Last Order", readonly=True)
    interval = fields.Float("Usual Interval (days)", readonly=True, digits=(16, 1))
    due_date = fields.Date(
        "Expected On", readonly=True, help="Last order plus the usual interval."
    )
    overdue_days = fields.Integer("Days Late", readonly=True, aggregator="avg")
    due_products = fields.Integer(
        "Products to Reorder",
        readonly=True,
        help="Products the customer is expected to have run out of.",
    )
    due_amount = fields.Monetary(
        "Amount to Reorder",
        readonly=True,
        help="What the customer is expected to buy of these products.",
    )
    lateness = fields.Float(
        readonly=True,
        aggregator="avg",
        help="How unlikely such a silence is for a customer who still buys at his "
        "usual pace: 1 − e^(−days since the last order ÷ usual interval). Nothing "
        "while the usual interval has not passed.",
    )
    value = fields.Monetary(
        "Value, 12 Months",
        readonly=True,
        help="Margin of the last 12 months; revenue where the margin is not known.",
    )
    is_margin = fields.Boolean(readonly=True)
    at_risk = fields.Monetary(
        readonly=True,
        help="Of late customers: lateness × value of 12 months. Of others: the amount "
        "to reorder × value ÷ revenue of 12 months.",
    )
    hidden_until = fields.Date(
        readonly=True, help="Called or snoozed: not shown until that day."
    )
    why = fields.Text(compute="_compute_why")

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        margin = "margin" in self.env["sale.order"]._fields
        return SQL(
            """
            SELECT late.*,
                   ROUND(CASE WHEN late.overdue_days > 0 THEN late.lateness * late.value
                       ELSE late.due_amount * late.value / late.revenue END, 2)
                       AS at_risk
              FROM (
                SELECT p.id, p.id AS profile_id, p.partner_id, p.company_id,
                       partner.user_id, p.stage_id, p.segment_id, p.strategy_id,
                       p.last_order_date, rhythm.interval,
                       p.last_order_date + CEIL(rhythm.interval)::integer AS due_date,
                       company.today - p.last_order_date
                           - CEIL(rhythm.interval)::integer AS overdue_days,
                       CASE WHEN company.today > p.last_order_date
                               + CEIL(rhythm.interval)::integer
                           THEN ROUND((1 - EXP(-(company.today - p.last_order_date)
                               / rhythm.interval::float8))::numeric, 4)
                           ELSE 0 END AS lateness,
                       worth.is_margin, COALESCE(due.products, 0) AS due_products,
                       COALESCE(due.amount, 0) AS due_amount,
                       p.revenue_12m AS revenue,
                       CASE WHEN worth.is_margin THEN p.margin_12m
                           ELSE p.revenue_12m END AS value,
                       hidden.hidden_until
                  FROM crm_loyalty_profile p
                  JOIN res_partner partner ON partner.id = p.partner_id
                  JOIN (%(companies)s) company ON company.id = p.company_id
                  LEFT JOIN crm_loyalty_strategy strategy
                    ON strategy.id = p.strategy_id
                  LEFT JOIN (
                    SELECT log.profile_id, MAX(log.hidden_until) AS hidden_until
                      FROM crm_loyalty_call_log log
                     WHERE log.hidden_until > %(today)s
                     GROUP BY log.profile_id
                  ) hidden ON hidden.profile_id = p.id
                  LEFT JOIN (
                    SELECT r.company_id, r.partner_id, COUNT(*)::integer AS products,
                           SUM(r.expected_amount) AS amount
                      FROM crm_loyalty_replenishment r
                      JOIN (%(companies)s) company ON company.id = r.company_id
                     WHERE r.active AND r.expected_date <= company.today
                       AND r.state IN %(to_offer)s
                     GROUP BY r.company_id, r.partner_id
                  ) due ON due.partner_id = p.partner_id
                   AND due.company_id = p.company_id
                 CROSS JOIN LATERAL (SELECT COALESCE(
                    NULLIF(p.median_interval, 0), NULLIF(p.avg_interval, 0))::numeric
                    AS interval) rhythm
                 CROSS JOIN LATERAL (SELECT
                    %(margin)s AND company.loyalty_basis = 'order' AS is_margin) worth
                 WHERE p.active
                   AND (due.products > 0
                        OR p.last_order_date + CEIL(rhythm.interval)::integer
                           < company.today)
                   AND p.revenue_12m > 0
                   AND (strategy.is_ending IS NOT TRUE
                        OR p.strategy_state <> 'approved')
              ) late
             WHERE late.value > 0""",
            today=today,  # when calls were snoozed is never in the past
            companies=SQL(
                """SELECT id, loyalty_basis, LEAST(loyalty_as_of, %s::date) AS today
                     FROM res_company""",
                today,
            ),
            margin=margin,
            to_offer=TO_OFFER,
        )

    @api.depends("partner_id", "at_risk", "lateness")
    @api.depends_context("lang")
    def _compute_why(self):
        for call in self:
            call.why = " ".join(filter(None, call._explain()))

    def _explain(self):
        if self.interval:
            yield self._explain_rhythm()
        if self.due_products:
            yield self.env._(
                "Products to reorder: %(count)s, usually %(amount)s.",
                count=self.due_products,
                amount=self.currency_id.format(self.due_amount),
            )
        if self.overdue_days > 0:
            yield self._explain_lateness()
        elif self.is_margin:
            yield self.env._(
                "At the customer's margin: %(at_risk)s at risk.",
                at_risk=self.currency_id.format(self.at_risk),
            )

    def _explain_rhythm(self):
        due = format_date(self.env, self.due_date)
        interval = round(self.interval)
        if self.overdue_days <= 0:
            return self.env._(
                "Next order expected on %(due)s; usual interval in days: %(interval)s.",
                due=due,
                interval=interval,
            )
        return self.env._(
            "Expected on %(due)s, days late: %(late)s; usual interval in days: "
            "%(interval)s.",
            due=due,
            late=self.overdue_days,
            interval=interval,
        )

    def _explain_lateness(self):
        amount = self.currency_id.format
        figures = {
            "lateness": round(100 * self.lateness),
            "value": amount(self.value),
            "at_risk": amount(self.at_risk),
        }
        if self.is_margin:
            return self.env._(
                "Lateness %(lateness)s %% × margin of 12 months %(value)s = "
                "%(at_risk)s at risk.",
                **figures,
            )
        return self.env._(
            "Lateness %(lateness)s %% × revenue of 12 months %(value)s = "
            "%(at_risk)s at risk.",
            **figures,
        )

    def action_done(self):
        """Ask what came of the call."""
        self.check_access("read")
        return {
            "name": self.env._("Log the Call"),
            "type": "ir.actions.act_window",
            "res_model": "crm.loyalty.call.done",
            "view_mode": "form",
            "target": "new",
            "context": {"default_profile_ids": self.profile_id.ids},
        }

    def action_snooze(self):
        """Hide the customers for the days asked for by the button."""
        days = self.env.context.get("snooze_days")
        if days not in SNOOZE_DAYS:
            raise UserError(
                self.env._(
                    "A customer is snoozed for 7, 14 or 30 days, not %(days)s.",
                    days=days,
                )
            )
        self.check_access("read")
        until = fields.Date.context_today(self) + timedelta(days=days)
        self.env["crm.loyalty.call.log"]._hide(
            dict.fromkeys(self.profile_id, until), {"action": "snoozed"}
        )
        self.invalidate_model()

    def action_wake(self):
        """Show snoozed or called customers again."""
        self.check_access("read")
        self.env["crm.loyalty.call.log"]._wake(self.profile_id)
        self.invalidate_model()

    def action_view_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_view_profile(self):
        self.ensure_one()
        return self.profile_id._get_records_action()

    def action_new_quotation(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
