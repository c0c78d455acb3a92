"""The attacker is an officer or salesperson who wants to learn of a secret risk:
its words, that it exists, or how much money it is about."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .risk_common import RiskCase


@tagged("post_install", "-at_install")
class TestSecrets(RiskCase):
    """open: .5 × 20 000 = 10 000; secret: .5 × 160 000 = 80 000 of the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open = cls._fixed("Open", 20_000, owner_id=cls.officer.id)
        cls.secret = cls._fixed(
            "Xyzzy dismissal",
            160_000,
            owner_id=cls.manager.id,
            confidential=True,
            cause="Plugh",
            response_ids=[Command.create({"name": "Hush money", "p_reduction": 0.5})],
        )
        cls.attackers = cls.officer | cls.seller

    @classmethod
    def _fixed(cls, name, impact, **values):
        return cls._risk(
            name=name,
            p_inherent=0.5,
            distribution="fixed",
            impact_mode=impact,
            **values,
        )

    def _each(self, model):
        for user in self.attackers:
            yield self.env[model].with_user(user)

    def test_search_by_words_and_figures(self):
        for risks in self._each("crm.risk"):
            for domain in (
                [("name", "ilike", "Xyzzy")],
                [("cause", "ilike", "Plugh")],
                [("emv_current", ">", 70_000)],
                [("confidential", "=", True)],
                [("response_ids.name", "ilike", "Hush")],
                [("owner_id", "=", self.manager.id)],
                [("id", "=", self.secret.id)],
            ):
                self.assertFalse(risks.search(domain), domain)
                self.assertEqual(risks.search_count(domain), 0)
            self.assertFalse(risks.name_search("Xyzzy"))

    def test_search_through_other_records(self):
        for hubs in self._each("crm.implementation"):
            for path in ("risk_ids.name", "risk_ids.response_ids.name"):
                for word in ("Xyzzy", "Hush"):
                    self.assertFalse(hubs.search([(path, "ilike", word)]))
            self.assertTrue(hubs.search([("risk_ids.name", "=", "Open")]))

    def test_groups_and_sums(self):
        for risks in self._each("crm.risk"):
            groups = risks._read_group(
                [("implementation_id", "=", self.implementation.id)],
                ["owner_id"],
                ["emv_current:sum", "__count", "name:array_agg"],
            )
            self.assertEqual(groups, [(self.officer, 10_000, 1, ["Open"])])
        for user in self.attackers:
            implementation = self.implementation.with_user(user)
            self.assertEqual(implementation.emv_current, 10_000)
            self.assertEqual(implementation.emv_residual, 10_000)
            self.assertEqual(implementation.risk_count, 1)

    def test_heat_map(self):
        for risks in self._each("crm.risk"):
            data = risks.get_heatmap(self.implementation.id)
            self.assertEqual(data["total"], 1)
            self.assertNotIn(self.secret.ref, str(data))
            self.assertNotIn("90", data["emv"])

    def test_simulation(self):
        """.5 × 20 000 alone: P50 0, P80 and P95 20 000. With the secret P95 180 000."""
        self.implementation.with_user(self.manager).action_simulate()
        self.env.invalidate_all()
        seen = self.implementation.with_user(self.officer)
        self.assertEqual(seen.p80_current, 20_000)
        self.assertEqual(seen.p95_current, 20_000)
        runs = self.env["crm.risk.simulation"].with_user(self.officer).search([])
        mine = runs.filtered(lambda run: run.implementation_id == seen)
        self.assertEqual(mine.mapped("risk_count"), [1])
        self.assertEqual(set(mine.scenario_ids.mapped("p95")), {20_000})
        self.assertLess(max(mine.scenario_ids.mapped("mean")), 11_000)
        self.assertEqual(mine.scenario_ids.line_ids.risk_id, self.open)
        self.assertEqual(
            self.implementation.with_user(self.manager).p95_current, 180_000
        )

    def test_approach_comparison(self):
        action = self.implementation.with_user(self.officer).action_compare_approaches()
        run = self.env["crm.approach.comparison"].browse(action["res_id"])
        self.assertEqual(run.risk_count, 1)
        self.assertLessEqual(max(run.line_ids.mapped("p95")), 20_000)

    def test_what_hangs_on_it(self):
        """History, responses, events, triggers, outcomes: all as the risk."""
        self.env["crm.risk.event"].create({"name": "It did", "risk_id": self.secret.id})
        self.env["crm.risk.trigger"].create({"risk_id": self.secret.id})
        for model in (
            "crm.risk.assessment",
            "crm.risk.response",
            "crm.risk.event",
            "crm.risk.trigger",
            "crm.risk.calibration",
        ):
            secrets = self.env[model].search([("risk_id", "=", self.secret.id)])
            self.assertTrue(secrets, model)
            for records in self._each(model):
                self.assertFalse(records.search([("risk_id", "=", self.secret.id)]))
                with self.assertRaises(AccessError):
                    records.browse(secrets.ids).read(["risk_id"])
        for user in self.attackers:
            implementation = self.implementation.with_user(user)
            self.assertEqual(implementation.outcome_count, 0)
            self.assertEqual(implementation.actual_loss, 0)

    def test_chatter(self):
        message = self.secret.message_post(body="Plugh is to go")
        activity = self.secret.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.manager.id, summary="Plugh"
        )
        for user in self.attackers:
            messages = self.env["mail.message"].with_user(user)
            self.assertFalse(messages.search([("id", "=", message.id)]))
            with self.assertRaises(AccessError):
                messages.browse(message.id).read(["body"])
            with self.assertRaises(AccessError):
                self.secret.with_user(user).message_post(body="?")
            with self.assertRaises(AccessError):
                self.env["mail.activity"].with_user(user).browse(activity.id).read(
                    ["summary"]
                )

    def test_followers_lose_sight_of_what_becomes_secret(self):
        self.open.message_subscribe((self.attackers | self.manager).partner_id.ids)
        self.open.write({"confidential": True, "owner_id": self.manager.id})
        followers = self.open.message_partner_ids
        self.assertIn(self.manager.partner_id, followers)
        for user in self.attackers:
            self.assertNotIn(user.partner_id, followers)

    def test_raised_at_a_record_everybody_sees(self):
        partner = self.env["res.partner"].create({"name": "Customer"})
        self.secret.write({"res_model": "res.partner", "res_id": partner.id})
        for user in self.attackers:
            self.assertEqual(partner.with_user(user).raised_risk_count, 0)
        self.assertEqual(partner.with_user(self.manager).raised_risk_count, 1)

    def test_methods_called_by_id(self):
        for user in self.attackers:
            mine = self.secret.with_user(user)
            for method in (
                "action_open_history",
                "action_open_events",
                "action_record_event",
                "action_accept",
                "action_recall",
                "action_close",
            ):
                with self.subTest(user=user.login, method=method):
                    if method.startswith("action_open") or "record" in method:
                        self.assertNotIn("Xyzzy", str(getattr(mine, method)()))
                    else:
                        with self.assertRaises(AccessError):
                            getattr(mine, method)()

    def test_not_made_visible_by_writing(self):
        for user in self.attackers:
            with self.assertRaises(AccessError):
                self.secret.with_user(user).confidential = False
            with self.assertRaises(AccessError):
                self.secret.with_user(user).owner_id = user
            with self.assertRaises(AccessError):
                self.secret.with_user(user).copy()

    def test_figures_for_the_return(self):
        effect = self.implementation.with_user(self.officer)._get_risk_effect(
            "2026-01-01", "2026-12-31"
        )
        self.assertEqual(effect["current"], 10_000)
