from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Date
from odoo.tests import Form

from .common import LoyaltyCase


class TestLoyaltyStage(LoyaltyCase):
    """Today is 15 June 2026.

    customer  orders                                              stage
    Talks     an opportunity                                      prospect
    Nina      5 June                                              new
    Oleg      15 January, 151 days ago                            one-time
    Gera      1 March and 1 June                                  growing
    Rita      every 30 days up to 1 June                          regular
    Sila      every 20 days up to 20 April, 56 days = 2.8 of 20   at risk
    Liza      every 20 days up to 1 January, 165 days = 8.25      lost
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.talks = cls._customer("Talks", is_company=True)
        cls.env["crm.lead"].create(
            {
                "name": "First contact",
                "type": "opportunity",
                "partner_id": cls.talks.id,
                "company_id": cls.company.id,
            }
        )
        cls.people = {
            name: cls._customer(
                name, user_id=cls.seller.id, email=f"{name}@example.com"
            )
            for name in ("Nina", "Oleg", "Gera", "Rita", "Sila", "Liza")
        }
        for name, days in {
            "Nina": ["2026-06-05"],
            "Oleg": ["2026-01-15"],
            "Gera": ["2026-03-01", "2026-06-01"],
            "Rita": ["2026-03-03", "2026-04-02", "2026-05-02", "2026-06-01"],
            "Sila": ["2026-02-19", "2026-03-11", "2026-03-31", "2026-04-20"],
            "Liza": ["2025-11-02", "2025-11-22", "2025-12-12", "2026-01-01"],
        }.items():
            for day in days:
                cls._order(cls.people[name], day, 100)
        cls.first_run = cls._score()

    def _stage(self, code):
        return self.env.ref(f"crm_loyalty.crm_loyalty_stage_{code}")

    def _stages(self):
        return {
            name: self._profile(partner).stage_id
            for name, partner in {"Talks": self.talks, **self.people}.items()
        }

    def _moves(self, partner=None, field="stage"):
        domain = [("company_id", "=", self.company.id), ("field", "=", field)]
        if partner:
            domain.append(("partner_id", "=", partner.id))
        return self.env["crm.loyalty.transition"].search(domain)

    def test_first_match_wins(self):
        self.assertEqual(
            self._stages(),
            {
                "Talks": self._stage("prospect"),
                "Nina": self._stage("new"),
                "Oleg": self._stage("one_time"),
                "Gera": self._stage("growing"),
                "Rita": self._stage("regular"),
                "Sila": self._stage("at_risk"),
                "Liza": self._stage("lost"),
            },
        )
        self.assertEqual(
            set(self._profile(self.people["Nina"]).mapped("stage_date")),
            {Date.to_date("2026-06-15")},
        )

    def test_first_scoring_only_takes_stock(self):
        self.assertFalse(self._moves() | self._moves(field="strategy"))

    def test_stock_is_taken_while_profiles_are_made(self):
        """To write every customer a second time would cost more than the rest."""
        other = self._new_company("Other")
        self._order(self.people["Nina"], "2026-06-01", 10, company=other)
        for day in ("2026-04-02", "2026-05-02", "2026-06-01"):
            self._order(self.people["Rita"], day, 100, company=other)
        with patch.object(type(self.scoring), "_move_profiles", lambda *_args: None):
            self._score(other)
        nina = self._profile(self.people["Nina"], other)
        self.assertEqual(nina.stage_id, self._stage("new"))
        self.assertEqual(nina.stage_date, Date.to_date("2026-06-15"))
        self.assertEqual(nina.strategy_state, "approved")
        self.assertEqual(nina.recorded_segment_id, nina.segment_id)
        rita = self._profile(self.people["Rita"], other)
        self.assertEqual(rita.stage_id, self._stage("growing"))
        self.assertEqual(rita.strategy_state, "proposed")
        stamps = (nina | rita).mapped("write_date")
        with freeze_time("2026-06-15 18:00:00"):
            self._score(other)
        (nina | rita).invalidate_recordset()
        self.assertEqual((nina | rita).mapped("write_date"), stamps)

    def test_nothing_is_written_when_nothing_changed(self):
        profiles = self.profiles.search([("company_id", "=", self.company.id)])
        before = {profile.id: profile.write_date for profile in profiles}
        with freeze_time("2026-06-15 18:00:00"):
            self._score()
        profiles.invalidate_recordset()
        self.assertEqual({p.id: p.write_date for p in profiles}, before)
        self.assertFalse(self._moves())

    def test_transition_tells_facts_rule_and_revenue(self):
        self._order(self.people["Nina"], "2026-06-14", 50)
        run = self._score()
        move = self._moves()
        self.assertEqual(len(move), 1)
        self.assertEqual(move.partner_id, self.people["Nina"])
        self.assertEqual(move.from_stage_id, self._stage("new"))
        self.assertEqual(move.to_stage_id, self._stage("growing"))
        self.assertEqual((move.from_name, move.to_name), ("New", "Growing"))
        self.assertEqual((move.run_id, move.revenue_12m), (run, 150))
        self.assertIn("Orders: 2; last on 06/14/2026, days ago: 1", move.reason)
        self.assertIn("Usual interval in days: 9", move.reason)
        self.assertIn("Two or three days with purchases", move.reason)

    def test_new_customer_enters_from_nothing(self):
        customer = self._customer("Late")
        self._order(customer, "2026-06-14", 50)
        self._score()
        move = self._moves(customer)
        self.assertFalse(move.from_stage_id)
        self.assertEqual(move.to_stage_id, self._stage("new"))
        self.assertEqual(move.from_name, "None")

    def test_segments_leave_transitions_too(self):
        for _number in range(6):
            self._order(self.people["Oleg"], "2026-06-14", 900)
        old = self._profile(self.people["Oleg"]).segment_id
        self._score()
        move = self._moves(self.people["Oleg"], "segment")
        self.assertEqual(move.from_segment_id, old)
        self.assertEqual(
            move.to_segment_id, self._profile(self.people["Oleg"]).segment_id
        )
        self.assertNotEqual(move.to_segment_id, old)

    def test_lost_customer_who_buys_is_won_back_once(self):
        liza = self.people["Liza"]
        with freeze_time("2026-07-01 12:00:00"):
            self._order(liza, "2026-06-30", 10)
            self._score()
            profile = self._profile(liza)
            self.assertEqual(profile.stage_id, self._stage("won_back"))
            self.assertEqual(profile.won_back_date, Date.to_date("2026-06-30"))
            self._order(liza, "2026-07-01", 10)
            self._score()
        profile.invalidate_recordset()
        self.assertEqual(profile.won_back_date, Date.to_date("2026-06-30"))
        self.assertEqual(len(self._moves(liza)), 1)

    def test_purchase_after_the_limit_is_no_win_back(self):
        liza = self.people["Liza"]  # lost since 15 June, 180 days to win back
        with freeze_time("2026-12-20 12:00:00"):
            self._order(liza, "2026-12-19", 10)
            self._score()
        self.assertFalse(self._profile(liza).won_back_date)

    def test_archived_customer_leaves_his_stage(self):
        self.people["Rita"].active = False
        self._score()
        profile = self._profile(self.people["Rita"])
        self.assertFalse(profile.stage_id or profile.strategy_id)

    def test_other_company_is_left_alone(self):
        other = self._new_company("Other")
        self._order(self.people["Nina"], "2026-06-01", 10, company=other)
        self._score(other)
        self.assertFalse(self._moves())
        profile = self._profile(self.people["Nina"], other)
        self.assertEqual(profile.stage_id, self._stage("new"))

    def test_relative_conditions(self):
        def found(*domain):
            profiles = self.profiles.search(
                [("company_id", "=", self.company.id), *domain]
            )
            return set(profiles.mapped("partner_id.name"))

        # 15 June - 10 days = 5 June
        self.assertEqual(found(("days_since_order", "=", 10)), {"Nina"})
        self.assertEqual(found(("days_since_order", "<", 10)), set())
        self.assertEqual(found(("days_since_order", "<=", 10)), {"Nina"})
        self.assertEqual(found(("days_since_order", ">=", 165)), {"Liza"})
        self.assertEqual(found(("days_since_order", ">", 165)), set())
        self.assertEqual(found(("last_order_date", "<", "-150d")), {"Oleg", "Liza"})
        self.assertEqual(found(("overdue_ratio", ">", 2)), {"Sila", "Liza"})

    def test_invalid_rules_are_explained(self):
        stage = self._stage("lost")
        for text, words in (
            ("[('no_such_field', '=', 1)]", "no_such_field"),
            ("order_count > 3", "is no list of conditions"),
            ("[('order_count', '>', uid)]", "is no list of conditions"),
            ("[('order_count', '>', 'many')]", "The rule of Lost cannot be used"),
        ):
            with self.assertRaisesRegex(ValidationError, words):
                stage.domain = text
            stage.invalidate_recordset()

    def test_rule_that_tells_nobody_apart_warns_with_counts(self):
        stage = self._stage("lost").with_user(
            self._new_user("keeper", "sales_team.group_sale_manager")
        )
        stage = stage.with_context(allowed_company_ids=self.company.ids)
        with Form(stage) as form:
            form.domain = "[('order_count', '>', 999)]"
            warning = stage.new({"domain": form.domain, "name": "x"})._onchange_rule()
            self.assertIn("0 of 7", warning["warning"]["message"])
            form.domain = "[('order_count', '>', 0)]"
        draft = stage.new({"domain": "[('order_count', '>=', 0)]", "name": "x"})
        self.assertIn("7 of 7", draft._onchange_rule()["warning"]["message"])
        draft.domain = "[('order_count', '>', 1)]"
        self.assertIsNone(draft._onchange_rule())
        draft.domain = "nonsense"
        self.assertIn("nonsense", draft._onchange_rule()["warning"]["message"])

    def test_rule_across_relations(self):
        self.people["Rita"].city = "Tula"
        stage = self._stage("prospect")
        stage.domain = "[('partner_id.city', '=', 'Tula')]"
        self._score()
        self.assertEqual(self._stages()["Rita"], stage)
        self.assertEqual(self._stages()["Nina"], self._stage("new"))

    def test_strategy_across_relations_sees_tonights_stage(self):
        strategy = self.env.ref("crm_loyalty.crm_loyalty_strategy_end")
        strategy.domain = str(
            [
                ("stage_id", "=", self._stage("growing").id),
                "|",
                ("company_id.loyalty_basis", "=", "order"),
                ("company_id.name", "=", "Elsewhere"),
            ]
        )
        self._order(self.people["Nina"], "2026-06-14", 50)
        self._score()
        self.assertEqual(self._stages()["Nina"], self._stage("growing"))
        self.assertEqual(self._profile(self.people["Nina"]).strategy_id, strategy)
        self.assertNotEqual(self._profile(self.people["Rita"]).strategy_id, strategy)

    def test_points_need_a_programme(self):
        with self.assertRaisesRegex(ValidationError, "of which programme"):
            self._stage("lost").bonus_points = 5

    def test_kanban_shows_empty_stages(self):
        mine = [("company_id", "=", self.company.id), ("order_count", "=", 1)]
        profiles = self.profiles.with_context(read_group_expand=True)
        groups = profiles.web_read_group(mine, ["stage_id"], [])["groups"]
        self.assertEqual(len(groups), 8)

    def test_query_count_does_not_depend_on_customers(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._score()
            return self.env.cr.sql_log_count - before

        cost()
        partners = self.env["res.partner"].create(
            [{"name": f"p{n}"} for n in range(40)]
        )
        for partner in partners[:2]:
            self._order(partner, "2026-06-01", 10)
        few = cost()
        for partner in partners:
            self._order(partner, "2026-05-01", 10)
        self.assertLessEqual(cost(), few)


class TestLoyaltyStageEffects(LoyaltyCase):
    """Customers become new after the stock was taken: mail, call and bonus once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls._score()
        cls.stage = cls.env.ref("crm_loyalty.crm_loyalty_stage_new")
        cls.plan = cls.env["mail.activity.plan"].create(
            {
                "name": "Welcome",
                "res_model": "res.partner",
                "company_id": False,
                "template_ids": [
                    (
                        0,
                        0,
                        {
                            "summary": "Ask how it went",
                            "delay_count": 7,
                            "delay_from": "after_plan_date",
                            "activity_type_id": cls.env.ref(
                                "mail.mail_activity_data_call"
                            ).id,
                        },
                    )
                ],
            }
        )
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Welcome",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Welcome, {{ object.name }}",
                "partner_to": "{{ object.id }}",
                "body_html": "<p>Hello</p>",
            }
        )
        cls.stage.write(
            {"activity_plan_id": cls.plan.id, "mail_template_id": cls.template.id}
        )
        cls.anna = cls._customer(
            "Anna", user_id=cls.seller.id, email="anna@example.com"
        )
        cls._order(cls.anna, "2026-06-14", 10)

    def _moves(self):
        return self.env["crm.loyalty.transition"].search(
            [("company_id", "=", self.company.id), ("field", "=", "stage")]
        )

    def _activities(self, partner=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.anna).id),
            ]
        )

    def _mails(self):
        return self.env["mail.mail"].search([("subject", "=", "Welcome, Anna")])

    def _run(self):
        moves = self.env["crm.loyalty.transition"]
        while batch := moves._take_pending(500):
            batch._run_effects()

    def test_plan_and_mail_once_per_entry(self):
        self._score()
        self.assertEqual(self._moves().effect_state, "pending")
        self._run()
        self.assertEqual(self._moves().effect_state, "done")
        activity = self._activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.seller)
        self.assertEqual(activity.summary, "Ask how it went")
        self.assertEqual(activity.date_deadline, Date.to_date("2026-06-22"))
        self.assertEqual(len(self._mails()), 1)
        self._score()
        self._run()
        self.assertEqual(len(self._activities()), 1)
        self.assertEqual(len(self._mails()), 1)

    def test_killed_between_marking_and_commit_repeats_nothing(self):
        self._score()
        with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            self._run()
            raise KeyboardInterrupt
        self.env.invalidate_all()
        self.assertFalse(self._activities() or self._mails())
        self._run()
        self.assertEqual((len(self._activities()), len(self._mails())), (1, 1))

    def test_no_mail_on_request(self):
        self._score()
        moves = self.env["crm.loyalty.transition"].with_context(loyalty_no_mail=True)
        moves._take_pending(500)._run_effects()
        self.assertFalse(self._mails())
        self.assertEqual(len(self._activities()), 1)

    def test_blacklisted_or_without_address_get_no_mail(self):
        self.env["mail.blacklist"]._add("anna@example.com")
        silent = self._customer("Silent", user_id=self.seller.id)
        self._order(silent, "2026-06-14", 10)
        self._score()
        self._run()
        self.assertFalse(self._mails())
        self.assertEqual(set(self._moves().mapped("effect_state")), {"done"})
        self.assertEqual(len(self._activities(silent)), 1)

    def test_customer_without_salesperson_goes_to_who_sold_last(self):
        customer = self._customer("Nobody's")
        self._order(customer, "2026-06-13", 10, user_id=self.env.user.id)
        self._order(customer, "2026-06-14", 10, user_id=self.seller.id)
        self._profile(customer)
        self.stage.domain = "[('order_days', '>', 0)]"
        self._score()
        self._moves().action_release()
        self._run()
        self.assertEqual(self._activities(customer).user_id, self.seller)

    def test_actions_wait_when_a_rule_was_edited(self):
        self.stage.domain = "[('order_days', '<', 9)]"
        self._score()
        self.assertEqual(self._moves().effect_state, "held")
        self._run()
        self.assertFalse(self._activities())
        self._moves().action_release()
        self._run()
        self.assertEqual(len(self._activities()), 1)

    def test_held_actions_can_be_dropped(self):
        self.stage.domain = "[('order_days', '<', 9)]"
        self._score()
        self._moves().action_skip()
        self.assertEqual(self._moves().effect_state, "skipped")

    def test_who_moved_on_is_skipped(self):
        self._score()
        self._order(self.anna, "2026-06-15", 10)
        self._score()
        self._run()
        states = {move.to_stage_id: move.effect_state for move in self._moves()}
        self.assertEqual(states[self.stage], "skipped")
        self.assertFalse(self._activities())

    def test_broken_template_does_not_stop_the_others(self):
        growing = self.env.ref("crm_loyalty.crm_loyalty_stage_growing")
        growing.activity_plan_id = self.plan
        boris = self._customer("Boris", user_id=self.seller.id)
        self._order(boris, "2026-06-01", 10)
        self._order(boris, "2026-06-14", 10)
        self._score()
        broken = patch.object(
            type(self.template), "send_mail_batch", side_effect=ValueError("no colour")
        )
        with broken, self.assertLogs("odoo.addons.crm_loyalty", "ERROR"):
            self._run()
        states = {move.partner_id: move.effect_state for move in self._moves()}
        self.assertEqual(states[boris], "done")
        self.assertEqual(states[self.anna], "failed")
        self.assertIn("no colour", self._moves().mapped("effect_note"))
        self.assertFalse(self._activities())
        self.assertEqual(len(self._activities(boris)), 1)

    def test_bonus_is_asked_for_once(self):
        program = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty"}
        )
        self.stage.write({"bonus_points": 5, "bonus_program_id": program.id})
        calls = []

        def grant(stage_model, profiles, stage):
            calls.append((profiles.partner_id, stage))

        with patch.object(type(self.stage), "_grant_stage_bonus", grant):
            self._score()
            self._run()
            self._run()
        self.assertEqual(calls, [(self.anna, self.stage)])

    def test_batch_costs_the_same_for_many(self):
        def cost(count):
            partners = self.env["res.partner"].create(
                [{"name": f"p{n}", "user_id": self.seller.id} for n in range(count)]
            )
            for partner in partners:
                self._order(partner, "2026-06-14", 10)
            self._score()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._run()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self._score()
        self._run()
        few = cost(2)
        self.assertLessEqual(cost(40), few + 40)

    def test_plan_must_be_for_contacts(self):
        plan = self.env["mail.activity.plan"].create(
            {"name": "Leads", "res_model": "crm.lead"}
        )
        with self.assertRaisesRegex(ValidationError, "made for contacts"):
            self.stage.activity_plan_id = plan
