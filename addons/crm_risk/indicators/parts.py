"""Pieces of SQL that several indicators share, each written once."""

from datetime import timedelta

from odoo.tools import SQL

NO_ID = SQL("NULL::integer")
SUPERUSER = 1


def record(
    *,
    source: SQL,
    where: SQL,
    id: SQL,
    date: SQL,
    numerator: SQL,
    denominator: SQL = SQL("1"),  # noqa: B008
    team: SQL = NO_ID,
    warehouse: SQL = NO_ID,
    user: SQL = NO_ID,
) -> SQL:
    """Query of the columns of `base.SqlIndicator.records`."""
    return SQL(
        """
        SELECT %(id)s AS id, %(date)s AS date, %(team)s AS team_id,
               %(warehouse)s AS warehouse_id, %(user)s AS user_id,
               %(numerator)s AS numerator, %(denominator)s AS denominator
          FROM %(source)s
         WHERE %(where)s""",
        id=id,
        date=date,
        team=team,
        warehouse=warehouse,
        user=user,
        numerator=numerator,
        denominator=denominator,
        source=source,
        where=where,
    )


def flag(condition: SQL) -> SQL:
    """1 where the condition holds, else 0: unknown is not held."""
    return SQL("CASE WHEN %s THEN 1 ELSE 0 END", condition)


HOUR, DAY = 3600, 86400


def elapsed(interval: SQL, seconds: int) -> SQL:
    """Length of an interval in units of so many seconds."""
    return SQL("(EXTRACT(EPOCH FROM %s) / %s.0)::numeric", interval, seconds)


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


def orders_touched(window, since, instant: SQL = SQL("s.date_order")) -> SQL:  # noqa: B008
    """Days, by the given column, of the orders written since, whatever their state is
    now, and the days from which orders were moved away."""
    return SQL(
        """SELECT DISTINCT %(day)s::date FROM sale_order s
            WHERE s.company_id = %(company)s AND s.write_date >= %(since)s
            UNION %(moved)s""",
        day=window.local(instant),
        company=window.company_id,
        since=since,
        moved=moved_away(window, since, "sale.order"),
    )


def moved_away(window, since, model: str) -> SQL:
    """Days that records of the model left: `write_date` tells where they are now, not
    where they were counted (models/crm_indicator_departure)."""
    return SQL(
        """SELECT DISTINCT %s::date FROM crm_indicator_departure moved
            WHERE moved.res_model = %s AND moved.left_at >= %s AND %s""",
        window.local(SQL("moved.moment")),
        model,
        since,
        window.owns(SQL("moved.company_id")),
    )


LEAD_JOINS = SQL(
    """LEFT JOIN crm_team t ON t.id = l.team_id
       LEFT JOIN res_users u ON u.id = l.user_id"""
)

LEAD_COMPANY = SQL("COALESCE(l.company_id, t.company_id, u.company_id)")
"""Odoo leaves the company of many leads empty: then it is that of the team, else of
the salesperson, else the lead is shared."""


def leads_touched(window, since, instant: SQL) -> SQL:
    """Days, by the given column, of the leads written since, and the days on which
    leads were closed that have been reopened, closed anew or deleted."""
    return SQL(
        """SELECT DISTINCT %s::date FROM crm_lead l %s
            WHERE %s AND l.write_date >= %s AND %s IS NOT NULL
            UNION %s""",
        window.local(instant),
        LEAD_JOINS,
        window.owns(LEAD_COMPANY),
        since,
        instant,
        moved_away(window, since, "crm.lead"),
    )


# Products -------------------------------------------------------------------------


def goods(condition: SQL = SQL("TRUE")) -> SQL:  # noqa: B008
    """FROM item `good` of (id, uom_id, factor): products with the unit they are kept
    in, those of a condition on `product_template t`.

    OFFSET makes PostgreSQL put the few products together first, instead of joining
    the three tables to millions of lines one after the other.
    """
    return SQL(
        """(SELECT p.id, t.uom_id, unit.factor
              FROM product_product p
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom unit ON unit.id = t.uom_id
             WHERE %s OFFSET 0) AS good""",
        condition,
    )


LINE_QUANTITY = SQL(
    """CASE WHEN l.product_uom_id = good.uom_id THEN l.product_uom_qty
            ELSE l.product_uom_qty
                 * (SELECT factor FROM uom_uom WHERE id = l.product_uom_id)
                 / good.factor END"""
)
"""Quantity of the order line `l` in the unit of its product `good`."""


# People ---------------------------------------------------------------------------

LAST_SEEN = SQL(
    """GREATEST(
           (SELECT MAX(g.create_date) FROM res_users_log g WHERE g.create_uid = u.id),
           (SELECT MAX(d.last_activity) FROM res_device_log d WHERE d.user_id = u.id),
           (SELECT MAX(o.last_presence) FROM mail_presence o WHERE o.user_id = u.id))"""
)
"""When the user `u` was last seen; empty if never. Odoo keeps the last login only, and
a long session shows in the other two."""

USER_TEAM = SQL(
    """(SELECT tm.crm_team_id FROM crm_team_member tm
         WHERE tm.user_id = u.id AND tm.active
         ORDER BY tm.create_date, tm.id LIMIT 1)"""
)
"""The sales team of the user `u`: the first, as Odoo shows it on the user."""


def employees(window) -> SQL:
    """Condition on `res_users u`: an enabled internal user of this company."""
    return SQL(
        "u.active AND NOT u.share AND u.id <> %s AND u.company_id = %s",
        SUPERUSER,
        window.company_id,
    )


def group_members(env, *xmlids) -> list[int]:
    """Ids of those who are in one of the groups, by themselves or by another group.

    In Odoo 19 the table of groups and users knows the former only.
    """
    groups = env["res.groups"].browse(
        [group.id for name in xmlids if (group := env.ref(name, False))]
    )
    # sudo: who belongs to a group; only the users' numbers go on, into SQL
    return sorted(groups.sudo().all_user_ids.ids)


def is_seller(env) -> SQL:
    """Condition on `u`: a sales user, leaders included."""
    return SQL("u.id = ANY(%s)", group_members(env, "sales_team.group_sale_salesman"))


# Customers ------------------------------------------------------------------------

CUSTOMER = SQL("COALESCE(p.commercial_partner_id, p.id)")
"""The company behind the contact person: people order, companies are customers."""


def ago(window, days: int):
    """Naive UTC instant so many days before the measurement."""
    return window.now - timedelta(days=days)
