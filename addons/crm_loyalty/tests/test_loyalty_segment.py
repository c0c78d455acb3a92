from ast import literal_eval

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Date
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import NOW, LoyaltyCase


class TestLoyaltySegment(LoyaltyCase):
    """Five customers with the scores 551, 442, 333, 224 and 115; see TestLoyaltyScores.

    A 551 → Occasional (frequent and recent, but M 1)
    B 442 → Occasional
    C 333 → Need attention
    D 224 → Hibernating
    E 115 → Lost
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = {}
        for name, day, count, amount in (
            ("A", "2026-06-01", 5, 2),
            ("B", "2026-05-01", 4, 5),
            ("C", "2026-04-01", 3, 10),
            ("D", "2026-03-01", 2, 20),
            ("E", "2026-02-01", 1, 50),
        ):
            cls.customers[name] = cls._customer(name)
            for _number in range(count):
                cls._order(cls.customers[name], day, amount)
        cls.last_run = cls._score()

    def _as_manager(self):
        """Return an environment that sees the customers of this company only."""
        user = self._new_user("keeper", "sales_team.group_sale_manager")
        return self.env(user=user)

    def _segments(self):
        return {
            name: self._profile(customer).segment_id
            for name, customer in self.customers.items()
        }

    def _segment(self, code):
        return self.env.ref(f"crm_loyalty.crm_loyalty_segment_{code}")

    def test_first_match_of_the_grid(self):
        self.assertEqual(
            self._segments(),
            {
                "A": self._segment("occasional"),
                "B": self._segment("occasional"),
                "C": self._segment("attention"),
                "D": self._segment("hibernating"),
                "E": self._segment("lost"),
            },
        )

    def test_grid_as_published(self):
        def find(r, f, m):
            for segment in self.env["crm.loyalty.segment"].search([]):
                if all(
                    segment[f"{d}_min"] <= score <= segment[f"{d}_max"]
                    for d, score in zip("rfm", (r, f, m), strict=True)
                ):
                    return segment
            return None

        for scores, code in (
            ((5, 5, 5), "champions"),
            ((5, 5, 4), "loyal"),
            ((3, 4, 4), "loyal"),
            ((4, 2, 1), "potential"),
            ((5, 3, 5), "potential"),
            ((5, 1, 5), "new"),
            ((3, 3, 3), "attention"),
            ((2, 4, 5), "at_risk"),
            ((1, 5, 4), "at_risk"),
            ((1, 1, 5), "lost"),
            ((2, 1, 1), "hibernating"),
            ((1, 2, 3), "hibernating"),
            ((4, 1, 3), "occasional"),
        ):
            self.assertEqual(find(*scores), self._segment(code), scores)

    def test_sequence_decides_where_two_rules_match(self):
        best = self.env["crm.loyalty.segment"].create(
            {"name": "Everybody of R 3", "sequence": 1, "r_min": 3, "r_max": 3}
        )
        self._score()
        self.assertEqual(self._segments()["C"], best)
        best.sequence = 1000
        self._score()
        self.assertEqual(self._segments()["C"], self._segment("attention"))

    def test_conditions_beyond_the_scores(self):
        big = self.env["crm.loyalty.segment"].create(
            {
                "name": "Big",
                "sequence": 1,
                "domain": "[('revenue_total', '>', 30), ('partner_id.name', '=', 'E')]",
            }
        )
        run = self._score()
        self.assertEqual(self._segments()["E"], big)
        self.assertEqual(self._segments()["D"], self._segment("hibernating"))
        self.assertEqual(run.updated_count, 1)
        again = self._score()
        self.assertEqual(again.updated_count, 0)
        big.active = False
        self._score()
        self.assertEqual(self._segments()["E"], self._segment("lost"))

    def test_since_changes_only_with_the_segment(self):
        profile = self._profile(self.customers["C"])
        self.assertEqual(profile.segment_date, Date.to_date("2026-06-15"))
        with freeze_time("2026-06-20 12:00:00"):
            self._score()
            self.assertEqual(profile.segment_date, Date.to_date("2026-06-15"))
            self._segment("attention").active = False
            self._score()
            self.assertEqual(profile.segment_id, self._segment("occasional"))
            self.assertEqual(profile.segment_date, Date.to_date("2026-06-20"))
        self.assertNotEqual(NOW[:10], "2026-06-20")

    def test_without_segments_customers_are_scored_all_the_same(self):
        self.env["crm.loyalty.segment"].search([]).active = False
        self._score()
        profile = self._profile(self.customers["A"])
        self.assertFalse(profile.segment_id or profile.segment_date)
        self.assertEqual(profile.rfm_score, "551")
        self.assertIn("551", profile.why)

    def test_why_names_facts_limits_and_rule(self):
        why = self._profile(self.customers["C"]).why
        for told in ("Need attention", "333", "R 3, F 3, M 3", "06/15/2026"):
            self.assertIn(told, why)
        self.assertIn("last order on 04/01/2026; this score starts at 04/01/2026", why)
        self.assertIn("orders: 3; this score starts at 3", why)
        self.assertIn("30.00", why)

    def test_why_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_loyalty"], ["ru_RU"])
        profile = self._profile(self.customers["C"]).with_context(lang="ru_RU")
        self.assertIn("Требуют внимания", profile.why)
        self.assertIn("Давность", profile.why)
        self.assertIn("01.04.2026", profile.why)
        self.assertNotIn("Recency", profile.why)

    def test_why_without_purchases(self):
        customer = self._customer("Nothing")
        order = self._order(customer, "2026-06-01", 10)
        self._score()
        order.state = "cancel"
        self._score()
        self.assertIn("No purchase", self._profile(customer).why)

    def test_customers_are_counted(self):
        env = self._as_manager()
        segment = self._segment("occasional").with_env(env)
        self.assertEqual(segment.profile_count, 2)
        domain = segment.action_view_profiles()["domain"]
        self.assertEqual(env["crm.loyalty.profile"].search_count(domain), 2)

    def test_warning_for_a_rule_that_tells_nobody_apart(self):
        segment = self._as_manager()["crm.loyalty.segment"].new({"domain": "[]"})
        warning = segment._onchange_rule()["warning"]["message"]
        self.assertIn("5 of 5", warning)
        segment.domain = "[('revenue_total', '>', 1000000)]"
        self.assertIn("0 of 5", segment._onchange_rule()["warning"]["message"])
        segment.domain = "[('revenue_total', '>', 30)]"
        self.assertIsNone(segment._onchange_rule())
        segment.domain = "[('nonsense"
        warning = segment._onchange_rule()["warning"]["message"]
        self.assertIn("is no list of conditions", warning)

    def test_bad_conditions_are_refused_by_name(self):
        for domain in ("[('nonsense', '=', 1)]", "[('revenue_total'", "7"):
            with self.assertRaisesRegex(ValidationError, "Broken"):
                self.env["crm.loyalty.segment"].create(
                    {"name": "Broken", "domain": domain}
                )

    @mute_logger("odoo.sql_db")
    def test_scores_run_from_one_to_five(self):
        for values in ({"r_min": 0}, {"f_max": 6}, {"m_min": 4, "m_max": 3}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["crm.loyalty.segment"].create({"name": "Bad", **values})

    def test_mailing_goes_to_the_customers_of_the_segment(self):
        segment = self._segment("lost")
        installed = "mailing.mailing" in self.env
        self.assertEqual(segment.has_mailing, installed)
        context = segment.action_send_mailing()["context"]
        domain = literal_eval(context["default_mailing_domain"])
        partners = self.env["res.partner"].search(domain)
        self.assertIn(self.customers["E"], partners)
        self.assertNotIn(self.customers["D"], partners)
        if installed:
            mailing = self.env["mailing.mailing"].with_context(**context)
            with Form(mailing) as form:
                self.assertEqual(form.mailing_model_real, "res.partner")

    def test_form_opens(self):
        with Form(self.env["crm.loyalty.segment"]) as form:
            form.name = "Mine"
            form.r_min = 4
        self.assertEqual(form.record.rule, "R 4–5, F 1–5, M 1–5")
