"""A company with four teams and a history that can be checked by hand.

Teams North and South get the CRM on 1 January 2025, East and West do not.
Indicator "Revenue": a sum, 24 months before (2023, 2024), 12 after (2025).
Every team has 1000 a month; from January 2025 North and South have 1300 each.
Noise of up to ±9, so that intervals are not empty, are the first 36 decimal digits of
four famous numbers. "Order value" is a ratio: the same money over 10 orders a month.
"""

from datetime import date

from odoo import fields
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase

from ..engine.returns import add_months

GO_LIVE = date(2025, 1, 1)
FIRST = date(2023, 1, 1)
MONTHS = 36
BASE, LIFT, ORDERS = 1000.0, 300.0, 10.0
DIGITS = {
    "North": "141592653589793238462643383279502884",  # pi
    "South": "718281828459045235360287471352662497",  # e
    "East": "414213562373095048801688724209698078",  # square root of 2
    "West": "618033988749894848204586834365638117",  # golden ratio
}


class EffectsCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls._today(date(2026, 1, 15)))
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env["res.company"].create({"name": "Trading House"})
        cls.user = cls._new_user("effects_reader", "user")
        cls.officer = cls._new_user("effects_officer", "officer")
        cls.manager = cls._new_user("effects_manager", "manager")
        cls.north, cls.south, cls.east, cls.west = cls.env["crm.team"].create(
            [
                {"name": name, "company_id": cls.company.id}
                for name in ("North", "South", "East", "West")
            ]
        )
        cls.implementation = cls.env["crm.implementation"].create(
            {
                "name": "CRM for North and South",
                "company_id": cls.company.id,
                "team_ids": (cls.north | cls.south).ids,
                "date_start": date(2024, 7, 1),
                "date_go_live": GO_LIVE,
                "horizon_months": 24,
            }
        )
        cls.revenue = cls._new_indicator("revenue", "Revenue", "sum")
        cls.order_value = cls._new_indicator("order_value", "Order value", "ratio")
        for indicator in (cls.revenue, cls.order_value):
            cls._write_history(indicator)
        cls.category = cls.env.ref("crm_effects.crm_effect_category_direct_sales")

    @classmethod
    def _today(cls, day):
        """Patch of the day that the models take for today."""
        from unittest.mock import patch

        return patch.object(
            fields.Date, "context_today", lambda record, timestamp=None: day
        )

    @classmethod
    def _new_user(cls, login, level):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,crm_effects.crm_effects_group_{level}",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def _new_indicator(cls, code, name, kind, **values):
        return cls.env["crm.indicator"].create(
            {
                "code": f"test_{code}",
                "name": name,
                "kind": kind,
                "unit": "currency",
                "measure": "manual",
                "scale": "level",
                **values,
            }
        )

    @classmethod
    def _write_history(cls, indicator, value=None, months=MONTHS):
        """One fact per team and month; ``value(team, i)`` defaults to the story."""
        value = value or cls._story
        cls.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": indicator.id,
                    "company_id": cls.company.id,
                    "granularity": "month",
                    "date": add_months(FIRST, i),
                    "team_id": team.id,
                    "numerator": value(team, i),
                    "denominator": 0 if indicator.kind == "sum" else ORDERS,
                    "record_count": ORDERS,
                }
                for team in cls.north | cls.south | cls.east | cls.west
                for i in range(months)
            ]
        )

    @classmethod
    def _story(cls, team, i):
        noise = 2 * int(DIGITS[team.name][i]) - 9
        lift = LIFT if team in cls.north | cls.south and i >= 24 else 0.0
        return BASE + noise + lift

    @classmethod
    def _new_effect(cls, **values):
        return cls.env["crm.effect"].create(
            {
                "name": "More revenue",
                "implementation_id": cls.implementation.id,
                "category_id": cls.category.id,
                "indicator_id": cls.revenue.id,
                "money_method": "margin",
                "margin_ratio": 0.25,
                **values,
            }
        )

    @classmethod
    def _new_cost(cls, amount, day, nature="actual", cost_type="licence", **values):
        return cls.env["crm.effect.cost"].create(
            {
                "implementation_id": cls.implementation.id,
                "amount": amount,
                "date": day,
                "nature": nature,
                "cost_type": cost_type,
                **values,
            }
        )
