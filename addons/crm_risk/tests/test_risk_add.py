from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestAddFromCatalogue(RiskCase):
    def _wizard(self, *codes, user=None):
        wizard = self.env["crm.risk.add"].with_user(user or self.officer)
        with Form(wizard.with_context(**self._context())) as form:
            for code in codes:
                form.template_ids.add(self._template(code))
        return form.record

    def _context(self):
        return {"default_implementation_id": self.implementation.id}

    def _add(self, *codes):
        action = self._wizard(*codes).action_add()
        risks = self.env["crm.risk"].search(action["domain"])
        return risks.sorted(lambda risk: risk.template_id.code)

    def test_money_is_filled_in(self):
        """% of payroll 50 000, margin 200 000, budget 100 000."""
        dip, stale, goals = self._add("B08", "B21", "B02")[::-1].sorted(
            lambda risk: ["B08", "B21", "B02"].index(risk.template_id.code)
        )
        impact = ("impact_min", "impact_mode", "impact_max")
        self.assertEqual([dip[name] for name in impact], [5_000, 20_000, 75_000])
        self.assertEqual([stale[name] for name in impact], [2_000, 8_000, 24_000])
        self.assertEqual([goals[name] for name in impact], [10_000, 30_000, 80_000])
        self.assertEqual(dip.p_inherent, 0.75)
        self.assertEqual(dip.owner_id, self.implementation.manager_id)
        self.assertEqual(dip.driver_id, self.env.ref("crm_risk.driver_people"))

    def test_texts_and_responses_come_along(self):
        risk = self._add("B08")
        template = self._template("B08")
        for name in ("name", "cause", "event", "consequence"):
            self.assertEqual(risk[name], template[name])
        self.assertEqual(risk.contingency_plan, template.contingency_text)
        self.assertEqual(risk.response_ids.mapped("name"), [template.response_text])

    def test_crm_itself_is_the_response_to_business_risks(self):
        """A04: p .8 × mean (10+4·30+80)/6 % of 200 000 = 56 000, CRM takes 30 %."""
        risk = self._add("A04")
        self.assertAlmostEqual(risk.emv_inherent, 56_000)
        self.assertAlmostEqual(risk.emv_residual, 39_200)
        self.assertIn("CRM in stable use", risk.response_ids.mapped("name"))

    def test_leaver_rate_counts_the_users(self):
        self.implementation.user_ids = [Command.set((self.seller | self.officer).ids)]
        self.assertAlmostEqual(self._add("A01").rate, 2 * 0.2 * 0.23)

    def test_approach_moves_the_odds(self):
        """§10 case 14: big bang doubles the odds of .75 → .85714."""
        self.implementation.approach_ids = self.env.ref("crm_risk.approach_big_bang")
        self.assertAlmostEqual(self._add("B08").p_inherent, 0.85714, 5)

    def test_known_indicators_are_linked(self):
        risk = self._add("A02")
        linked = risk.indicator_ids.mapped("indicator_id.code")
        known = self.env["crm.indicator"].search(
            [("code", "in", ["K06", "K08", "K20"])]
        )
        self.assertEqual(set(linked), set(known.mapped("code")))
        self.assertIn("K06", linked)

    def test_estimates_can_be_changed_first(self):
        wizard = self._wizard("B08", "B09")
        line = wizard.line_ids.filtered(lambda one: one.template_id.code == "B08")
        self.assertEqual(line.impact_mode, 20_000)
        line.write({"p_inherent": 0.5, "impact_mode": 30_000})
        risks = self.env["crm.risk"].search(wizard.action_add()["domain"])
        risk = risks.filtered(lambda one: one.template_id.code == "B08")
        self.assertEqual((risk.p_inherent, risk.impact_mode), (0.5, 30_000))

    def test_not_twice(self):
        self._add("B08")
        wizard = self._wizard()
        self.assertNotIn(self._template("B08"), wizard.offered_ids)
        wizard.template_ids = self._template("B08")
        with self.refused("that the register lacks", UserError):
            wizard.action_add()

    def test_not_twice_though_confidential(self):
        self._add("B08").confidential = True
        self.assertNotIn(self._template("B08"), self._wizard().offered_ids)

    def test_closed_risk_may_come_back(self):
        self._add("B08").write({"close_reason": "expired", "state": "closed"})
        self.assertEqual(len(self._add("B08")), 1)

    def test_whole_catalogue_at_once(self):
        wizard = self._wizard()
        wizard.action_add_all()
        offered = len(wizard.offered_ids)
        self.assertGreaterEqual(offered, 59)
        wizard.action_add()
        self.assertEqual(self.implementation.risk_count, offered)

    def test_empty_base_is_named(self):
        self.implementation.monthly_payroll = 0
        wizard = self._wizard("B08")
        self.assertIn("Monthly Payroll", wizard.missing)
        with self.refused(r"\[B08\].*Monthly Payroll"):
            wizard.action_add()
        self.assertFalse(self.implementation.risk_ids)

    def test_in_the_users_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self._template("B08")
        template.with_context(lang="fr_FR").name = "Chute de productivité"
        values = template.with_context(lang="fr_FR")._prepare_risk(self.implementation)
        self.assertEqual(values["name"], "Chute de productivité")
