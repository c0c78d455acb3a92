from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

FULL_RECOUNT = "loyalty_full_recount"  # context key of a run: count all customers
SCOPES = [
    ("changes", "Customers whose documents changed"),
    ("first", "All customers: first run"),
    ("month", "All customers: a new month"),
    ("settings", "All customers: settings changed"),
    ("demand", "All customers: on demand"),
]
SCORES = ("1", "2", "3", "4", "5")


class CrmLoyaltyRun(models.Model):
    """One scoring of one company's customers: what it used, found and changed."""

    _name = "crm.loyalty.run"
    _inherit = ["crm.loyalty.run.mixin"]
    _description = "Loyalty Scoring Run"

    currency_id = fields.Many2one(related="company_id.currency_id")
    date_end = fields.Datetime("Finished", readonly=True)
    user_id = fields.Many2one("res.users", string="Started By", readonly=True)
    scope = fields.Selection(
        SCOPES,
        "Counted",
        readonly=True,
        help="Whose documents were counted anew. Scores and segments are found anew "
        "for everybody in every run.",
    )
    durations = fields.Json(readonly=True)
    breakpoints = fields.Json(
        readonly=True, help="Lowest value that received each score."
    )
    customer_count = fields.Integer("Customers", readonly=True)
    fit_id = fields.Many2one(
        "crm.loyalty.fit",
        "Purchase Model",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    model_kind = fields.Selection(related="fit_id.kind", string="Model")
    model_reason = fields.Selection(related="fit_id.reason")
    model_r = fields.Float(related="fit_id.r", string="r")
    model_alpha = fields.Float(related="fit_id.alpha", string="alpha (weeks)")
    model_a = fields.Float(related="fit_id.a", string="a")
    model_b = fields.Float(related="fit_id.b", string="b")
    model_log_likelihood = fields.Float(
        related="fit_id.log_likelihood", string="Log-Likelihood"
    )
    model_explanation = fields.Text(
        related="fit_id.explanation", string="What the Model Knows"
    )
    backtest_expected = fields.Float(related="fit_id.backtest_expected")
    backtest_visits = fields.Integer(related="fit_id.backtest_visits")
    backtest_hit_rate = fields.Float(related="fit_id.backtest_hit_rate")
    backtest_error = fields.Float(related="fit_id.backtest_error")
    decile_ids = fields.One2many(related="fit_id.decile_ids")
    forecast_count = fields.Integer("Changed Forecasts", readonly=True)
    recounted_count = fields.Integer(
        "Customers Counted Anew", readonly=True, aggregator="sum"
    )
    compared = fields.Boolean(
        "Searched for Traces",
        readonly=True,
        help="Documents had changed without leaving a trace, such as a deleted order "
        "or a contact who went to another firm: all customers were compared.",
    )
    created_count = fields.Integer("New Profiles", readonly=True)
    updated_count = fields.Integer("Changed Profiles", readonly=True)
    unchanged_count = fields.Integer("Unchanged Profiles", readonly=True)
    recount_ids = fields.One2many(
        "crm.loyalty.run.difference", "run_id", "Differences of the Recount"
    )
    limits = fields.Html(compute="_compute_limits", sanitize=False)
    summary = fields.Text("Steps and Settings", compute="_compute_summary")

    @api.depends("breakpoints")
    @api.depends_context("lang")
    def _compute_limits(self):
        for run in self:
            run.limits = run._format_limits() if run.breakpoints else False

    @api.depends("parameters", "durations")
    @api.depends_context("lang")
    def _compute_summary(self):
        for run in self:
            run.summary = "\n".join(run._explain_settings())

    def _explain_settings(self):
        """Yield what the run worked with and how long its steps took."""
        used = self.parameters or {}
        if used:
            basis = dict(
                self.env["res.company"]
                ._fields["loyalty_basis"]
                ._description_selection(self.env)
            )
            yield self.env._(
                "Documents: %(basis)s; days in the time zone %(tz)s.",
                basis=basis.get(used.get("basis"), ""),
                tz=used.get("tz"),
            )
            yield (
                self.env._("Value of a customer: margin.")
                if used.get("margin")
                else self.env._("Value of a customer: revenue; margins are not known.")
            )
        for step, seconds in (self.durations or {}).items():
            yield self.env._(
                "%(step)s: %(seconds)s s", step=self._step_name(step), seconds=seconds
            )

    @api.model
    def _step_name(self, step):
        """Return a step of the scoring in words; steps of other files add theirs."""
        return {
            "changes": self.env._("Finding changed documents"),
            "facts": self.env._("Counting documents"),
            "write": self.env._("Writing facts"),
            "limits": self.env._("Finding limits of scores"),
            "insert": self.env._("Creating profiles"),
            "scores": self.env._("Scoring"),
            "segments": self.env._("Assigning segments"),
            "forecast": self.env._("Forecasting"),
            "log": self.env._("Recording the run"),
            "prospects": self.env._("Adding prospects"),
            "stages": self.env._("Moving stages and strategies"),
            "decisions": self.env._("Following decisions"),
        }.get(step, step)

    def _format_limits(self):
        """Return a table: what a customer must reach for every score."""
        rows = [
            self._format_limit_row(title, dimension, formatted)
            for title, dimension, formatted in (
                (self.env._("Last order"), "r", self._format_day),
                (self.env._("Orders"), "f", str),
                (self.env._("Revenue"), "m", self._format_money),
            )
        ]
        heads = Markup("").join(Markup("<th>%s</th>") % score for score in SCORES)
        return Markup(
            '<table class="table table-sm"><thead><tr><th>%s</th>%s<th>%s</th></tr>'
            "</thead><tbody>%s</tbody></table>%s"
        ) % (
            self.env._("Score"),
            heads,
            self.env._("Rule"),
            Markup("").join(rows),
            self._format_classes(),
        )

    def _format_limit_row(self, title, dimension, formatted):
        reached = self.breakpoints.get(dimension, {})
        cells = Markup("").join(
            Markup("<td>%s</td>")
            % (formatted(reached[score]) if score in reached else "—")
            for score in SCORES
        )
        rule = (
            self.env._("fixed limits")
            if dimension in self.breakpoints.get("fixed", ())
            else self.env._("fifths of the ranking")
        )
        return Markup("<tr><td>%s</td>%s<td>%s</td></tr>") % (title, cells, rule)

    def _format_classes(self):
        classes = self.breakpoints.get("abc")
        if not classes:
            return Markup("")
        return Markup("<p>%s</p>") % self.env._(
            "Class A from %(first)s in 12 months, class B from %(second)s.",
            first=self._format_money(classes.get("A", 0)),
            second=self._format_money(classes.get("B", 0)),
        )

    def _format_day(self, text):
        return format_date(self.env, text)

    def _format_money(self, text):
        return self.currency_id.format(float(text))

    def action_recount(self):
        """Count all customers of the current companies again, and list what differed.

        The figures are corrected; a difference means that something else wrote them.
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only sales managers may recount loyalty profiles.")
            )
        scoring = self.env["crm.loyalty.scoring"].with_context(**{FULL_RECOUNT: True})
        runs = self.browse([run.id for run in scoring._refresh(self.env.companies)])
        if len(runs) == 1:
            return runs._get_records_action()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
