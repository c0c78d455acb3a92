"""Money tied up in stock at the end of the month: S01.

Odoo tells the value of a product at any moment (`total_value`), replaying its moves.
For products valued at standard price the value is quantity × price of the day, which
one query reads for all products and months at once; the others are asked one by one.
Month ends are Odoo's own: midnight UTC.
"""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from . import parts
from .base import SqlIndicator
from .registry import register
from .shared import shared

NEVER = datetime.max
"""No move is later: the present."""

NOISE = 1e-9
"""Of a unit's last decimal: what a conversion adds to a whole number is no quantity."""


@register
class StockValue(SqlIndicator):
    """Value of own storable products, as Odoo's inventory valuation gives it."""

    code = "S01"
    model = "product.product"
    modules = ("stock_account",)
    family = "stock"
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

    def figure(self, env, window) -> SQL:
        """What a product `held` adds."""
        return SQL("held.value")

    def records(self, env, window):
        return parts.record(
            source=SQL("%s AS held", self.values(env, window)),
            where=SQL("TRUE"),
            id=SQL("held.product_id"),
            date=SQL("held.date"),
            numerator=self.figure(env, window),
            denominator=SQL("0"),
        )

    def ids(self, env, window, cell):
        return super().ids(env, window.only(cell.date), cell)

    def definition(self, env):
        """By name: the query names products, and more of them change no definition."""
        return self._fingerprint(self.code)

    def values(self, env, window) -> SQL:
        """FROM item of (product_id, date, value) of what is held, period by period."""
        company = env["res.company"].browse(window.company_id)
        moments = {day: self._moment(window, day) for day in window.dates}
        return shared(
            env,
            ("stock value", company.id, moments),
            lambda: self._values(env, company, moments),
        )

    def _values(self, env, company, moments) -> SQL:
        products = self._products(env, company)
        batch = products.filtered(
            lambda product: (
                product.cost_method == "standard" and not product.lot_valuated
            )
        )
        standard = PastStock(company, products, moments).values(batch)
        if batch == products:
            return standard
        replayed = list(self._replayed_rows(company, products - batch, moments))
        columns = zip(*replayed, strict=True) if replayed else [()] * 3
        return SQL(
            """%s UNION ALL
               SELECT * FROM unnest(%s::int[], %s::date[], %s::numeric[])""",
            standard,
            *map(list, columns),
        )

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

    # Average cost, first in first out, lots: Odoo's own replay ---------------

    @staticmethod
    def _replayed_rows(company, products, moments):
        seen = _as_company_user(company, products)
        for day, moment in moments.items():
            dated = seen.with_context(to_date=moment) if moment else seen
            for product in dated:
                value = product.total_value
                if not company.currency_id.is_zero(value):
                    yield product.id, day, value


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


class PastStock:
    """Quantities and values at standard price, now and back in time.

    :param products: read in the company
    :param moments: {date of the fact: last second, ``None`` for the present}
    """

    def __init__(self, company, products, moments):
        self.env = products.env
        self.company = company
        self.products = products
        self.days = sorted(moments, key=lambda day: moments[day] or NEVER)
        self.moments = [moments[day] for day in self.days]
        self.digits = self.env["decimal.precision"].precision_get("Product Unit")
        self.locations = self.env["stock.location"].search(
            [
                ("company_id", "=", company.id),
                ("usage", "in", ["internal", "transit"]),
            ]
        )

    @property
    def _periods(self) -> SQL:
        """FROM item `period` of (date, moment, number), numbered by their order."""
        return SQL(
            "unnest(%s::date[], %s::timestamp[]) WITH ORDINALITY"
            " AS period(date, moment, number)",
            self.days,
            self.moments,
        )

    # Quantities ----------------------------------------------------------------

    def quantities(self) -> SQL:
        """FROM item of (product_id, date, moment, quantity) of all products and
        moments.

        Odoo's own rule: what lies there now, less what moved in since, plus what moved
        out, each converted to the product's unit.
        """
        key = ("stock quantity", self.company.id, self.days, self.moments)
        return shared(self.env, key, self._quantities)

    def _quantities(self) -> SQL:
        return SQL(
            """
            SELECT good.id AS product_id, period.date, period.moment,
                   round(COALESCE(present.quantity, 0) - COALESCE(later.quantity, 0),
                         %(digits)s) AS quantity
              FROM unnest(%(products)s::int[]) AS good(id)
             CROSS JOIN %(periods)s
              LEFT JOIN (%(present)s) AS present ON present.product_id = good.id
              LEFT JOIN (%(later)s) AS later
                ON later.product_id = good.id AND later.number = period.number""",
            digits=self.digits,
            products=self.products.ids,
            periods=self._periods,
            present=self._present(),
            later=self._later(),
        )

    def _present(self) -> SQL:
        return SQL(
            """SELECT q.product_id, SUM(q.quantity::numeric) AS quantity
                 FROM stock_quant q
                WHERE q.location_id = ANY(%s)
                  AND (q.owner_id IS NULL OR q.owner_id = %s)
                GROUP BY q.product_id""",
            self.locations.ids,
            self.company.partner_id.id,
        )

    def _later(self) -> SQL:
        """Query of (product_id, number, quantity): what moved in less what moved out
        after each moment.

        Each way and unit is added up, converted and rounded up by itself. Sums stay
        exact until then, for a trace of noise would be rounded up to a unit. A sum
        holds for the moments back to the move before.
        """
        return SQL(
            """
            SELECT later.product_id, moment AS number,
                   SUM(later.sign * ceil(
                       CASE WHEN later.product_uom = good.uom_id THEN later.quantity
                            ELSE later.quantity * moved.factor / good.factor END
                       * %(unit)s - %(noise)s)) / %(unit)s AS quantity
              FROM (
                SELECT flow.product_id, flow.product_uom, flow.sign, flow.number,
                       SUM(flow.quantity) OVER way AS quantity,
                       COALESCE(lead(flow.number) OVER way, 0) AS before
                  FROM (%(flows)s) AS flow
                WINDOW way AS (PARTITION BY flow.product_id, flow.product_uom, flow.sign
                                   ORDER BY flow.number DESC)
              ) AS later
             CROSS JOIN generate_series(later.before + 1, later.number) AS moment
              JOIN %(goods)s ON good.id = later.product_id
              JOIN uom_uom moved ON moved.id = later.product_uom
             GROUP BY later.product_id, moment""",
            unit=10**self.digits,
            noise=NOISE,
            goods=parts.goods(),
            flows=self._flows(),
        )

    def _flows(self) -> SQL:
        """Query of what moved between one moment, by its number, and the next."""
        ends = [
            moment + timedelta(seconds=1) if moment else NEVER
            for moment in self.moments
        ]
        return SQL(
            """
            SELECT m.product_id, m.product_uom,
                   CASE WHEN m.location_dest_id = ANY(%(locations)s)
                        THEN 1 ELSE -1 END AS sign,
                   width_bucket(m.date, %(ends)s::timestamp[]) AS number,
                   SUM(m.quantity::numeric) AS quantity
              FROM stock_move m
             WHERE m.state = 'done' AND m.date >= %(first)s
               AND (m.location_dest_id = ANY(%(locations)s))
                <> (m.location_id = ANY(%(locations)s))
             GROUP BY 1, 2, 3, 4""",
            locations=self.locations.ids,
            ends=ends,
            first=ends[0],
        )

    # Values ----------------------------------------------------------------------

    def values(self, products) -> SQL:
        """Query of (product_id, date, value) of some of the products, those without
        value left out."""
        return SQL(
            """
            SELECT product_id, date, value
              FROM (
                SELECT held.product_id, held.date,
                       round(held.quantity * COALESCE(log.price, good.price)
                             / %(rounding)s) * %(rounding)s AS value
                  FROM %(quantities)s AS held
                  JOIN unnest(%(products)s::int[], %(prices)s::numeric[])
                    AS good(id, price) ON good.id = held.product_id
                  LEFT JOIN (%(log)s) AS log
                    ON log.product_id = held.product_id
                   AND held.moment >= log.since AND held.moment < log.until
              ) AS valued
             WHERE value <> 0""",
            rounding=self.company.currency_id.rounding,
            quantities=self.quantities(),
            products=products.ids,
            prices=products.mapped("standard_price"),
            log=self._price_log(),
        )

    @staticmethod
    def _price_log() -> SQL:
        """Query of (product_id, price, since, until) from Odoo's log of prices set by
        hand, the first of which holds for the time before it too.

        Read above the record rules and of all companies, as Odoo's own valuation does.
        """
        return SQL(
            """
            SELECT v.product_id, v.value::numeric AS price,
                   CASE WHEN lag(v.id) OVER log IS NULL THEN '-infinity'
                        ELSE v.date END AS since,
                   COALESCE(lead(v.date) OVER log, 'infinity') AS until
              FROM product_value v
             WHERE v.move_id IS NULL AND v.lot_id IS NULL AND v.product_id IS NOT NULL
            WINDOW log AS (PARTITION BY v.product_id ORDER BY v.date, v.id)"""
        )
