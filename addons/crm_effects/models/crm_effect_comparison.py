"""With what an effect is compared: units, stages, events, normalisers."""

from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import parts

from ..engine import returns
from ..indicators.revenue import PRODUCT_LINES
from .crm_effect_rollout import UNITS
from .crm_indicator import FACT_COLUMNS

NORMALISERS = [
    ("none", "As measured"),
    ("workday", "Per working day"),
    ("seller", "Per active salesperson"),
    ("price", "At constant prices"),
]
BASE_MONTHS = 12
"""Prices and quantities of the year before the go-live are the base of the index."""
COMPARED = ("did", "synth")
"""Estimators that need units which were not introduced."""

PLAN = [
    f"implementation_id.rollout_ids.{name}"
    for name in ("role", "unit", "team_id", "warehouse_id", "user_id")
]


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    unit = fields.Selection(
        UNITS,
        string="Compare",
        required=True,
        default="team",
        help="Salespeople can be compared where the settings keep figures by"
        " salesperson, in groups of at least three.",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        relation="crm_effect_warehouse_rel",
        string="Introduced Warehouses",
        compute="_compute_warehouse_ids",
        store=True,
        readonly=False,
        check_company=True,
    )
    control_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        relation="crm_effect_control_warehouse_rel",
        string="Control Warehouses",
        compute="_compute_control_warehouse_ids",
        store=True,
        readonly=False,
        check_company=True,
    )
    user_ids = fields.Many2many(
        "res.users",
        relation="crm_effect_user_rel",
        string="Introduced Salespeople",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    control_user_ids = fields.Many2many(
        "res.users",
        relation="crm_effect_control_user_rel",
        string="Control Salespeople",
        compute="_compute_control_user_ids",
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    normaliser = fields.Selection(
        NORMALISERS,
        required=True,
        default="none",
        help="A month with more working days, or a larger sales force, sells more"
        " without any CRM. Sums can be compared per working day of the company's"
        " calendar, per salesperson who confirmed an order in the month, or at the"
        " prices of the year before the go-live (of the products sold in both).",
    )

    @api.depends("implementation_id", *PLAN)
    def _compute_team_ids(self):
        self._follow_plan("team_ids", "team", "treated")
        for effect in self:
            effect.team_ids = effect.team_ids or effect.implementation_id.team_ids

    @api.depends("implementation_id", *PLAN)
    def _compute_control_team_ids(self):
        self._follow_plan("control_team_ids", "team", "control")

    @api.depends("implementation_id", *PLAN)
    def _compute_warehouse_ids(self):
        self._follow_plan("warehouse_ids", "warehouse", "treated")

    @api.depends("implementation_id", *PLAN)
    def _compute_control_warehouse_ids(self):
        self._follow_plan("control_warehouse_ids", "warehouse", "control")

    @api.depends("implementation_id", *PLAN)
    def _compute_user_ids(self):
        self._follow_plan("user_ids", "user", "treated")

    @api.depends("implementation_id", *PLAN)
    def _compute_control_user_ids(self):
        self._follow_plan("control_user_ids", "user", "control")

    def _follow_plan(self, name, unit, role):
        """The roll-out plan decides where there is one for this kind of unit, else
        the effect keeps its own groups."""
        for effect in self:
            steps = effect.implementation_id.rollout_ids
            planned = any(step.unit == unit for step in steps)
            chosen = steps._get_units(unit, role) if planned else effect[name]
            effect[name] = chosen

    def _get_treated(self):
        """The introduced units; empty for the whole company."""
        return self[f"{self.unit or 'team'}_ids"]

    def _get_control(self):
        return self[f"control_{self.unit or 'team'}_ids"]

    @api.constrains(
        "team_ids",
        "control_team_ids",
        "warehouse_ids",
        "control_warehouse_ids",
        "user_ids",
        "control_user_ids",
    )
    def _check_units(self):
        for effect in self:
            both = [
                unit.display_name
                for name, _label in UNITS
                for unit in effect[f"{name}_ids"] & effect[f"control_{name}_ids"]
            ]
            if both:
                raise ValidationError(
                    self.env._(
                        "%(units)s cannot be introduced and control at the same time.",
                        units=", ".join(both),
                    )
                )

    @api.constrains("normaliser", "indicator_id", "estimator")
    def _check_normaliser(self):
        for effect in self.filtered(lambda e: e.normaliser != "none"):
            if effect.indicator_id.kind != "sum":
                raise ValidationError(
                    self.env._(
                        "%(name)s: only sums are compared per working day, per"
                        " salesperson or at constant prices, %(indicator)s is not a"
                        " sum.",
                        name=effect.name,
                        indicator=effect.indicator_id.display_name,
                    )
                )
            if effect.normaliser == "seller" and effect.estimator == "synth":
                raise ValidationError(
                    self.env._(
                        "%(name)s: a synthetic control compares single units; it cannot"
                        " be made per salesperson.",
                        name=effect.name,
                    )
                )

    # Stages ------------------------------------------------------------------------

    def _get_stages(self):
        """[(unit, go-live)] of the introduced units that have a date in the plan."""
        treated = self._get_treated()
        return [
            (step._get_unit(), step.date_go_live)
            for step in self.implementation_id.rollout_ids
            if step.role == "treated"
            and step.unit == self.unit
            and step.date_go_live
            and step._get_unit() in treated
        ]

    def _get_start(self):
        """The day from which there can be an effect."""
        if self.estimator == "staged":
            stages = self._get_stages()
            return min(day for _unit, day in stages) if stages else False
        return self.date_go_live

    def _get_dose(self, months, start):
        """Part of the whole that is introduced in each month, by the size that the
        units had before the first of them went live."""
        stages = self._get_stages()
        sums = self.indicator_id._get_unit_sums(self.company_id, self._get_treated())
        sizes = {
            unit: self._get_size(sums.get(unit.id, {}), start) for unit, _day in stages
        }
        total = sum(sizes.values())
        if not total:  # nothing to weigh by: every unit counts alike
            sizes, total = dict.fromkeys(sizes, 1.0), float(len(sizes))
        return [
            sum(sizes[unit] * _live_part(month, day) for unit, day in stages) / total
            for month in months
        ]

    def _get_size(self, sums, start):
        column = 1 if self._is_ratio() else 0
        return max(0.0, sum(row[column] for m, row in sums.items() if m < start))

    # Events ------------------------------------------------------------------------

    def _get_events(self):
        """Events with a step of their own in this effect's estimate."""
        return self.implementation_id.event_ids.filtered(self._is_own_event)

    def _is_own_event(self, event):
        indicators = event.indicator_ids
        if not event.as_step or (indicators and self.indicator_id not in indicators):
            return False
        if self.unit != "team":
            return not event.team_ids and self.estimator not in COMPARED
        ours = event._concerns(self._get_treated()) or not self._get_treated()
        if not self._get_control():
            return ours
        # what both groups had cancels in their difference
        return ours != event._concerns(self._get_control())

    # Normalisers -------------------------------------------------------------------

    def _get_scales(self, months):
        """Divisors of the figures per month: of the introduced, of the control."""
        if self.normaliser == "workday":
            days = self._get_workdays(months[0], months[-1])
            return [days] * 2
        if self.normaliser == "seller":
            return [
                self._get_sellers(units, months[0], months[-1])
                for units in (self._get_treated(), self._get_control())
            ]
        if self.normaliser == "price":
            return [
                self._get_price_index(units, months[0], months[-1])
                for units in (self._get_treated(), self._get_control())
            ]
        return [dict.fromkeys(months, 1.0)] * 2

    def _get_workdays(self, first, last):
        """{month: days worked by the company's calendar, public holidays off}"""
        calendar = self.company_id.resource_calendar_id
        end = returns.add_months(last, 1)
        unusual = calendar._get_unusual_days(
            datetime.combine(first, time.min),
            datetime.combine(end, time.min),
            self.company_id,
        )
        days = {}
        for day, is_off in unusual.items():
            month = fields.Date.to_date(day).replace(day=1)
            days[month] = days.get(month, 0.0) + (not is_off)
        return days

    def _get_sellers(self, units, first, last):
        """{month: salespeople who confirmed at least one order}"""
        # sudo: a head count leaves this method, no order and no person
        env = self.sudo().env
        window = env["crm.indicator"]._window_month(self.company_id, first, last)
        env.flush_all()
        rows = env.execute_query(
            SQL(
                """
                SELECT %s, COUNT(DISTINCT s.user_id) FROM sale_order s
                 WHERE s.state = 'sale' AND s.company_id = %s AND %s AND %s
                 GROUP BY 1""",
                window.date_of(SQL("s.date_order")),
                self.company_id.id,
                window.covers(SQL("s.date_order")),
                self._get_orders_of(units),
            )
        )
        return {month: float(count) for month, count in rows}

    @staticmethod
    def _get_orders_of(units):
        """Condition on `sale_order s`: sold by one of the units, or by anybody."""
        if not units:
            return SQL("TRUE")
        column = SQL.identifier("s", FACT_COLUMNS[units._name])
        return SQL("%s IN %s", column, tuple(units.ids))

    def _get_price_index(self, units, first, last):
        """{month: prices of the month by those of the base year}, Laspeyres: each
        product weighs by what was sold of it in the base year."""
        # sudo: an index of prices leaves this method, no order and no price
        env = self.sudo().env
        border = self._get_start().replace(day=1)
        window = env["crm.indicator"]._window_month(self.company_id, first, last)
        env.flush_all()
        rows = env.execute_query(
            SQL(
                """
                WITH sold AS (
                    SELECT l.product_id, %(month)s AS month,
                           SUM(l.price_subtotal / %(rate)s) AS amount,
                           SUM(%(quantity)s) AS quantity
                      FROM sale_order_line l
                      JOIN sale_order s ON s.id = l.order_id
                      JOIN %(goods)s ON good.id = l.product_id
                     WHERE %(confirmed)s AND %(lines)s AND %(chosen)s
                       AND l.product_uom_qty > 0
                     GROUP BY 1, 2
                ), base AS (
                    SELECT product_id, SUM(quantity) AS quantity,
                           SUM(amount) AS amount
                      FROM sold WHERE month >= %(begin)s AND month < %(border)s
                     GROUP BY 1 HAVING SUM(amount) > 0
                )
                SELECT sold.month,
                       SUM(base.quantity * sold.amount / sold.quantity)
                       / SUM(base.amount)
                  FROM sold JOIN base USING (product_id) GROUP BY 1""",
                month=window.date_of(SQL("s.date_order")),
                quantity=parts.LINE_QUANTITY,
                goods=parts.goods(),
                rate=parts.order_rate(),
                confirmed=parts.confirmed_orders(window),
                lines=PRODUCT_LINES,
                chosen=self._get_orders_of(units),
                begin=returns.add_months(border, -BASE_MONTHS),
                border=border,
            )
        )
        return {month: float(index) for month, index in rows}


def _live_part(month, day):
    """Part of a month that lies on or after a day.

    0 before the month of the go-live, 1 after it, and the days left of the month by
    its length within it.
    """
    following = returns.add_months(month, 1)
    if day >= following:
        return 0.0
    length = (following - month).days
    return min(1.0, (following - day).days / length)
