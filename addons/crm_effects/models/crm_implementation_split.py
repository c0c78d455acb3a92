"""Why revenue changed: an exact split into customers, orders and order value."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.crm_risk.indicators import parts

from ..engine import decomposition, returns
from ..indicators.prices import PRODUCT_SOURCE, SOLD_PRODUCTS

YEAR = 12


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    revenue_split = fields.Text(
        string="Why Revenue Changed",
        compute="_compute_revenue_split",
        groups="crm_effects.crm_effects_group_user",
        help="The change of the whole company's confirmed revenue, split exactly among"
        " its drivers. It tells what moved, not why: the effects do.",
    )

    price_split = fields.Text(
        string="Price, Volume, Mix",
        compute="_compute_price_split",
        groups="crm_effects.crm_effects_group_user",
        help="The same change, split exactly by products: more goods, dearer goods"
        " among them, higher prices, goods not sold before or no longer sold.",
    )

    @api.depends_context("lang")
    @api.depends("date_go_live")
    def _compute_price_split(self):
        for implementation in self:
            split = implementation._get_price_split()
            # the same opening as the split by drivers: which months, how much in all
            implementation.price_split = split and "\n".join(
                implementation._say_split(split)
            )

    def _get_price_split(self):
        """The change of revenue of `_get_driver_split` by products.

        :return: dict of labels and parts of equal length, total (their sum), before,
            after, and the months compared; ``False`` while there is nothing to compare
        """
        self.ensure_one()
        spans = self._get_split_spans()
        if not spans:
            return False
        before, after = (self._read_drivers(*span)[-1] for span in spans)
        if not before or not after:
            return False
        goods = [self._read_goods(*span) for span in spans]
        found = decomposition.price_volume_mix(*goods)
        total = after - before
        return {
            "labels": [
                self.env._("More or fewer goods"),
                self.env._("Dearer or cheaper goods among them"),
                self.env._("Prices"),
                self.env._("New products"),
                self.env._("Products no longer sold"),
                self.env._("Rewards, discounts of orders and the rest"),
            ],
            "parts": [
                found.volume,
                found.mix,
                found.price,
                found.new,
                found.dropped,
                total - found.total,
            ],
            "total": total,
            "before": before,
            "after": after,
            "spans": [[fields.Date.to_string(day) for day in span] for span in spans],
        }

    def _read_goods(self, first, last):
        """{product id: (quantity in its own unit, revenue)} of some months."""
        # sudo: sums over the company's orders leave this method, no order
        env = self.sudo().env
        window = env["crm.indicator"]._window_month(self.company_id, first, last)
        env.flush_all()
        rows = env.execute_query(
            SQL(
                """
                SELECT l.product_id, SUM(%(quantity)s), SUM(l.price_subtotal / %(rate)s)
                  FROM %(source)s
                 WHERE %(confirmed)s AND %(sold)s
                 GROUP BY 1 HAVING SUM(%(quantity)s) > 0""",
                quantity=parts.LINE_QUANTITY,
                rate=parts.order_rate(),
                source=PRODUCT_SOURCE,
                confirmed=parts.confirmed_orders(window),
                sold=SOLD_PRODUCTS,
            )
        )
        return {product: (float(sold), float(money)) for product, sold, money in rows}

    def action_split_by_products(self):
        """In a dialog of its own: it reads two years of order lines."""
        self.ensure_one()
        view = self.env.ref("crm_effects.crm_implementation_view_form_price_split")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price, volume and mix"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_open_price_split(self):
        """Products by month, under the viewer's own rights."""
        self.ensure_one()
        spans = self._get_split_spans()
        if not spans:
            raise UserError(
                self.env._(
                    "%(name)s: a whole month after the go-live is needed to compare.",
                    name=self.name,
                )
            )
        sides = [
            [
                ("date", ">=", first),
                ("date", "<", fields.Date.add(last, months=1)),
            ]
            for first, last in spans
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Products before and after: %(name)s", name=self.name),
            "res_model": "sale.report",
            "view_mode": "pivot,graph,list",
            "domain": Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "sale")
            & Domain.OR(map(Domain, sides)),
            "context": {
                "pivot_row_groupby": ["product_id"],
                "pivot_column_groupby": ["date:year"],
                "pivot_measures": ["product_uom_qty", "price_subtotal"],
            },
        }

    @api.depends_context("lang")
    @api.depends("date_go_live")
    def _compute_revenue_split(self):
        for implementation in self:
            split = implementation._get_driver_split()
            implementation.revenue_split = split and "\n".join(
                implementation._say_split(split)
            )

    def _say_split(self, split):
        spans = [
            [format_date(self.env, day, date_format="LLLL y") for day in span]
            for span in split["spans"]
        ]
        yield self.env._(
            "%(begin)s – %(end)s: %(before)s; %(from)s – %(to)s: %(after)s;"
            " change %(total)s, of which",
            begin=spans[0][0],
            end=spans[0][1],
            before=self._amount(split["before"]),
            **{"from": spans[1][0]},
            to=spans[1][1],
            after=self._amount(split["after"]),
            total=self._amount(split["total"]),
        )
        for label, part in zip(split["labels"], split["parts"], strict=True):
            yield f"{label}: {self._amount(part)}"

    def _get_driver_split(self):
        """Revenue before and after the go-live, split by its drivers (LMDI-I).

        The whole months since the go-live, at most a year, are compared with the same
        months of the year before the go-live, so that the season is the same.

        :return: dict of labels and parts of equal length, total (their sum), before,
            after, and the months compared; ``False`` while there is nothing to compare
        """
        self.ensure_one()
        spans = self._get_split_spans()
        if not spans:
            return False
        before, after = (self._read_drivers(*span) for span in spans)
        if not before[-1] or not after[-1]:
            return False
        split = decomposition.lmdi(before[:-1], after[:-1])
        return {
            "labels": [
                self.env._("Customers"),
                self.env._("Orders per customer"),
                self.env._("Order value"),
            ],
            "parts": list(split),
            "total": after[-1] - before[-1],
            "before": before[-1],
            "after": after[-1],
            "drivers_before": before[:-1],
            "drivers_after": after[:-1],
            "spans": [[fields.Date.to_string(day) for day in span] for span in spans],
        }

    def _get_split_spans(self):
        """((first, last month) before, (first, last month) after)"""
        if not self.date_go_live:
            return False
        first = self.date_go_live
        if first.day != 1:
            first = returns.add_months(first, 1)
        last = returns.add_months(fields.Date.context_today(self), -1)
        months = min(YEAR, 1 + returns.months_between(first, last))
        if months < 1:
            return False
        begin = returns.add_months(last, 1 - months)
        # whole years back, to months that lie before the go-live
        behind = 1 + returns.months_between(first, last) // YEAR
        earlier = relativedelta(years=behind)
        while last - earlier >= self.date_go_live.replace(day=1):
            earlier += relativedelta(years=1)
        return (begin - earlier, last - earlier), (begin, last)

    def _read_drivers(self, first, last):
        """[customers, orders per customer, order value, revenue] of some months."""
        # sudo: sums over the company's orders leave this method, no order
        env = self.sudo().env
        window = env["crm.indicator"]._window_month(self.company_id, first, last)
        env.flush_all()
        [(customers, orders, revenue)] = env.execute_query(
            SQL(
                """
                SELECT COUNT(DISTINCT %s), COUNT(*), COALESCE(SUM(%s), 0)
                  FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
                 WHERE %s""",
                parts.CUSTOMER,
                parts.order_amount(),
                parts.confirmed_orders(window),
            )
        )
        revenue = float(revenue)
        if not orders:
            return [0.0, 0.0, 0.0, 0.0]
        return [float(customers), orders / customers, revenue / orders, revenue]
