"""The hub: dates and money that cannot be, teams that are gone, who may what."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .indicator_common import IndicatorCase


@tagged("post_install", "-at_install")
class TestImplementation(IndicatorCase):
    def _create(self, **values):
        return self.env["crm.implementation"].create(
            {"name": "CRM for all", "company_id": self.east.id, **values}
        )

    def test_form(self):
        with Form(self.env["crm.implementation"]) as form:
            form.name = "CRM"
            form.date_start = "2026-01-01"
            form.date_go_live = "2026-04-01"
            form.budget = 1000
        self.assertEqual(form.record.phase, "prepare")
        self.assertEqual(form.record.confidence, 0.8)

    def test_order_of_dates(self):
        with self._refused("go-live"):
            self._create(date_start="2026-05-01", date_go_live="2026-04-30")
        with self._refused("end of the horizon"):
            self._create(
                date_start="2026-01-01",
                date_go_live="2026-05-01",
                date_end="2026-04-30",
            )
        same = self._create(date_start="2026-05-01", date_go_live="2026-05-01")
        with self.assertRaises(ValidationError):
            same.date_start = "2026-05-02"

    def test_money_and_chances(self):
        for name, value in (
            ("budget", -1),
            ("monthly_payroll", -1),
            ("appetite", -0.01),
            ("reserve", -5),
            ("confidence", 0),
            ("confidence", 1),
            ("confidence", 80),
        ):
            with self.subTest(name), mute_logger("odoo.sql_db"):
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self._create(**{name: value})

    def test_margin_may_be_negative(self):
        self.assertEqual(self._create(monthly_margin=-10).monthly_margin, -10)

    def test_scope_survives_its_teams(self):
        self.env["crm.team.member"].create(
            {"crm_team_id": self.shop.id, "user_id": self.alice.id}
        )
        implementation = self._create(
            team_ids=[Command.set((self.shop | self.field_team).ids)],
            user_ids=[Command.link(self.bob.id)],
        )
        self.assertEqual(implementation._get_scope_users(), self.alice | self.bob)
        self.shop.active = False
        implementation.invalidate_recordset()
        self.assertIn(
            self.shop, implementation.with_context(active_test=False).team_ids
        )
        self.assertEqual(implementation.user_count, 2)
        self.field_team.unlink()
        implementation.invalidate_recordset()
        self.assertEqual(implementation.user_count, 2)

    def test_rights(self):
        seller = self._make_user(
            "Seller", "sales_team.group_sale_salesman", companies=self.east
        )
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.west
        )
        implementation = self._create(monthly_payroll=100)
        mine = implementation.with_user(seller)
        self.assertEqual(mine.name, "CRM for all")
        with self.assertRaises(AccessError):
            mine.read(["monthly_payroll"])
        with self.assertRaises(AccessError):
            mine.budget = 5
        with self.assertRaises(AccessError):
            implementation.with_user(officer).with_company(self.west).read(["name"])

    def test_states_and_copy(self):
        implementation = self._create()
        implementation.action_activate()
        self.assertEqual(implementation.state, "active")
        implementation.action_close()
        self.assertEqual(implementation.state, "closed")
        implementation.action_draft()
        self.assertEqual(implementation.state, "draft")
        self.assertEqual(implementation.copy().name, "CRM for all (copy)")
