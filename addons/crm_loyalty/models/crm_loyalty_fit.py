from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..engine.purchase import PurchaseModel, SpendModel

KINDS = [("mbg_nbd", "MBG/NBD"), ("bg_nbd", "BG/NBD")]
REASONS = [
    ("repeats", "Too few customers with a repeat purchase"),
    ("history", "Too short a history"),
    ("no_answer", "The model has no answer"),
]
# Published practice: with less the parameters say more of chance than of customers.
MINIMUM_REPEATERS = 200
MINIMUM_INTERVALS = 2
# Above it customers who buy often buy otherwise than those who buy seldom.
MAXIMUM_CORRELATION = 0.3
# Wheat and Morrison: 1 is chance, above this visits keep a rhythm.
RHYTHM = 1.5
PARAMETER = (16, 6)


class CrmLoyaltyFit(models.Model):
    """A purchase model fitted to one company's customers, and how good it was."""

    _name = "crm.loyalty.fit"
    _description = "Fit of the Purchase Model"
    _order = "date desc, id desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Fitted On", required=True, readonly=True)
    kind = fields.Selection(KINDS, "Model", required=True, readonly=True)
    of_margin = fields.Boolean(
        "Values Are Margins", readonly=True, help="Else they are revenue."
    )
    reason = fields.Selection(
        REASONS, "Hidden Because", readonly=True, help="Empty: forecasts are shown."
    )
    customer_count = fields.Integer("Customers", readonly=True)
    repeater_count = fields.Integer("Customers with a Repeat", readonly=True)
    first_date = fields.Date("History Since", readonly=True)
    usual_interval = fields.Float("Usual Interval (days)", readonly=True)
    step_days = fields.Integer("Step (days)", readonly=True)

    r = fields.Float(readonly=True, digits=PARAMETER, aggregator=False)
    alpha = fields.Float(readonly=True, digits=PARAMETER, aggregator=False)
    a = fields.Float(readonly=True, digits=PARAMETER, aggregator=False)
    b = fields.Float(readonly=True, digits=PARAMETER, aggregator=False)
    log_likelihood = fields.Float(readonly=True, digits=(16, 4), aggregator=False)
    spend_p = fields.Float("p", readonly=True, digits=PARAMETER, aggregator=False)
    spend_q = fields.Float("q", readonly=True, digits=PARAMETER, aggregator=False)
    spend_v = fields.Float("v", readonly=True, digits=PARAMETER, aggregator=False)
    spend_log_likelihood = fields.Float(
        "Log-Likelihood of Values", readonly=True, digits=(16, 4), aggregator=False
    )
    spend_mean = fields.Monetary("Mean Value of a Visit", readonly=True)
    correlation = fields.Float(
        "Correlation of Frequency and Value",
        readonly=True,
        digits=(16, 3),
        aggregator=False,
    )
    regularity = fields.Float(
        "Regularity of the Customer Base",
        readonly=True,
        digits=(16, 2),
        aggregator=False,
        help="1: visits come at random; above 1.5: they keep a rhythm.",
    )

    backtest_date = fields.Date("Held Out Since", readonly=True)
    backtest_expected = fields.Float("Visits Expected", readonly=True, digits=(16, 1))
    backtest_visits = fields.Integer("Visits Made", readonly=True)
    backtest_dates = fields.Integer(
        "Dates Forecast", readonly=True, help="By the usual interval of a customer."
    )
    backtest_hit_rate = fields.Float(
        "Dates Met",
        readonly=True,
        aggregator="avg",
        help="Share of the dates with a visit within a fifth of the interval.",
    )
    backtest_error = fields.Float(
        "Error (days)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Mean of the days between forecast and visit, where one came.",
    )
    decile_ids = fields.One2many("crm.loyalty.fit.decile", "fit_id", "Calibration")
    explanation = fields.Text(compute="_compute_explanation")

    @api.depends("reason", "correlation", "regularity", "backtest_date")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for fit in self:
            fit.explanation = "\n".join(fit._explain())

    def action_view_calibration(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_fit_decile_action"
        )
        return {**action, "domain": [("fit_id", "=", self.id)]}

    def _explain(self):
        """Yield what the model knows and how far to trust it, in words."""
        if self.reason:
            yield self._explain_reason()
        else:
            yield self.env._(
                "%(model)s fitted on %(date)s. Customers: %(customers)s, of them with "
                "a repeat purchase: %(repeaters)s, since %(since)s.",
                model=dict(KINDS)[self.kind],
                date=format_date(self.env, self.date),
                customers=self.customer_count,
                repeaters=self.repeater_count,
                since=format_date(self.env, self.first_date),
            )
        yield from self._explain_warnings()
        if self.backtest_date:
            yield from self._explain_backtest()

    def _explain_reason(self):
        """Return why forecasts are hidden."""
        if self.reason == "repeats":
            return self.env._(
                "Forecasts are hidden: customers with a repeat purchase in the last "
                "three years: %(found)s; a model needs %(needed)s. The usual interval "
                "of a customer still gives the date of the next order.",
                found=self.repeater_count,
                needed=MINIMUM_REPEATERS,
            )
        if self.reason == "history":
            return self.env._(
                "Forecasts are hidden: orders are on record since %(since)s only; a "
                "model needs %(needed)s usual intervals of %(days)s days.",
                since=format_date(self.env, self.first_date),
                needed=MINIMUM_INTERVALS,
                days=round(self.usual_interval),
            )
        return self.env._(
            "Forecasts are hidden: the model has no answer for these purchases."
        )

    def _explain_warnings(self):
        if self.regularity > RHYTHM:
            yield self.env._(
                "Customers order with a rhythm (regularity %(k)s): the date of the "
                "next order says more than the probability of being active.",
                k=self._number(self.regularity, 2),
            )
        if self.correlation >= MAXIMUM_CORRELATION:
            yield self.env._(
                "Who orders more often also orders for more (correlation "
                "%(correlation)s): expected values are less sure than they look.",
                correlation=self._number(self.correlation, 2),
            )

    def _explain_backtest(self):
        if self.decile_ids:
            yield self.env._(
                "Held out since %(since)s: visits expected %(expected)s, "
                "made %(made)s.",
                since=format_date(self.env, self.backtest_date),
                expected=self._number(self.backtest_expected, 0),
                made=self.backtest_visits,
            )
        if self.backtest_dates:
            yield self.env._(
                "Dates forecast by the usual interval: %(dates)s, met within a fifth "
                "of it: %(share)s %%, mean error in days: %(error)s.",
                dates=self.backtest_dates,
                share=self._number(100 * self.backtest_hit_rate, 0),
                error=self._number(self.backtest_error, 1),
            )

    def _number(self, value, digits):
        return formatLang(self.env, value, digits=digits)

    def _is_current(self, day, kind, of_margin):
        """Return whether the fit still serves on a day: for a week."""
        return (
            bool(self)
            and not self.reason
            and (day - self.date).days in range(7)
            and (self.kind, self.of_margin) == (kind, of_margin)
        )

    def _purchase_model(self):
        return PurchaseModel(
            r=self.r,
            alpha=self.alpha,
            a=self.a,
            b=self.b,
            entry=int(self.kind == "mbg_nbd"),
        )

    def _spend_model(self):
        """Return the model of values, ``None`` where all values are the same."""
        if not self.spend_p:
            return None
        return SpendModel(
            p=self.spend_p,
            q=self.spend_q,
            v=self.spend_v,
            mean_value=self.spend_mean,
        )

    @api.autovacuum
    def _gc_old_fits(self):
        """Forget fits that no run tells of any more."""
        self.search([("date", "<", "-24m")], limit=10_000).unlink()
