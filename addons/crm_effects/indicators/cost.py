"""Cost of sales, suppliers: E01, U02."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import SqlIndicator, parts, register

SALES_COST_TAG = "crm_effects.account_tag_sales_cost"
INCOME = ("income", "income_other")


@register
class CostOfSales(SqlIndicator):
    """Cost of sales and marketing by the income of the month, from the ledger.

    Which accounts these are is said by their tag.
    """

    code = "E01"
    model = "account.move.line"
    modules = ("account", "sale")

    def records(self, env, window):
        tag = env.ref(SALES_COST_TAG, raise_if_not_found=False)
        # as arrays, which are read once and not for every item
        is_cost = SQL(
            """l.account_id = ANY(ARRAY(
                   SELECT account_account_id FROM account_account_account_tag
                    WHERE account_account_tag_id = %s))""",
            tag.id if tag else 0,
        )
        is_income = SQL(
            """l.account_id = ANY(ARRAY(
                   SELECT id FROM account_account WHERE account_type IN %s))""",
            INCOME,
        )
        return parts.record(
            source=SQL("account_move_line l"),
            where=SQL(
                "l.parent_state = 'posted' AND l.company_id = %s AND %s AND (%s OR %s)",
                window.company_id,
                window.covers_day(SQL("l.date")),
                is_cost,
                is_income,
            ),
            id=SQL("l.id"),
            date=window.date_of_day(SQL("l.date")),
            numerator=SQL("CASE WHEN %s THEN l.balance ELSE 0 END", is_cost),
            denominator=SQL("CASE WHEN %s THEN -l.balance ELSE 0 END", is_income),
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT l.date FROM account_move_line l
                WHERE l.company_id = %s AND l.write_date >= %s""",
            window.company_id,
            since,
        )


@register
class SuppliersOnTime(SqlIndicator):
    """Quantity received by the day the supplier promised, by all received."""

    code = "U02"
    model = "stock.move"
    modules = ("purchase_stock",)

    def records(self, env, window):
        quantity = SQL(
            """COALESCE((SELECT SUM(ml.quantity_product_uom)
                           FROM stock_move_line ml WHERE ml.move_id = m.id), 0)"""
        )
        return parts.record(
            source=SQL(
                """stock_move m
                   JOIN purchase_order_line l ON l.id = m.purchase_line_id
                   JOIN stock_location target ON target.id = m.location_dest_id
                   LEFT JOIN stock_picking_type kind ON kind.id = m.picking_type_id"""
            ),
            where=SQL(
                """m.state = 'done' AND m.company_id = %s AND %s
                   AND target.usage = 'internal'""",
                window.company_id,
                window.covers(SQL("m.date")),
            ),
            id=SQL("m.id"),
            date=window.date_of(SQL("m.date")),
            warehouse=SQL("kind.warehouse_id"),
            numerator=SQL(
                "CASE WHEN %s::date <= %s::date THEN %s ELSE 0 END",
                window.local(SQL("m.date")),
                window.local(SQL("l.date_planned")),
                quantity,
            ),
            denominator=quantity,
        )

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT %s::date FROM stock_move m
                WHERE m.company_id = %s AND m.write_date >= %s AND m.state = 'done'""",
            window.local(SQL("m.date")),
            window.company_id,
            since,
        )
