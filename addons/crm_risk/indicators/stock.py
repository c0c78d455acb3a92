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

from odoo.tools import SQL, float_round

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
        """Last second of the fact's period, ``None`` for the present: also in the hours
        in which the company's day still lasts, but that of UTC has ended."""
        if window.is_month:
            day += relativedelta(months=1, days=-1)
        moment = datetime.combine(day, time(23, 59, 59))
        return moment if day < window.today and moment < window.now else None

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

    @staticmethod
    def _standard_rows(company, products, moments):
        quantities = _Quantities(company, products, moments.values())
        prices = _Prices(products)
        rounding = company.currency_id.rounding
        days = sorted(moments, reverse=True)
        latest_first = [moments[day] for day in days]
        for product in products:
            past = zip(
                days,
                quantities.of(product, latest_first),
                prices.of(product, latest_first),
                strict=True,
            )
            for day, quantity, price in past:
                value = float_round(quantity * price, precision_rounding=rounding)
                if value:
                    yield product.id, day, value, 0.0

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

    Odoo's own rule: what lies there now, less what moved in since, plus what moved
    out, each converted to the product's unit and rounded up. Sums stay exact until
    then, for a trace of binary noise would be rounded up to a unit.
    """

    def __init__(self, company, products, moments):
        self.env = products.env
        self.company = company
        self.locations = self.env["stock.location"].search(
            [
                ("company_id", "=", company.id),
                ("usage", "in", ["internal", "transit"]),
            ]
        )
        self.digits = self.env["decimal.precision"].precision_get("Product Unit")
        self.now = self._read_now(products)
        self.later = self._read_moves(products, moments)

    def of(self, product, moments):
        """Quantities at the moments, latest first; ``None`` is the present."""
        flows = [_Flow(*flow) for flow in self.later.get(product.id, ())]
        for moment in moments:
            quantity = self.now.get(product.id, 0.0)
            if moment:
                quantity -= sum(flow.since(moment, product.uom_id) for flow in flows)
            yield float_round(quantity, precision_digits=self.digits)

    def _read_now(self, products):
        owners = [False, self.company.partner_id.id]
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", products.ids),
                ("location_id", "in", self.locations.ids),
                ("owner_id", "in", owners),
            ],
            ["product_id"],
            ["quantity:sum"],
        )
        return {product.id: quantity for product, quantity in groups}

    def _read_moves(self, products, moments):
        """{product id: [(unit, +1 in or −1 out, [(day, quantity)] latest first)]}.

        By month, named by its first day, when all moments are month ends.
        """
        past = [moment for moment in moments if moment]
        if not products or not past:
            return {}
        month_ends = all((day + timedelta(days=1)).day == 1 for day in past)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, product_uom, sign,
                       array_agg(day ORDER BY day DESC),
                       array_agg(quantity::text ORDER BY day DESC)
                  FROM (
                    SELECT m.product_id, m.product_uom,
                           CASE WHEN m.location_dest_id = ANY(%(locations)s)
                                THEN 1 ELSE -1 END AS sign,
                           date_trunc(%(period)s, m.date)::date AS day,
                           SUM(m.quantity) AS quantity
                      FROM stock_move m
                     WHERE m.state = 'done' AND m.date > %(first)s
                       AND m.product_id = ANY(%(products)s)
                       AND (m.location_dest_id = ANY(%(locations)s))
                        <> (m.location_id = ANY(%(locations)s))
                     GROUP BY 1, 2, 3, 4) AS moved
                 GROUP BY 1, 2, 3""",
                locations=self.locations.ids,
                period="month" if month_ends else "day",
                first=min(past),
                products=products.ids,
            )
        )
        units = self.env["uom.uom"]
        found = defaultdict(list)
        for product_id, unit_id, sign, days, amounts in rows:
            flow = (units.browse(unit_id), sign, list(zip(days, amounts, strict=True)))
            found[product_id].append(flow)
        return found


class _Flow:
    """What moved one way in one unit, added up from the present backwards."""

    def __init__(self, unit, sign, moves):
        self.unit = unit
        self.sign = sign
        self.moves = iter(moves)
        self.next = next(self.moves, None)
        self.total = Decimal(0)
        self.converted = 0.0

    def since(self, moment, product_unit):
        """Signed quantity after the moment; moments must come latest first."""
        day = moment.date()
        moved = False
        while self.next and self.next[0] > day:
            self.total += Decimal(self.next[1])
            self.next = next(self.moves, None)
            moved = True
        if moved:
            total = float(self.total)
            self.converted = self.unit._compute_quantity(total, product_unit)
        return self.sign * self.converted


class _Prices:
    """Standard prices, now and back in time, from Odoo's log of manual changes.

    Read above the record rules and of all companies, as Odoo's own valuation does.
    """

    def __init__(self, products):
        self.log = defaultdict(list)
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

    def of(self, product, moments):
        """Prices of the moments; before the first entry, the first; no log, today's."""
        log = self.log[product.id]
        for moment in moments:
            if not moment or not log:
                yield product.standard_price
            else:
                past = [value for date, value in log if date <= moment]
                yield past[-1] if past else log[0][1]
