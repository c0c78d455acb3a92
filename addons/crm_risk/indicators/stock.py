"""Money tied up in stock at the end of the month: S01.

Odoo tells the value of a product at any moment (`total_value`), replaying its moves.
For products valued at standard price the value is quantity × price of the day, which
is read for all products and months at once; the others are asked one by one. Month
ends are Odoo's own: midnight UTC.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .base import RowsIndicator
from .registry import register


@register
class StockValue(RowsIndicator):
    """Value of own storable products, as Odoo's inventory valuation gives it."""

    code = "S01"
    model = "product.product"
    modules = ("stock_account",)
    reach_months = 1200  # a move of the past is in every later month's stock
    rolling_lag_days = 0

    def touched(self, env, window, since):
        return SQL(
            """SELECT DISTINCT m.date::date FROM stock_move m
                WHERE m.company_id = %(company)s AND m.write_date >= %(since)s
                  AND m.state = 'done' AND (m.is_in OR m.is_out OR m.is_dropship)
                UNION
               SELECT DISTINCT v.date::date FROM product_value v
                WHERE v.write_date >= %(since)s""",
            company=window.company_id,
            since=since,
        )

    def rows(self, env, window):
        company = env["res.company"].browse(window.company_id)
        products = self._products(env, company)
        moments = {day: self._moment(window, day) for day in window.dates}
        batch = products.filtered(
            lambda product: (
                product.cost_method == "standard" and not product.lot_valuated
            )
        )
        yield from self._standard_rows(company, batch, moments)
        yield from self._replayed_rows(company, products - batch, moments)

    @staticmethod
    def _moment(window, day):
        """Last second of the fact's period, ``None`` for the present."""
        if window.is_month:
            day += relativedelta(months=1, days=-1)
        moment = datetime.combine(day, time(23, 59, 59))
        return moment if moment < window.now else None

    @staticmethod
    def _products(env, company):
        """Products the company can hold; archived ones may still lie in stock."""
        return (
            env["product.product"]
            .with_company(company)
            .with_context(active_test=False)
            .search(
                [
                    ("is_storable", "=", True),
                    ("company_id", "in", [company.id, False]),
                ]
            )
        )

    # Standard price: all at once ---------------------------------------------

    def _standard_rows(self, company, products, moments):
        history = _Quantities(company, products, moments.values())
        prices = _Prices(products)
        for day, moment in moments.items():
            for product in products:
                quantity = history.at(product, moment)
                if product.uom_id.is_zero(quantity):
                    continue
                value = prices.at(product, moment) * quantity
                yield product.id, day, company.currency_id.round(value), 0.0

    # Average cost, first in first out, lots: Odoo's own replay ---------------

    @staticmethod
    def _replayed_rows(company, products, moments):
        seen = _as_company_user(company, products)
        for day, moment in moments.items():
            dated = seen.with_context(to_date=moment) if moment else seen
            for product in dated:
                value = product.total_value
                if not company.currency_id.is_zero(value):
                    yield product.id, day, value, 0.0


def _as_company_user(company, products):
    """The products as somebody sees them who works in this company only.

    Odoo leaves it to record rules to keep other companies' quantities out of the
    valuation, and the superuser of a job is above the rules. So a real user of the
    company is borrowed; a company without one has no stock to speak of.
    """
    users = products.env["res.users"].search(
        [
            ("company_ids", "in", company.id),
            ("all_group_ids", "in", products.env.ref("stock.group_stock_user").id),
        ],
        limit=1,
    )
    if users:
        products = products.with_user(users)
    return products.with_context(allowed_company_ids=company.ids, active_test=False)


class _Quantities:
    """Quantities in the company's valued locations, now and back in time.

    Moves are added up by month when all moments are month ends, else by day.
    """

    def __init__(self, company, products, moments):
        self.env = products.env
        self.company = company
        self.now = self._read_now(products)
        past = [moment for moment in moments if moment]
        month_ends = all((day + timedelta(days=1)).day == 1 for day in past)
        unit = "month" if month_ends else "day"
        self.later = self._read_moves(products, unit) if past else {}

    def at(self, product, moment):
        """Quantity now less what moved after the moment, as Odoo reckons it."""
        quantity = self.now.get(product.id, 0.0)
        if not moment:
            return quantity
        for (unit, sign), moves in self.later.get(product.id, {}).items():
            moved = float(sum(amount for day, amount in moves if day > moment.date()))
            quantity -= sign * unit._compute_quantity(moved, product.uom_id)
        return product.uom_id.round(quantity)

    def _locations(self):
        return self.env["stock.location"].search(
            [
                ("company_id", "=", self.company.id),
                ("usage", "in", ["internal", "transit"]),
            ]
        )

    def _read_now(self, products):
        owners = [False, self.company.partner_id.id]
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", products.ids),
                ("location_id", "in", self._locations().ids),
                ("owner_id", "in", owners),
            ],
            ["product_id"],
            ["quantity:sum"],
        )
        return {product.id: quantity for product, quantity in groups}

    def _read_moves(self, products, period):
        """{product id: {(unit, +1 in or -1 out): [(day, quantity)]}}.

        Quantities stay exact until the end, as in Odoo's own sum by SQL: converting
        between units rounds up, and a trace of binary noise would become a unit.
        """
        found = defaultdict(lambda: defaultdict(list))
        if not products:
            return found
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH valued AS (
                    SELECT id FROM stock_location WHERE id IN %s
                )
                SELECT m.product_id, m.product_uom,
                       CASE WHEN m.location_dest_id IN (SELECT id FROM valued)
                            THEN 1 ELSE -1 END,
                       date_trunc(%s, m.date)::date, SUM(m.quantity)::text
                  FROM stock_move m
                 WHERE m.state = 'done' AND m.product_id = ANY(%s)
                   AND (m.location_dest_id IN (SELECT id FROM valued))
                    <> (m.location_id IN (SELECT id FROM valued))
                 GROUP BY 1, 2, 3, 4""",
                tuple(self._locations().ids or [0]),
                period,
                products.ids,
            )
        )
        units = self.env["uom.uom"]
        for product_id, unit_id, sign, day, quantity in rows:
            key = (units.browse(unit_id), sign)
            found[product_id][key].append((day, Decimal(quantity or 0)))
        return found


class _Prices:
    """Standard prices, now and back in time, from Odoo's log of manual changes."""

    def __init__(self, products):
        self.log = defaultdict(list)
        if not products:
            return
        rows = products.env["product.value"].search_read(
            [
                ("product_id", "in", products.ids),
                ("move_id", "=", False),
                ("lot_id", "=", False),
            ],
            ["product_id", "date", "value"],
            order="date, id",
            load="",
        )
        for row in rows:
            self.log[row["product_id"]].append((row["date"], row["value"]))

    def at(self, product, moment):
        """Price of the day; before the first entry, the first; no log, today's."""
        log = self.log[product.id]
        if not moment or not log:
            return product.standard_price
        past = [value for date, value in log if date <= moment]
        return past[-1] if past else log[0][1]
