"""Who sees which figures.

========  =====================================  ================================
who       group                                  sees
========  =====================================  ================================
seller    salesperson (reporter)                 indicators with their latest
                                                 company-wide figure, no facts
officer   risk officer of east                   facts of east, persons masked
manager   risk manager of both companies         everything
========  =====================================  ================================
"""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .indicator_common import IndicatorCase


@tagged("post_install", "-at_install")
class TestIndicatorRights(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._make_user(
            "Seller", "sales_team.group_sale_salesman", companies=cls.east
        )
        cls.officer = cls._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=cls.east
        )
        cls.manager = cls._make_user("Manager", "crm_risk.crm_risk_group_manager")
        cls.revenue = cls._indicator("R01")
        partner = cls._make_partner("Buyer")
        cls.now = fields.Datetime.now()
        for company, user, amount in (
            (cls.east, cls.alice, 100),
            (cls.east, cls.bob, 200),
            (cls.west, cls.alice, 400),
        ):
            cls._make_order(
                company,
                partner,
                amount,
                cls.now - timedelta(days=3),
                user_id=user.id,
            )
        for company in (cls.east, cls.west):
            cls._measure(cls.revenue, company)

    def _as(self, user, model="crm.indicator.fact"):
        companies = user.company_ids.ids
        return (
            self.env[model].with_user(user).with_context(allowed_company_ids=companies)
        )

    def _domain(self):
        return [("indicator_id", "=", self.revenue.id), ("granularity", "=", "month")]

    def test_salespeople_see_the_sum_only(self):
        with self.assertRaises(AccessError):
            self._as(self.seller).search(self._domain())
        revenue = self._as(self.seller, "crm.indicator").browse(self.revenue.id)
        self.assertEqual(revenue.last_value, 300)
        with self.assertRaises(AccessError):
            revenue.action_refresh()
        with self.assertRaises(AccessError):
            revenue.action_refresh_all()
        with self.assertRaises(AccessError):
            revenue.target = 5

    def test_companies_are_apart(self):
        facts = self._as(self.officer).search(self._domain())
        self.assertEqual(facts.company_id, self.east)
        self.assertEqual(sum(facts.mapped("numerator")), 300)
        everywhere = self._as(self.manager).search(self._domain())
        self.assertEqual(everywhere.company_id, self.east | self.west)

    def test_officers_measure_without_owning_the_records(self):
        self.assertFalse(
            self.officer.has_group("sales_team.group_sale_salesman_all_leads")
        )
        revenue = self._as(self.officer, "crm.indicator").browse(self.revenue.id)
        revenue.action_refresh()
        self.assertEqual(revenue.last_value, 300)

    def test_drill_down_keeps_the_viewers_rights(self):
        fact = self._as(self.officer).search(
            [*self._domain(), ("company_id", "=", self.east.id)], limit=1
        )
        own = self._make_user(
            "Narrow",
            "crm_risk.crm_risk_group_officer",
            "sales_team.group_sale_salesman",
            companies=self.east,
        )
        action = self._as(own).browse(fact.id).action_open_records()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertIn("visible to you 0", action["name"])
        orders = self._as(own, "sale.order").search(action["domain"])
        self.assertFalse(orders, "only own orders open")
        wide = self._make_user(
            "Wide",
            "crm_risk.crm_risk_group_officer",
            "sales_team.group_sale_salesman_all_leads",
            companies=self.east,
        )
        action = self._as(wide).browse(fact.id).action_open_records()
        orders = self._as(wide, "sale.order").search(action["domain"])
        self.assertEqual(len(orders), fact.record_count)
        self.assertEqual(sum(orders.mapped("amount_untaxed")), fact.numerator)
        self.assertIn(f"records {fact.record_count}", action["name"])

    def test_typed_figures_have_no_records(self):
        typed = self.env["crm.indicator"].create({"code": "HAND", "name": "By hand"})
        fact = self.env["crm.indicator.fact"].create(
            {"indicator_id": typed.id, "date": "2026-01-01", "numerator": 1}
        )
        with self.assertRaises(UserError):
            fact.action_open_records()

    # Persons ------------------------------------------------------------------------

    def _name_persons(self, *more):
        for user in more:
            self._make_order(
                self.east,
                self._make_partner("Buyer"),
                50,
                self.now - timedelta(days=3),
                user_id=user.id,
            )
        self.east.crm_indicator_person_level = True
        self._measure(self.revenue, self.east)

    def test_nobody_is_named_by_default(self):
        self.assertFalse(self._facts(self.revenue, self.east).user_id)
        self._name_persons()
        facts = self._facts(self.revenue, self.east)
        self.assertEqual(facts.user_id, self.alice | self.bob)
        self.assertEqual(sum(facts.mapped("numerator")), 300)
        self.east.crm_indicator_person_level = False
        self.assertFalse(self._facts(self.revenue, self.east), "forgotten at once")
        self._measure(self.revenue, self.east)
        self.assertFalse(self._facts(self.revenue, self.east).user_id)

    def test_figures_of_few_are_masked(self):
        self._name_persons()
        domain = [*self._domain(), ("company_id", "=", self.east.id)]
        for aggregate in ("value:avg", "numerator:sum", "record_count:sum"):
            [group] = self._as(self.officer).formatted_read_group(
                domain, [], [aggregate]
            )
            self.assertIs(group[aggregate], False, aggregate)
        [group] = self._as(self.manager).formatted_read_group(domain, [], ["value:avg"])
        self.assertEqual(group["value:avg"], 300)

    def test_figures_of_three_are_shown_but_no_row(self):
        self._name_persons(self.carol)
        domain = [*self._domain(), ("company_id", "=", self.east.id)]
        facts = self._as(self.officer)
        [group] = facts.formatted_read_group(domain, [], ["value:avg"])
        self.assertEqual(group["value:avg"], 350)
        self.env.invalidate_all()
        rows = facts.search_read(domain, ["numerator", "value", "record_count"])
        self.assertEqual({row["numerator"] for row in rows}, {0.0})
        self.assertEqual({row["value"] for row in rows}, {0.0})
        self.assertFalse(facts.search([*domain, ("numerator", ">", 10)]))
        with self.assertRaises(AccessError):
            facts.search([*domain, ("user_id", "=", self.alice.id)])
        with self.assertRaises(AccessError):
            facts.formatted_read_group(domain, ["user_id"], ["value:avg"])
        self.env.invalidate_all()
        rows = self._as(self.manager).search_read(domain, ["numerator", "user_id"])
        self.assertEqual(sorted(row["numerator"] for row in rows), [50, 100, 200])
