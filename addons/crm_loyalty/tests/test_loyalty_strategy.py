from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import Form
from odoo.tools import mute_logger

from ..sql import decisions
from .common import LoyaltyCase


class TestLoyaltyStrategy(LoyaltyCase):
    """Who gets which strategy, who decides, and what is kept of it.

    Today is 15 June 2026. Revenue ranks of five customers: M = 1 to 5.

    customer  purchases                        stage    M  strategy
    Big       4 × 500, monthly up to 1 June    regular  5  protect
    Small     5 × 10, monthly up to 1 June     regular  2  re-engineer (often, little)
    Fresh     1 × 300 on 10 June               new      3  start, no approval needed
    Gone      1 × 5 in January 2024            lost     1  end, manager only
    Key       2 × 400 up to January 2025       lost     4  win back
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.boss = cls._new_user("boss", "sales_team.group_sale_manager")
        cls.rival = cls._new_user("rival", "sales_team.group_sale_salesman")
        cls.people = {}
        for name, amount, days in (
            ("Big", 500, ["2026-03-03", "2026-04-02", "2026-05-02", "2026-06-01"]),
            (
                "Small",
                10,
                ["2026-02-01", "2026-03-03", "2026-04-02", "2026-05-02", "2026-06-01"],
            ),
            ("Fresh", 300, ["2026-06-10"]),
            ("Gone", 5, ["2024-01-10"]),
            ("Key", 400, ["2024-06-01", "2025-01-10"]),
        ):
            partner = cls._customer(name, user_id=cls.seller.id)
            cls.people[name] = partner
            for day in days:
                cls._order(partner, day, amount)
        cls._score()
        cls.plan = cls.env["mail.activity.plan"].create(
            {
                "name": "Protect",
                "res_model": "res.partner",
                "company_id": False,
                "template_ids": [
                    Command.create(
                        {
                            "summary": "Visit",
                            "activity_type_id": cls.env.ref(
                                "mail.mail_activity_data_call"
                            ).id,
                        }
                    )
                ],
            }
        )

    def _strategy(self, code):
        return self.env.ref(f"crm_loyalty.crm_loyalty_strategy_{code}")

    def _profile_of(self, name, user=None):
        profile = self._profile(self.people[name])
        return profile.with_user(user) if user else profile

    def _decisions(self, *names):
        return self.env["crm.loyalty.decision"].search(
            [("partner_id", "in", [self.people[name].id for name in names])]
        )

    def test_first_match_of_the_seven(self):
        self.assertEqual(
            {name: self._profile_of(name).strategy_id for name in self.people},
            {
                "Big": self._strategy("protect"),
                "Small": self._strategy("reengineer"),
                "Fresh": self._strategy("start"),
                "Gone": self._strategy("end"),
                "Key": self._strategy("win_back"),
            },
        )
        self.assertEqual(
            {name: self._profile_of(name).strategy_state for name in self.people},
            {
                "Big": "proposed",
                "Small": "proposed",
                "Fresh": "approved",
                "Gone": "proposed",
                "Key": "proposed",
            },
        )

    def test_there_are_seven_and_ending_always_needs_a_manager(self):
        strategies = self.env["crm.loyalty.strategy"].search([])
        self.assertEqual(len(strategies), 7)
        ending = strategies.filtered("is_ending")
        self.assertEqual(ending, self._strategy("end"))
        for values in ({"requires_approval": False}, {"approver": "salesperson"}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                ending.write(values)
                ending.flush_recordset()
            ending.invalidate_recordset()
        with Form(self._strategy("protect")) as form:
            form.is_ending = True
            self.assertEqual(form.approver, "manager")

    def test_reason_in_words(self):
        profile = self._profile_of("Big")
        self.assertIn(
            "Protect the relationship since 06/15/2026", profile._explain_strategy()
        )
        why = profile.strategy_why
        self.assertIn("Orders: 4; last on 06/01/2026, days ago: 14", why)
        self.assertIn("Rule: Key customer", why)

    def test_salesperson_approves_and_the_plan_starts(self):
        self._strategy("protect").activity_plan_id = self.plan
        self._profile_of("Big", self.seller).action_approve_strategy()
        profile = self._profile_of("Big")
        self.assertEqual(profile.strategy_state, "approved")
        decision = self._decisions("Big")
        self.assertEqual(decision.state, "approved")
        self.assertEqual(decision.user_id, self.seller)
        self.assertEqual(decision.date, Date.to_date("2026-06-15"))
        self.assertEqual(decision.strategy_id, self._strategy("protect"))
        self.assertEqual(
            decision.stage_id, self.env.ref("crm_loyalty.crm_loyalty_stage_regular")
        )
        self.assertIn("Orders: 4", decision.reason)
        activity = self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", self.people["Big"].id),
            ]
        )
        self.assertEqual((activity.summary, activity.user_id), ("Visit", self.seller))

    def test_rejection_needs_a_reason_and_lasts(self):
        action = self._profile_of("Big", self.seller).action_reject_strategy()
        form = Form(
            self.env["crm.loyalty.reject"]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        with self.assertRaisesRegex(AssertionError, "note is a required field"):
            form.save()
        form.note = "The owner retires"
        form.save().action_reject()
        self.assertEqual(self._profile_of("Big").strategy_state, "rejected")
        decision = self._decisions("Big")
        self.assertEqual((decision.state, decision.note), ("rejected", form.note))
        self._score()
        self.assertEqual(self._profile_of("Big").strategy_state, "rejected")

    def test_new_strategy_is_proposed_again(self):
        self._profile_of("Small", self.boss).action_approve_strategy()
        self._order(self.people["Small"], "2026-06-14", 9000)
        self._score()
        profile = self._profile_of("Small")
        self.assertEqual(profile.strategy_id, self._strategy("protect"))
        self.assertEqual(profile.strategy_state, "proposed")

    def test_salesperson_cannot_approve_what_needs_a_manager(self):
        for name in ("Gone", "Small"):
            profile = self._profile_of(name, self.seller)
            self.assertFalse(profile.can_decide)
            with self.assertRaisesRegex(AccessError, "takes a sales manager"):
                profile.action_approve_strategy()
            with self.assertRaisesRegex(AccessError, "takes a sales manager"):
                profile.action_reject_strategy()
            with self.assertRaises(AccessError):
                self.env["crm.loyalty.reject"].with_user(self.seller).create(
                    {"profile_ids": [Command.set(profile.ids)], "note": "x"}
                ).action_reject()
        self.assertFalse(self._decisions("Gone", "Small"))
        self._profile_of("Gone", self.boss).action_approve_strategy()
        self.assertEqual(self._profile_of("Gone").strategy_state, "approved")

    def test_others_customers_are_out_of_reach(self):
        profile = self._profile_of("Big", self.rival)
        with self.assertRaises(AccessError):
            profile.action_approve_strategy()
        with self.assertRaises(AccessError):
            profile.action_reject_strategy()
        with self.assertRaises(AccessError):
            profile.write({"strategy_state": "approved"})
        self._profile_of("Big", self.seller).action_approve_strategy()
        log = self.env["crm.loyalty.decision"].with_user(self.rival)
        self.assertFalse(log.search([("partner_id", "=", self.people["Big"].id)]))
        with self.assertRaises(AccessError):
            log.create({"profile_id": profile.id})
        moves = self.env["crm.loyalty.transition"].with_user(self.rival)
        self.assertFalse(moves.search([("partner_id", "=", self.people["Big"].id)]))

    def test_nobody_writes_the_log_or_the_results(self):
        self._profile_of("Big", self.seller).action_approve_strategy()
        for user in (self.seller, self.boss):
            for record in (
                self._decisions("Big"),
                self.env["crm.loyalty.strategy.result"].search([], limit=1),
                self.env["crm.loyalty.transition"].search([], limit=1),
            ):
                with self.assertRaises(AccessError):
                    record.with_user(user).check_access("write")
        for model in ("crm.loyalty.stage", "crm.loyalty.strategy"):
            rule = self.env[model].search([], limit=1).with_user(self.seller)
            with self.assertRaises(AccessError):
                rule.write({"domain": "[]"})

    def test_decided_twice_is_told(self):
        profile = self._profile_of("Big", self.seller)
        profile.action_approve_strategy()
        with self.assertRaisesRegex(UserError, "No strategy waits"):
            profile.action_approve_strategy()

    def test_approving_many_keeps_queries_flat(self):
        def cost(count):
            self.env["crm.loyalty.strategy"].search([]).requires_approval = True
            for _number in range(count):
                customer = self._customer("Many", user_id=self.seller.id)
                self._order(customer, "2026-06-14", 10)
            self._score()
            waiting = self.profiles.search(
                [
                    ("company_id", "=", self.company.id),
                    ("strategy_state", "=", "proposed"),
                    ("partner_id.name", "=", "Many"),
                ]
            )
            self.assertEqual(len(waiting), count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            waiting.with_user(self.boss).action_approve_strategy()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = cost(2)
        self.assertLessEqual(cost(30), few)

    def test_margin_rate_only_where_margins_are_known(self):
        domain = [("company_id", "=", self.company.id), ("margin_rate", "<", 5)]
        known = "margin" in self.env["sale.order"]._fields
        before = self.profiles.search(domain)
        if not known:
            self.assertFalse(before)
        self.company.loyalty_basis = "invoice"
        self.assertFalse(self.profiles.search(domain))


class TestLoyaltyStrategyResult(LoyaltyCase):
    """Forty twins, ten of them approved on 15 June 2026; measured after 90 days.

    Each bought for 100 on 1 June: in the window before (17 March to 15 June). In the
    window after (16 June to 13 September) the approved spend 110 to 290 in steps of 20
    (mean 200), the others 10 (six of ten) or nothing.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strategy = cls.env.ref("crm_loyalty.crm_loyalty_strategy_start")
        cls.strategy.requires_approval = True
        cls.boss = cls._new_user("boss", "sales_team.group_sale_manager")
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Twin {number}"} for number in range(40)]
        )
        for partner in cls.partners:
            cls._order(partner, "2026-06-01", 100)
        cls._score()

    def _approve(self, partners):
        profiles = self.profiles.search([("partner_id", "in", partners.ids)])
        profiles.with_user(self.boss).action_approve_strategy()
        self._score()

    def _log(self, state):
        return self.env["crm.loyalty.decision"].search(
            [("company_id", "=", self.company.id), ("state", "=", state)]
        )

    def _results(self):
        return {
            result.measure: result
            for result in self.env["crm.loyalty.strategy.result"].search(
                [("company_id", "=", self.company.id)]
            )
        }

    def _conclusion(self):
        return self._results()["revenue"].conclusion

    def test_untouched_twins_are_noted_before_anything_is_known(self):
        self._approve(self.partners[:2])
        untouched = self._log("untouched")
        self.assertEqual(len(untouched), 2 * decisions.CONTROLS)
        self.assertFalse(untouched.partner_id & self.partners[:2])
        self.assertEqual(set(untouched.mapped("date")), {Date.to_date("2026-06-15")})
        self.assertFalse(set(untouched.mapped("measured_date")) - {False})
        self._score()
        self.assertEqual(len(self._log("untouched")), 20)

    def test_approved_later_is_no_longer_untouched(self):
        self._approve(self.partners[:3])
        self.assertEqual(len(self._log("untouched")), 30)
        self._approve(self.partners[3:4])
        twin = self._log("untouched").filtered(
            lambda row: row.partner_id == self.partners[3]
        )
        self.assertFalse(twin)

    def test_difference_after_90_days(self):
        self._approve(self.partners[:10])
        self.assertEqual(len(self._log("untouched")), 30)
        for number, partner in enumerate(self.partners[:10]):
            self._order(partner, "2026-09-13", 110 + 20 * number)
        for partner in self.partners[10:28]:
            self._order(partner, "2026-06-16", 10)
        for partner in self.partners:
            self._order(partner, "2026-09-14", 9999)  # a day too late
        with freeze_time("2026-09-13 12:00:00"):
            self._score()
            self.assertFalse(self._results())
        with freeze_time("2026-09-14 12:00:00"):
            self._score()
        approved = self._log("approved")
        self.assertEqual(set(approved.mapped("revenue_before")), {100})
        self.assertEqual(sum(approved.mapped("revenue_after")), 2000)
        revenue = self._results()["revenue"]
        self.assertEqual((revenue.treated_count, revenue.control_count), (10, 30))
        # change +100 on average against 6 − 100 = −94
        self.assertAlmostEqual(revenue.difference, 194, 2)
        # Welch: sd 60.55 of ten, 4.98 of thirty; t(9.04) = 2.26
        self.assertAlmostEqual(revenue.low, 194 - 43.3, 0)
        self.assertAlmostEqual(revenue.high, 194 + 43.3, 0)
        self.assertIn("Better by", revenue.conclusion)
        self.assertIn("194.00", revenue.conclusion)
        bought = self._results()["bought"]
        self.assertAlmostEqual(bought.difference, 100 - 60, 2)
        self.assertIn("40.0 percentage points", bought.conclusion)
        self.assertEqual(
            self.strategy.result_ids.filtered(
                lambda result: result.company_id == self.company
            ),
            self.env["crm.loyalty.strategy.result"].union(*self._results().values()),
        )

    def test_honest_when_too_few(self):
        self._approve(self.partners[:9])
        with freeze_time("2026-09-20 12:00:00"):
            self._score()
        revenue = self._results()["revenue"]
        self.assertFalse(revenue.is_measured)
        self.assertIn(
            "Too few to tell: approved 9, comparable untouched 31", revenue.conclusion
        )

    def test_nobody_to_compare_with(self):
        self._approve(self.partners)
        with freeze_time("2026-09-20 12:00:00"):
            self._score()
        self.assertIn("approved 40, comparable untouched 0", self._conclusion())

    def test_no_difference_is_not_proven(self):
        self._approve(self.partners[:10])
        for number, partner in enumerate(self.partners):
            self._order(partner, "2026-07-01", 10 if number % 2 else 30)
        with freeze_time("2026-09-20 12:00:00"):
            self._score()
        self.assertIn("Not proven", self._results()["revenue"].conclusion)

    def test_results_are_measured_once(self):
        self._approve(self.partners[:10])
        with freeze_time("2026-09-20 12:00:00"):
            self._score()
        stamp = self._log("approved")[:1].measured_date
        with freeze_time("2026-09-21 12:00:00"):
            self._score()
        self.assertEqual(self._log("approved")[:1].measured_date, stamp)
        self.assertEqual(stamp - timedelta(days=97), Date.to_date("2026-06-15"))

    def test_other_company_has_its_own_results(self):
        self._approve(self.partners[:10])
        other = self._new_company("Other")
        with freeze_time("2026-09-20 12:00:00"):
            self._score(other)
        self.assertFalse(self._results())

    def test_guidance_and_rule_are_checked(self):
        with self.assertRaises(ValidationError):
            self.strategy.domain = "[('nothing', '=', 1)]"
