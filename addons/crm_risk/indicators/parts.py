"""Pieces of SQL that several indicators share, each written once."""

from odoo.tools import SQL


def order_rate(alias: str = "s") -> SQL:
    """Units of the order's currency for one of the company's, at the order's date.

    Odoo stores 0 where no rate was known: such an order counts at par, as in stock
    Odoo's own sales report.
    """
    rate = SQL.identifier(alias, "currency_rate")
    return SQL("CASE COALESCE(%s, 0) WHEN 0 THEN 1 ELSE %s END", rate, rate)


def order_amount(alias: str = "s") -> SQL:
    """Untaxed amount of an order in the currency of its company."""
    amount = SQL.identifier(alias, "amount_untaxed")
    return SQL("COALESCE(%s, 0) / %s", amount, order_rate(alias))


def order_warehouse(env, alias: str = "s") -> SQL:
    """The order's warehouse, nothing while stock is not installed."""
    if "warehouse_id" in env["sale.order"]._fields:
        return SQL.identifier(alias, "warehouse_id")
    return SQL("NULL::integer")


def confirmed_orders(window) -> SQL:
    """Condition on `sale_order s`: confirmed, of this company, in the window."""
    return SQL(
        "s.state = 'sale' AND s.company_id = %s AND %s",
        window.company_id,
        window.covers(SQL("s.date_order")),
    )


def orders_touched(window, since) -> SQL:
    """Days of the orders written since, whatever their state is now."""
    return SQL(
        """SELECT DISTINCT %s::date FROM sale_order s
            WHERE s.company_id = %s AND s.write_date >= %s""",
        window.local(SQL("s.date_order")),
        window.company_id,
        since,
    )


LEAD_JOINS = SQL(
    """LEFT JOIN crm_team t ON t.id = l.team_id
       LEFT JOIN res_users u ON u.id = l.user_id"""
)

LEAD_COMPANY = SQL("COALESCE(l.company_id, t.company_id, u.company_id)")
"""Odoo leaves the company of many leads empty: then it is that of the team, else of
the salesperson, else the lead is shared."""


def leads_touched(window, since, instant: SQL) -> SQL:
    """Days, by the given column, of the leads written since."""
    return SQL(
        """SELECT DISTINCT %s::date FROM crm_lead l %s
            WHERE %s AND l.write_date >= %s AND %s IS NOT NULL""",
        window.local(instant),
        LEAD_JOINS,
        window.owns(LEAD_COMPANY),
        since,
        instant,
    )
