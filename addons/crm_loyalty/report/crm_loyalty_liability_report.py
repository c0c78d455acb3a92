from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import liability

# Room for the months of a programme in the number of a row: till the year 2803.
MONTHS = 10_000


class CrmLoyaltyLiabilityReport(models.Model):
    """Points of a programme at the end of each month, and what they are worth.

    Figures of a month add up over programmes; what is outstanding at the end of a
    month does not add up over months.
    """

    _name = "crm.loyalty.liability.report"
    _description = "Points Liability by Month"
    _auto = False
    _order = "date desc, program_id"
    _rec_name = "program_id"
    _depends = {
        "loyalty.history": [
            *("card_id", "program_id", "date", "move_type", "issued", "used"),
            "currency_amount",
        ],
        "loyalty.program": [
            *("program_type", "applies_on", "company_id", "currency_id"),
            *("point_value", "expected_redemption"),
        ],
    }

    date = fields.Date("First Day", readonly=True)
    month_name = fields.Char("Month", compute="_compute_month_name")
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    point_value = fields.Monetary(readonly=True, aggregator=None)
    expected_redemption = fields.Float(
        "Expected Redemption (%)", readonly=True, aggregator=None
    )
    amount = fields.Monetary(
        "Sales with Points", readonly=True, help="Purchases that earned points, net."
    )
    points_issued = fields.Float("Issued", readonly=True, help="Net of returns.")
    points_redeemed = fields.Float(
        "Redeemed", readonly=True, help="Net of points given back."
    )
    points_expired = fields.Float("Expired", readonly=True)
    points_outstanding = fields.Float(
        "Outstanding", readonly=True, help="At the end of the month."
    )
    liability_change = fields.Monetary("Change of Liability", readonly=True)
    liability = fields.Monetary(
        readonly=True,
        help="Points outstanding at the end of the month, times the value of a point, "
        "times the share expected to be redeemed.",
    )
    breakage = fields.Monetary(
        "Expired, in Money", readonly=True, help="At the value of a point."
    )
    total_amount = fields.Monetary(readonly=True, aggregator=None)
    total_issued = fields.Float(readonly=True, aggregator=None)
    total_redeemed = fields.Float(readonly=True, aggregator=None)
    total_expired = fields.Float(readonly=True, aggregator=None)
    redemption_rate = fields.Float(
        compute="_compute_rates", help="Redeemed of all issued so far."
    )
    breakage_rate = fields.Float(
        compute="_compute_rates", help="Expired of all issued so far."
    )
    deferred_total = fields.Monetary(
        "Price of the Points",
        compute="_compute_entry",
        help="Part of the sales so far that belongs to the points, by relative "
        "stand-alone prices (IFRS 15).",
    )
    contract_liability = fields.Monetary(
        compute="_compute_entry",
        help="What of it is not revenue yet, as the points are not redeemed.",
    )
    entry_amount = fields.Monetary("Proposed Entry", compute="_compute_entry")
    entry_debit = fields.Char("Debit", compute="_compute_entry")
    entry_credit = fields.Char("Credit", compute="_compute_entry")
    entry_note = fields.Text(compute="_compute_entry")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH movement AS (%(movements)s),
            monthly AS (
                SELECT program_id, month, SUM(amount) AS amount,
                       SUM(issued) AS issued, SUM(redeemed) AS redeemed,
                       SUM(expired) AS expired, SUM(change) AS change
                  FROM movement GROUP BY 1, 2
            ),
            spread AS (
                SELECT program_id, GENERATE_SERIES(MIN(month),
                           DATE_TRUNC('month', NOW()), '1 month')::date AS month
                  FROM monthly GROUP BY program_id
            )
            SELECT program.id * %(months)s + (EXTRACT(year FROM spread.month)::integer
                       - 1970) * 12 + EXTRACT(month FROM spread.month)::integer AS id,
                   spread.month AS date, program.id AS program_id,
                   program.company_id, program.currency_id,
                   program.point_value, program.expected_redemption,
                   COALESCE(monthly.amount, 0) AS amount,
                   COALESCE(monthly.issued, 0) AS points_issued,
                   COALESCE(monthly.redeemed, 0) AS points_redeemed,
                   COALESCE(monthly.expired, 0) AS points_expired,
                   COALESCE(monthly.expired, 0) * %(value)s AS breakage,
                   COALESCE(monthly.change, 0) * %(expected)s AS liability_change,
                   SUM(monthly.change) OVER past AS points_outstanding,
                   SUM(monthly.change) OVER past * %(expected)s AS liability,
                   SUM(monthly.amount) OVER past AS total_amount,
                   SUM(monthly.issued) OVER past AS total_issued,
                   SUM(monthly.redeemed) OVER past AS total_redeemed,
                   SUM(monthly.expired) OVER past AS total_expired
              FROM spread
              JOIN loyalty_program program ON program.id = spread.program_id
              LEFT JOIN monthly ON monthly.program_id = spread.program_id
               AND monthly.month = spread.month
            WINDOW past AS (PARTITION BY program.id ORDER BY spread.month)""",
            movements=self._sql_movements(),
            months=MONTHS,
            value=SQL("COALESCE(program.point_value, 0)"),
            expected=SQL(
                """COALESCE(program.point_value, 0)
                   * COALESCE(program.expected_redemption, 100) / 100"""
            ),
        )

    @api.model
    def _sql_movements(self):
        """A reversal takes back points that were earned, or gives back points that
        were redeemed; a correction by hand counts as issued."""
        return SQL(
            """
            SELECT history.program_id,
                   DATE_TRUNC('month', history.date)::date AS month,
                   COALESCE(history.currency_amount, 0) AS amount,
                   CASE WHEN history.move_type IN ('redeem', 'expire', 'transfer')
                        THEN 0
                        WHEN history.move_type = 'adjust' THEN history.points
                        WHEN history.move_type = 'reverse' THEN -history.used
                        ELSE history.issued END AS issued,
                   CASE WHEN history.move_type = 'redeem' THEN history.used
                        WHEN history.move_type = 'reverse' THEN -history.issued
                        WHEN history.move_type IS NULL THEN history.used
                        WHEN history.move_type = 'opening' THEN history.used
                        ELSE 0 END AS redeemed,
                   CASE WHEN history.move_type = 'expire' THEN history.used
                        ELSE 0 END AS expired,
                   history.points AS change
              FROM loyalty_history history
              JOIN loyalty_program counted ON counted.id = history.program_id
             WHERE counted.applies_on = 'both'
                OR counted.program_type IN ('loyalty', 'ewallet')"""
        )

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for row in self:
            row.month_name = format_date(self.env, row.date, date_format="LLLL yyyy")

    @api.depends("total_issued", "total_redeemed", "total_expired")
    def _compute_rates(self):
        for row in self:
            found = row._position()
            row.redemption_rate = found.redemption_rate or 0
            row.breakage_rate = found.breakage_rate or 0

    @api.depends("total_amount", "total_issued", "total_redeemed", "liability_change")
    @api.depends_context("lang")
    def _compute_entry(self):
        for row in self:
            now = row._contract_liability(
                row.total_amount, row.total_issued, row.total_redeemed
            )
            before = row._contract_liability(
                row.total_amount - row.amount,
                row.total_issued - row.points_issued,
                row.total_redeemed - row.points_redeemed,
            )
            by_price = row.total_amount > 0
            change = now[1] - before[1] if by_price else row.liability_change
            row.deferred_total, row.contract_liability = now
            row.entry_amount = abs(change)
            row.entry_debit, row.entry_credit = row._entry_sides(change)
            row.entry_note = row._explain_entry(by_price)

    def _position(self):
        return liability.position(
            max(self.total_issued, 0),
            max(self.total_redeemed, 0),
            max(self.total_expired, 0),
            self.point_value,
            self.expected_redemption / 100,
        )

    def _contract_liability(self, amount, issued, redeemed):
        """Return the price of the points so far, and what of it is not revenue yet."""
        issued, redeemed = max(issued, 0), max(redeemed, 0)
        share = self.expected_redemption / 100
        split = liability.allocate(max(amount, 0), issued, self.point_value, share)
        earned = liability.recognised(split.points, redeemed, issued * share)
        return split.points, split.points - earned

    def _entry_sides(self, change):
        company = (self.company_id or self.env.company).sudo()  # names of accounts only
        revenue = company.loyalty_revenue_account_id.display_name or self.env._(
            "Revenue"
        )
        debt = company.loyalty_liability_account_id.display_name or self.env._(
            "Contract liabilities: loyalty points"
        )
        return (revenue, debt) if change >= 0 else (debt, revenue)

    def _explain_entry(self, by_price):
        if by_price:
            return self.env._(
                "%(month)s: change of the contract liability by relative stand-alone "
                "prices, IFRS 15 B39–B43. Proposed only: nothing is posted.",
                month=self.month_name,
            )
        return self.env._(
            "%(month)s: change of the points outstanding at their value and expected "
            "redemption; no sales are recorded with the points. Proposed only: nothing "
            "is posted.",
            month=self.month_name,
        )

    def action_view_movements(self):
        """Open the movements of points behind the month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.loyalty_history_action"
        )
        return {
            **action,
            "domain": [
                ("program_id", "=", self.program_id.id),
                ("date", ">=", self.date),
                ("date", "<=", fields.Date.end_of(self.date, "month")),
            ],
            "context": {},
        }
