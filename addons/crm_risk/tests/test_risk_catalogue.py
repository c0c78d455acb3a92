from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .risk_common import RiskCase

TRANSLATED = (
    "name",
    "cause",
    "event",
    "consequence",
    "response_text",
    "contingency_text",
    "evidence",
)
WITHOUT_INDICATOR = {"B30", "T05", "L02"}


@tagged("post_install", "-at_install")
class TestCatalogue(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shipped = cls.env["crm.risk.template"].search(
            [("code", "=like", "___"), ("code", "not ilike", "x")]
        )

    def test_all_risks_are_there(self):
        codes = {
            *(f"A{n:02}" for n in range(1, 14)),
            *(f"B{n:02}" for n in range(1, 41)),
            *(f"T{n:02}" for n in range(1, 7)),
            *(f"L{n:02}" for n in range(1, 4)),
        }
        self.assertEqual(set(self.shipped.mapped("code")), codes)

    def test_every_risk_is_complete(self):
        for template in self.shipped:
            with self.subTest(template.code):
                for name in ("cause", "event", "consequence", "response_text"):
                    self.assertTrue(template[name])
                self.assertTrue(template.evidence and template.evidence_grade)
                self.assertTrue(template.strategy)
                self.assertTrue(template.impact_max > 0)
                self.assertTrue(template.p_prior or template.rate)
                self.assertEqual(
                    bool(template.indicator_ids),
                    template.code not in WITHOUT_INDICATOR,
                )

    def test_nature_follows_the_group(self):
        natures = {"A": "reduced", "B": "introduced", "T": "technology"}
        for template in self.shipped.filtered(lambda t: t.code[0] != "L"):
            self.assertEqual(template.nature, natures[template.code[0]])
            self.assertEqual(
                template.nature == "reduced", template.reduction_default > 0
            )

    def test_figures_as_published(self):
        """Rows picked from every group: chance, triple, base."""
        for code, chance, triple, base in (
            ("A03", 0.90, (3, 10, 25), "margin"),
            ("B08", 0.75, (10, 40, 150), "payroll"),
            ("B36", 0.12, (40, 80, 100), "budget"),
            ("T05", 0.20, (5, 20, 60), "margin"),
        ):
            template = self._template(code)
            self.assertEqual(template.p_prior, chance)
            self.assertEqual(template._get_impact_triple(), triple)
            self.assertEqual(template.impact_base, base)

    def test_leaver_rate_is_per_user(self):
        """20 % turnover times 0.23 (59 % of 39 % rounded) per seller."""
        leaver = self._template("A01")
        self.assertEqual((leaver.occurrence, leaver.rate_basis), ("repeated", "user"))
        self.assertAlmostEqual(leaver.rate, 0.20 * 0.23)

    def test_fat_tails(self):
        for code, low, high in (("B32", 3, 80), ("B37", 100, 450)):
            impact = self._template(code)._get_impact()
            self.assertEqual((impact.p05, impact.p95), (low, high))

    def test_driver_groups(self):
        groups = {
            "people": "B08 B09 B10 B12 B14 B17",
            "sponsor": "B02 B03 B04 B07 B36 T01",
            "data": "A06 B19 B20 B21 B22",
            "delivery": "B24 B25 B29 B31 B32 B33 B34 B37",
            "customer": "B38 B39 B40 T02 T03 T04",
        }
        for code, risks in groups.items():
            driver = self.env.ref(f"crm_risk.driver_{code}")
            found = self.shipped.filtered(lambda t, d=driver: t.driver_id == d)
            self.assertEqual(set(found.mapped("code")), set(risks.split()))

    def test_loyalty_risks_wait_for_their_app(self):
        domain = self.env["crm.risk.template"]._get_usable_domain()
        usable = self.shipped.filtered_domain(domain)
        loyalty = self.shipped.filtered(lambda t: t.code[0] == "L")
        installed = "crm_loyalty" in self.env["ir.module.module"]._installed()
        self.assertEqual(bool(usable & loyalty), installed)
        self.assertEqual(len(usable - loyalty), 59)

    def test_every_code_of_the_catalogue_has_an_indicator(self):
        """Indicators of apps that are absent are there too, inactive with a reason."""
        lines = self.env["crm.risk.template.indicator"].search(
            [("code", "=like", "K__")]
        )
        self.assertGreater(len(lines), 100)
        self.assertEqual(
            lines.filtered(lambda one: not one.indicator_id), lines.browse()
        )
        for indicator in lines.indicator_id:
            self.assertTrue(indicator._has_thresholds(), indicator.code)
            self.assertTrue(indicator.area, indicator.code)
            self.assertTrue(indicator.definition and indicator.pitfalls, indicator.code)
            self.assertEqual(bool(indicator.inactive_reason), not indicator.available)

    def test_indicator_of_a_template_is_found_by_code(self):
        line = self._template("B30").indicator_ids.create(
            {"template_id": self._template("B30").id, "code": "XK1"}
        )
        self.assertFalse(line.indicator_id)
        indicator = self.env["crm.indicator"].create({"code": "XK1", "name": "X"})
        line.invalidate_recordset()
        self.assertEqual(line.indicator_id, indicator)
        self.assertEqual(line.odds_weight, 3)

    def test_found_by_code_and_name(self):
        search = self.env["crm.risk.template"].name_search
        self.assertEqual([i for i, _ in search("B08")], self._template("B08").ids)
        self.assertIn(self._template("B08").id, [i for i, _ in search("Productivity")])

    def test_review_is_signed(self):
        template = self._template("B08").with_user(self.manager)
        self.assertFalse(template.is_reviewed)
        template.action_mark_reviewed()
        self.assertTrue(template.is_reviewed)
        self.assertEqual(template.reviewed_by_id, self.manager)
        template.action_mark_not_reviewed()
        self.assertFalse(template.is_reviewed)

    def test_copy_gets_a_code_of_its_own(self):
        copy = self._template("B08").copy()
        self.assertEqual(copy.code, "B08 copy")
        self.assertEqual(len(copy.indicator_ids), 4)

    def test_every_text_is_there_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env.ref("base.module_crm_risk")._update_translations(["ru_RU"])
        russian = self.shipped.with_context(lang="ru_RU")
        for english, translated in zip(self.shipped, russian, strict=True):
            for name in filter(english.__getitem__, TRANSLATED):
                self.assertRegex(translated[name], "[а-яё]", (english.code, name))
        self.assertEqual(
            self._template("B08").with_context(lang="ru_RU").name,
            "Снижение продуктивности на начальном этапе",
        )

    # --- bad input -----------------------------------------------------------

    def test_probability_beyond_one(self):
        with self.refused(r"between 0 and 1.*1\.5"):
            self._template("B08").p_prior = 1.5

    def test_impacts_out_of_order(self):
        with self.refused("10, 40, 30"):
            self._template("B08").impact_max = 30

    def test_lognormal_from_zero(self):
        with self.refused("lognormal.*above zero"):
            self._template("B32").impact_min = 0

    def test_negative_rate(self):
        with self.refused("between 0 and 1000, it is -1"):
            self._template("A01").rate = -1

    @mute_logger("odoo.sql_db")
    def test_doubled_code(self):
        with self.assertRaises(IntegrityError):
            self._template("B08").code = "B09"

    @mute_logger("odoo.sql_db")
    def test_zero_weight(self):
        with self.assertRaises(IntegrityError):
            self._template("B08").indicator_ids[0].odds_weight = 0

    # --- rights --------------------------------------------------------------

    def test_only_managers_change_the_catalogue(self):
        template = self._template("B08")
        self.assertTrue(template.with_user(self.seller).name)
        for user in (self.seller, self.officer):
            with self.assertRaises(AccessError):
                template.with_user(user).p_prior = 0.5
        template.with_user(self.manager).p_prior = 0.5
        self.assertEqual(template.p_prior, 0.5)


@tagged("post_install", "-at_install")
class TestScales(RiskCase):
    def _bounds(self, company=None):
        return self.env["crm.risk.scale"]._get_bounds(company or self.company_a)

    def test_shared_scale(self):
        bounds = self._bounds()
        self.assertEqual(bounds["probability"], [0, 0.1, 0.3, 0.5, 0.7])
        self.assertEqual(bounds["impact"], [0, 2, 5, 15, 40])

    def test_band_ends_where_the_next_begins(self):
        self.assertEqual(self.env.ref("crm_risk.scale_impact_2").high, 5)
        self.assertEqual(self.env.ref("crm_risk.scale_probability_5").high, 1)

    def test_a_company_may_have_its_own(self):
        for level, low in enumerate((0, 1, 2, 3, 4), 1):
            self.env["crm.risk.scale"].create(
                {
                    "name": f"Own {level}",
                    "company_id": self.company_a.id,
                    "type": "impact",
                    "level": level,
                    "low": low,
                }
            )
        self.assertEqual(self._bounds()["impact"], [0, 1, 2, 3, 4])
        self.assertEqual(self._bounds()["probability"], [0, 0.1, 0.3, 0.5, 0.7])
        self.assertEqual(self._bounds(self.company_b)["impact"], [0, 2, 5, 15, 40])
        seen = self.env["crm.risk.scale"].with_user(self.stranger).search([])
        self.assertNotIn(self.company_a, seen.company_id)

    def test_bands_must_rise(self):
        with self.refused("must begin above"):
            self.env.ref("crm_risk.scale_probability_3").low = 0.6

    def test_bands_stay_in_their_range(self):
        with self.refused("at 0 or above"):
            self.env.ref("crm_risk.scale_probability_1").low = -0.1
        with self.refused("at 0 or above"):
            self.env.ref("crm_risk.scale_probability_5").low = 1.2

    @mute_logger("odoo.sql_db")
    def test_level_only_once(self):
        with self.assertRaises(IntegrityError):
            self.env["crm.risk.scale"].create(
                {"name": "Again", "type": "impact", "level": 2, "low": 3}
            )


@tagged("post_install", "-at_install")
class TestRatings(RiskCase):
    def _name(self, score):
        return self.env["crm.risk.rating"]._get_by_score()[score].name

    def test_every_score_has_a_rating(self):
        names = [self._name(score) for score in (1, 5, 6, 10, 12, 16, 20, 25)]
        self.assertEqual(
            names,
            ["Acceptable"] * 2 + ["Tolerable"] * 2 + ["Serious"] * 2 + ["Critical"] * 2,
        )

    def test_rating_ends_where_the_next_begins(self):
        self.assertEqual(self.env.ref("crm_risk.rating_low").score_max, 5)
        self.assertEqual(self.env.ref("crm_risk.rating_critical").score_max, 25)

    def test_colours_are_consistent(self):
        """Cox: no step in the matrix leads from the best to the worst colour."""
        ratings = self.env["crm.risk.rating"]._get_by_score()
        order = list(dict.fromkeys(ratings.values()))
        self.assertEqual(len(order), 4)
        for p in range(1, 6):
            for i in range(1, 6):
                for q, j in ((p + 1, i), (p, i + 1)):
                    if q <= 5 and j <= 5:
                        step = order.index(ratings[q * j]) - order.index(ratings[p * i])
                        self.assertIn(step, (0, 1))


@tagged("post_install", "-at_install")
class TestApproaches(RiskCase):
    def test_shipped_factors(self):
        for name, code, ratio in (
            ("big_bang", "B08", 2),
            ("strategy", "B01", 0.3),
            ("turnkey", "B35", 3),
            ("step_by_step", "B37", 0.6),
        ):
            approach = self.env.ref(f"crm_risk.approach_{name}")
            self.assertEqual(self._template(code)._get_odds_ratio(approach), ratio)

    def test_factors_multiply(self):
        approaches = self.env.ref("crm_risk.approach_pilot") | self.env.ref(
            "crm_risk.approach_top_down"
        )
        self.assertAlmostEqual(
            self._template("B09")._get_odds_ratio(approaches), 0.6 * 1.5
        )
        self.assertEqual(self._template("B26")._get_odds_ratio(approaches), 1)

    def test_twenty_approaches_on_six_axes(self):
        shipped = self.env["crm.implementation.approach"].search([])
        self.assertGreaterEqual(len(shipped), 20)
        self.assertEqual(len(set(shipped.mapped("axis"))), 6)
        self.assertTrue(all(approach.factor_ids for approach in shipped))

    @mute_logger("odoo.sql_db")
    def test_factor_must_be_positive(self):
        with self.assertRaises(IntegrityError):
            self.env.ref("crm_risk.approach_pilot").factor_ids[0].odds_ratio = 0
