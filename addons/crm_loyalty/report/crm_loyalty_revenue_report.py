from odoo import fields, models
from odoo.tools import SQL

from ..sql import customer_base

KINDS = [("new", "New"), ("returning", "Returning")]


class CrmLoyaltyRevenueReport(models.Model):
    """Revenue of new and of returning customers, one row per document."""

    _name = "crm.loyalty.revenue.report"
    _description = "Revenue of New and Returning Customers"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = customer_base.DEPENDS

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    segment_id = fields.Many2one("crm.loyalty.segment", readonly=True)
    date = fields.Date(readonly=True)
    first_date = fields.Date(
        "First Purchase",
        readonly=True,
        help="Of the customer, in the company or any of its branches.",
    )
    cohort_date = fields.Date("Month of the First Purchase", readonly=True)
    kind = fields.Selection(
        KINDS,
        "New or Returning",
        readonly=True,
        help="New: the customer's first purchase ever was in the same month.",
    )
    kind_year = fields.Selection(
        KINDS,
        "New or Returning in the Year",
        readonly=True,
        help="New: the customer's first purchase ever was in the same year.",
    )
    revenue = fields.Monetary(readonly=True)
    revenue_new = fields.Monetary(
        "Revenue of New Customers",
        readonly=True,
        help="Of customers whose first purchase ever was in the same month.",
    )
    new_share = fields.Float(
        "New-Customer Share",
        readonly=True,
        aggregator="avg",
        help="Revenue of new customers over all revenue. By month; group by New or "
        "Returning in the Year for years.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT document.*,
                   CASE WHEN kind = 'new' THEN revenue ELSE 0 END AS revenue_new,
                   (kind = 'new')::integer::float AS new_share
              FROM (%s) document""",
            customer_base.revenue(self.env),
        )

    def _read_group_select(self, aggregate_spec, query):
        """The share of a group is a ratio of sums, not a mean of shares."""
        if aggregate_spec == "new_share:avg":
            return SQL(
                "SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "revenue_new", query),
                self._field_to_sql(self._table, "revenue", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_open_document(self):
        """Open the order or the invoice of the row."""
        self.ensure_one()
        return (self.order_id or self.move_id)._get_records_action()
