"""The return in a second currency, by a stated rule which rates count."""

from odoo import api, fields, models
from odoo.tools.misc import format_amount

from .crm_implementation import GROUP
from .rates import Rates, require_rate

RATE_MODES = [
    ("period_end", "Rate at the end of each month"),
    ("go_live", "Rate of the go-live, constant"),
]


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    second_currency_id = fields.Many2one(
        "res.currency",
        tracking=True,
        groups=GROUP,
        help="The return is told in this currency too, for owners or lenders abroad.",
    )
    rate_mode = fields.Selection(
        RATE_MODES,
        string="Exchange Rate",
        required=True,
        default="period_end",
        tracking=True,
        groups=GROUP,
        help="At the end of each month: what was there to be exchanged; months ahead at"
        " today's rate. Of the go-live: the exchange rate neither makes nor unmakes the"
        " return.",
    )
    second_cost = fields.Monetary(
        string="Cost to Date",
        currency_field="second_currency_id",
        compute="_compute_second",
        groups=GROUP,
        help="Booked costs, and planned ones of days that have passed while nothing of"
        " their type is booked.",
    )
    second_proven = fields.Monetary(
        string="Proven Benefit",
        currency_field="second_currency_id",
        compute="_compute_second",
        groups=GROUP,
    )
    second_npv_to_date = fields.Monetary(
        string="NPV until Today",
        currency_field="second_currency_id",
        compute="_compute_second",
        groups=GROUP,
    )
    second_npv = fields.Monetary(
        string="NPV of the Whole",
        currency_field="second_currency_id",
        compute="_compute_second",
        groups=GROUP,
    )
    second_roi = fields.Float(
        string="ROI at These Rates", compute="_compute_second", groups=GROUP
    )

    @api.constrains("second_currency_id", "company_id")
    def _check_second_currency(self):
        for implementation in self:
            require_rate(implementation.second_currency_id, implementation.company_id)

    @api.depends(
        "npv", "cost_actual", "benefit_proven", "second_currency_id", "rate_mode"
    )
    def _compute_second(self):
        asked = self.filtered("second_currency_id")
        # sudo: sums of the cash flow, never the single cost
        flows = asked.sudo()._get_cashflows() if asked else {}
        for implementation in self:
            rows = flows.get(implementation._origin.id, [])
            implementation._set_second(implementation._exchange(rows))

    def _set_second(self, rows):
        past = [row for row in rows if not row["is_forecast"]]
        self.second_cost = -sum(r["amount"] for r in past if r["kind"] == "cost")
        self.second_proven = sum(
            row["amount"] for row in past if row["proof_class"] == "proven"
        )
        whole = self._evaluate(rows, "amount")
        self.second_npv = whole.npv
        self.second_roi = whole.roi or 0.0
        self.second_npv_to_date = self._evaluate(past, "amount").npv

    def _exchange(self, rows):
        """The rows of a cash flow with their amounts in the second currency."""
        if not rows:
            return []
        get_rate = Rates(self.company_id, self.second_currency_id)
        return [
            {**row, "amount": row["amount"] * get_rate(self._get_rate_day(row["date"]))}
            for row in rows
        ]

    def _get_rate_day(self, day):
        today = fields.Date.context_today(self)
        if self.rate_mode == "go_live":
            return self.date_go_live or today
        return min(fields.Date.end_of(day, "month"), today)

    def _get_second_term(self):
        """(label, NPV) for the terms of the report; no NPV without the currency."""
        modes = dict(self._fields["rate_mode"]._description_selection(self.env))
        label = self.env._(
            "NPV in %(currency)s (%(mode)s)",
            currency=self.second_currency_id.name,
            mode=modes[self.rate_mode].lower(),
        )
        amount = self.second_currency_id and format_amount(
            self.env,
            round(self.second_npv),
            self.second_currency_id,
            trailing_zeroes=False,
        )
        return label, amount
