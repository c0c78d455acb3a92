"""Data audit: faults, index, cost, the records behind, the trend.

Customers of company A (all of them companies, created now unless said):

==========  =====================  ==========================================
North       mail@north.example     two contacts with north's own address
South       mail@north.example     the same address: one duplicate
West        no e-mail at all       VAT as East: one duplicate
East        mail@east.example
==========  =====================  ==========================================
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .preparation_common import PreparationCase


@tagged("post_install", "-at_install")
class TestDataAudit(PreparationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls._customer("North", email="mail@north.example")
        cls.contacts = cls.env["res.partner"].create(
            [
                {
                    "name": f"Contact {number}",
                    "parent_id": cls.north.id,
                    "email": "Mail@North.example",
                }
                for number in range(2)
            ]
        )
        cls.south = cls._customer("South", email="mail@north.example")
        cls.west = cls._customer("West", vat="XX 12-34567")
        cls.east = cls._customer("East", email="mail@east.example", vat="xx1234567")

    def _audit(self, **values):
        audit = self._new("crm.data.audit", hourly_rate=60, **values)
        audit.action_measure()
        return audit

    def _line(self, audit, name):
        rule = self.env.ref(f"crm_risk.audit_rule_{name}")
        return audit.line_ids.filtered(lambda line: line.rule_id == rule)

    def _opened(self, line, user=None):
        action = line.action_open_records()
        partners = self.env[action["res_model"]].with_user(user or self.officer)
        return partners.search(action["domain"])

    def test_duplicates_across_customers(self):
        """Four contacts under one address, two customers: one duplicate; both open."""
        audit = self._audit()
        self.assertEqual(audit.customer_count, 4)
        line = self._line(audit, "email")
        self.assertEqual((line.numerator, line.denominator), (1, 4))
        self.assertEqual(self._opened(line), self.north | self.contacts | self.south)

    def test_merged_duplicate_is_gone(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.north | self.south).ids, self.north)
        line = self._line(self._audit(), "email")
        self.assertEqual((line.numerator, line.denominator), (0, 3))
        self.assertFalse(self._opened(line))

    def test_tax_ids_are_compared_without_dashes(self):
        line = self._line(self._audit(), "vat")
        self.assertEqual(line.numerator, 1)
        self.assertEqual(self._opened(line), self.west | self.east)

    def test_gaps(self):
        """West has no e-mail; two of four have no tax ID; nobody has a telephone."""
        audit = self._audit()
        self.assertEqual(self._line(audit, "no_email").numerator, 1)
        self.assertEqual(self._opened(self._line(audit, "no_email")), self.west)
        self.assertEqual(self._line(audit, "no_vat").numerator, 2)
        self.assertEqual(self._line(audit, "no_phone").numerator, 4)

    def test_an_address_of_a_contact_fills_the_customer(self):
        self.env["res.partner"].create(
            {"name": "Wilma", "parent_id": self.west.id, "email": "w@west.example"}
        )
        self.assertEqual(self._line(self._audit(), "no_email").numerator, 0)

    def test_persons_need_no_tax_id(self):
        self._customer("Person", is_company=False)
        line = self._line(self._audit(), "no_vat")
        self.assertEqual((line.numerator, line.denominator), (2, 4))

    def test_index_by_hand(self):
        """uniqueness 2 of 4 (South, East); completeness: six fields of four customers,
        missing 1 e-mail + 4 telephones + 4 countries + 4 cities + 4 salespeople + 2 tax
        IDs = 19 of 24; nothing stale, nothing invalid:
        100 · (.3 · .5 + .3 · 5/24 + .2 + .2) = 61.25."""
        audit = self._audit()
        self.assertAlmostEqual(audit.uniqueness, 0.5)
        self.assertAlmostEqual(audit.completeness, 5 / 24)
        self.assertAlmostEqual(audit.freshness, 1)
        self.assertAlmostEqual(audit.validity, 1)
        self.assertAlmostEqual(audit.index, 61.25, places=1)

    def test_repair_cost(self):
        """4 gaps × 3 minutes × 60 an hour = 12."""
        line = self._line(self._audit(), "no_phone")
        self.assertAlmostEqual(line.cost, 12)

    def test_shared_telephone_is_listed_but_not_counted(self):
        for partner in self.north | self.west:
            partner.write({"phone": "+32 2 290 34 90", "country_id": False})
        audit = self._audit()
        self.assertEqual(self._line(audit, "phone").numerator, 1)
        self.assertAlmostEqual(audit.uniqueness, 0.5)

    def _age(self, partners, months=14):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = ANY(%s)",
            [self.now - relativedelta(months=months), partners.ids],
        )
        self.env.invalidate_all()

    def test_stale(self):
        """All are old; North ordered lately, South got a letter, East has a plan."""
        partners = self.north | self.south | self.west | self.east
        self._age(partners)
        self._order(self.contacts[0], days_ago=30)
        self.south.message_post(body="Hello", message_type="comment")
        self.east.activity_schedule("mail.mail_activity_data_todo")
        line = self._line(self._audit(), "stale")
        self.assertEqual(self._opened(line), self.west)

    def test_old_order_does_not_refresh(self):
        self._age(self.west)
        self._order(self.west, days_ago=400)
        self.assertEqual(self._opened(self._line(self._audit(), "stale")), self.west)

    def test_invalid_contacts(self):
        self.west.write({"email": "west at example"})
        self.east.message_bounce = 2
        audit = self._audit()
        self.assertEqual(self._opened(self._line(audit, "bad_email")), self.west)
        self.assertEqual(self._opened(self._line(audit, "bounced")), self.east)
        self.assertAlmostEqual(audit.validity, 0.5)

    def test_scope(self):
        self._order(self.north, days_ago=30)
        self._order(self.south, days_ago=5 * 365)
        lead = {"name": "Deal", "partner_id": self.west.id}
        self.env["crm.lead"].create({**lead, "company_id": self.company_a.id})
        for scope, count in (("contacts", 4), ("customers", 3), ("buyers", 1)):
            self.assertEqual(self._audit(scope=scope).customer_count, count, scope)

    def test_other_companies_do_not_count(self):
        self.south.company_id = self.company_b
        audit = self._audit()
        self.assertEqual(audit.customer_count, 3)
        self.assertEqual(self._line(audit, "email").numerator, 0)

    def test_shared_partners_count(self):
        self.south.company_id = False
        self.assertEqual(self._audit().customer_count, 4)

    def test_trend(self):
        first = self._audit(date="2026-01-10")
        first.action_done()
        self.west.email = "mail@west.example"
        second = self._audit(date="2026-04-10")
        self.assertEqual(second.previous_id, first)
        self.assertGreater(second.index, second.index_before)
        line = self._line(second, "no_email")
        self.assertEqual((line.share_before, line.share), (0.25, 0))

    def test_finished_keeps_its_figures(self):
        audit = self._audit()
        audit.action_done()
        with self.refused("finished and locked", UserError):
            audit.action_measure()
        with self.refused("measure the data first"):
            self._new("crm.data.audit").action_done()

    def test_fault_raises_its_risk_and_action(self):
        line = self._line(self._audit(), "email")
        line.action_raise_risk()
        risk = self.implementation.risk_ids
        self.assertEqual(risk.template_id.code, "B19")
        self.assertIn("1 of 4", risk.cause)
        self.assertEqual(risk._get_source(), line)
        line.action_plan()
        action = self.env["crm.preparation.action"].search(
            [("implementation_id", "=", self.implementation.id)]
        )
        self.assertAlmostEqual(action.cost, 5)

    def test_merge_opens_odoos_wizard(self):
        action = self._line(self._audit(), "email").action_merge()
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        self.assertTrue(action["context"]["default_group_by_email"])

    def test_lists_show_only_what_the_viewer_may_read(self):
        line = self._line(self._audit(), "email")
        with self.assertRaises(AccessError):
            self._opened(line.sudo(), user=self.stranger)

    def test_nobody_types_figures(self):
        line = self._line(self._audit(), "email")
        with self.assertRaises(AccessError):
            line.with_user(self.manager).numerator = 0

    def test_empty_company(self):
        hub = self._implementation("B", self.company_b)
        audit = self.env["crm.data.audit"].create({"implementation_id": hub.id})
        audit.action_measure()
        self.assertEqual((audit.customer_count, audit.index), (0, 0))

    def test_field_of_a_rule_must_exist(self):
        rules = self.env["crm.data.audit.rule"]
        for name in ("nonsense", "category_id", "display_name"):
            with self.refused(f"“{name}” is not a stored field"):
                rules.create({"name": "Bad", "code": "field", "field_name": name})
        rule = rules.create({"name": "Street", "code": "field", "field_name": "street"})
        self.north.street = "Main"
        line = self._audit().line_ids.filtered(lambda one: one.rule_id == rule)
        self.assertEqual((line.numerator, line.denominator), (3, 4))

    def test_queries_do_not_grow(self):
        audit = self._audit()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            audit.action_measure()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        small = queries()
        partners = [self._customer(f"More {n}", email="x@x.example") for n in range(40)]
        for partner in partners[:10]:
            self._order(partner)
        self.assertLessEqual(queries(), small)
        self.assertEqual(self._line(audit, "email").numerator, 1 + 39)

    def test_measured_on_is_now(self):
        moment = self._audit().measured_on
        self.assertLess(abs(moment - self.now), timedelta(minutes=30))
