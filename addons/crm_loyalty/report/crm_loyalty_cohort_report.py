from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL, format_date

from ..sql import customer_base


class CrmLoyaltyCohortReport(models.Model):
    """Customers by the month of their first purchase, followed month by month."""

    _name = "crm.loyalty.cohort.report"
    _description = "Customer Cohorts"
    _auto = False
    _order = "cohort_date desc, months_since"
    _rec_name = "cohort_date"
    _depends = customer_base.DEPENDS

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    cohort_date = fields.Date("Month of the First Purchase", readonly=True)
    months_since = fields.Integer(
        "Months Since the First Purchase", readonly=True, aggregator=None
    )
    date = fields.Date("Month", readonly=True)
    customer_count = fields.Integer(
        "Customers",
        readonly=True,
        help="Who first bought in that month; counted once, whatever the grouping.",
    )
    active_count = fields.Integer(
        "Buying Customers", readonly=True, help="Who bought in the month observed."
    )
    revenue = fields.Monetary(readonly=True)
    retention = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Buying customers over customers, each taken over all months of the "
        "group. The current month is not over yet.",
    )
    revenue_per_customer = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Revenue of a month over all customers of the cohort.",
    )

    @property
    def _table_query(self):
        return customer_base.cohorts(self.env)

    def _read_group_select(self, aggregate_spec, query):
        """Ratios are those of sums; a cohort has as many customers in every month."""

        def column(name):
            return self._field_to_sql(self._table, name, query)

        if aggregate_spec in ("retention:avg", "revenue_per_customer:avg"):
            is_share = aggregate_spec == "retention:avg"
            return SQL(
                "SUM(%s)::float / NULLIF(SUM(%s), 0)",
                column("active_count" if is_share else "revenue"),
                column("customer_count"),
            )
        if aggregate_spec == "customer_count:sum":
            # the number of a cohort, whose sizes are added once each
            cohort = SQL("(%s / %s)::numeric * 1e9", column("id"), customer_base.MONTHS)
            return SQL(
                "SUM(DISTINCT %s + %s) - SUM(DISTINCT %s)",
                cohort,
                column("customer_count"),
                cohort,
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_view_documents(self):
        """Open the documents whose sum is the revenue of the row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_revenue_report_action"
        )
        month = format_date(self.env, self.date, date_format="LLLL y")
        return {
            **action,
            "name": self.env._("Documents of %(month)s", month=month),
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("cohort_date", "=", self.cohort_date),
                ("date", ">=", self.date),
                ("date", "<", self.date + relativedelta(months=1)),
            ],
            "context": {},
            "views": [(False, "list"), (False, "pivot")],
        }
