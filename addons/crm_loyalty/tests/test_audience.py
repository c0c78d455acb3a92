from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..engine import holdout
from ..engine.uplift import TooFew
from .common_programs import ProgramCase


class TestEligibility(ProgramCase):
    """Anna is of the segment Loyal, Boris of Rest; Clara never bought anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna, cls.boris, cls.clara = (
            cls._customer(name) for name in ("Anna", "Boris", "Clara")
        )
        cls._order(cls.anna, "2026-06-01", 500)
        cls._order(cls.boris, "2026-05-01", 100)
        cls._score()
        cls.loyal, cls.rest = cls.env["crm.loyalty.segment"].create(
            [{"name": "Loyal"}, {"name": "Rest"}]
        )
        cls._profile(cls.anna).segment_id = cls.loyal
        cls._profile(cls.boris).segment_id = cls.rest

    def _earned(self, partner, program):
        order = self._order(partner, "2026-06-15", 100, state="draft")
        order._update_programs_and_rewards()
        order.action_confirm()
        return sum(
            self.cards.search(
                [("program_id", "=", program.id), ("partner_id", "=", partner.id)]
            ).mapped("points")
        )

    def test_programme_for_a_segment(self):
        for use_ledger in (True, False):
            program = self._program(
                use_ledger=use_ledger, segment_ids=[Command.set(self.loyal.ids)]
            )
            self.assertEqual(self._earned(self.anna, program), 100)
            self.assertEqual(self._earned(self.boris, program), 0)
            self.assertEqual(self._earned(self.clara, program), 0)
            program.active = False

    def test_contacts_follow_their_firm(self):
        contact = self._customer("Buyer", parent_id=self.anna.id)
        program = self._program(segment_ids=[Command.set(self.loyal.ids)])
        self.assertEqual(self._earned(contact, program), 100)

    def test_stage_and_segment_add_up(self):
        stage = self.env["crm.loyalty.stage"].create({"name": "Here"})
        program = self._program(
            segment_ids=[Command.set(self.loyal.ids)],
            stage_ids=[Command.set(stage.ids)],
        )
        self.assertEqual(self._earned(self.anna, program), 0)
        self._profile(self.anna).stage_id = stage
        self.assertEqual(self._earned(self.anna, program), 100)

    def test_tier_of_another_programme(self):
        club = self._tiered(("Gold", 1000, {}), name="Tiered")
        program = self._program(tier_ids=[Command.set(club.level_ids.ids)])
        self.assertEqual(self._earned(self.anna, program), 0)
        card = self._card(club, self.boris)
        card.sudo().tier_id = club.level_ids
        self.assertEqual(self._earned(self.boris, program), 100)

    def test_code_of_a_closed_programme_is_refused(self):
        program = self.programs.create(
            {
                "name": "Secret",
                "program_type": "promo_code",
                "company_id": self.company.id,
                "segment_ids": [Command.set(self.loyal.ids)],
                "rule_ids": [
                    Command.clear(),
                    Command.create({"mode": "with_code", "code": "SEGMENT10"}),
                ],
                "reward_ids": [Command.clear(), Command.create({"discount": 10})],
            }
        )
        for partner, is_open in ((self.anna, True), (self.boris, False)):
            order = self._order(partner, "2026-06-15", 100, state="draft")
            status = order._try_apply_code("SEGMENT10")
            self.assertEqual("error" not in status, is_open, status)
        program.active = False

    def test_domain_stays_a_plain_list(self):
        self._program(segment_ids=[Command.set(self.loyal.ids)])
        order = self._order(self.boris, "2026-06-15", 100, state="draft")
        for domain in (order._get_program_domain(), order._get_trigger_domain()):
            self.assertIsInstance(domain, list)
            self.assertEqual(domain[-1][1], "not in")

    def test_open_programmes_cost_no_query(self):
        self._program()
        order = self._order(self.boris, "2026-06-15", 100, state="draft")
        self.programs._restrictions()
        with self.assertQueryCount(0):
            self.programs._closed_to(order.partner_id, order.company_id)

    def test_restricted_programmes_cost_two_queries(self):
        """One for the profile, one for the cards, however many programmes."""
        club = self._tiered(("Gold", 1000, {}), name="Tiered")
        for number in range(5):
            self._program(
                name=f"P{number}",
                segment_ids=[Command.set(self.loyal.ids)],
                tier_ids=[Command.set(club.level_ids.ids)],
            )
        order = self._order(self.boris, "2026-06-15", 100, state="draft")
        self.env.flush_all()
        self.assertEqual(len(self.programs._restrictions()), 5)
        self.assertTrue(order.partner_id.commercial_partner_id.name)  # read already
        with self.assertQueryCount(2):
            closed = self.programs._closed_to(order.partner_id, order.company_id)
        self.assertEqual(len(closed), 5)

    def test_archived_segment_does_not_open_the_programme(self):
        program = self._program(segment_ids=[Command.set(self.loyal.ids)])
        self.loyal.active = False
        self.assertEqual(self._earned(self.boris, program), 0)

    def test_editing_a_programme_is_seen_at_once(self):
        program = self._program()
        self.assertEqual(self._earned(self.boris, program), 100)
        program.segment_ids = self.loyal
        self.assertEqual(self._earned(self.boris, program), 100, "nothing more")
        program.segment_ids = False
        self.assertEqual(self._earned(self.boris, program), 200)

    def test_consent(self):
        program = self._program(requires_consent=True)
        self.assertEqual(self._earned(self.anna, program), 0)
        self.env["crm.loyalty.terms"].create(
            {"version": "1", "date": "2026-01-01", "text": "Terms"}
        )
        self.anna._give_loyalty_consent(self.company)
        self.assertEqual(self._earned(self.anna, program), 100)

    def test_two_companies_stay_apart(self):
        other = self._new_company("Other")
        program = self._program(
            company_id=other.id, segment_ids=[Command.set(self.loyal.ids)]
        )
        closed = self.programs._closed_to(self.boris, self.company)
        self.assertFalse(closed, "a programme of another company is nothing here")
        self.assertEqual(self.programs._closed_to(self.anna, other), program)


class TestPreview(ProgramCase):
    """Anna bought for 500, Boris for 100 within the year; Clara for 50 before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna, cls.boris, cls.clara = (
            cls._customer(name) for name in ("Anna", "Boris", "Clara")
        )
        cls._order(cls.anna, "2026-06-01", 300)
        cls._order(cls.anna, "2026-06-02", 200)
        cls._order(cls.boris, "2026-05-01", 100)
        cls._order(cls.clara, "2024-05-01", 50)
        cls._score()
        cls.segment = cls.env["crm.loyalty.segment"].create({"name": "Chosen"})
        cls._profile(cls.anna).segment_id = cls.segment

    def _found(self, **values):
        return self._program(
            **{"point_value": 0.1, "expected_redemption": 50, **values}
        )._preview()

    def test_everybody(self):
        """600 euro give 600 points of 0.10, half of which are redeemed: 30."""
        found = self._found()
        self.assertEqual((found["customers"], found["total"]), (3, 3))
        self.assertEqual((found["orders"], found["points"]), (3, 600))
        self.assertAlmostEqual(found["cost"], 30)

    def test_segment(self):
        found = self._found(segment_ids=[Command.set(self.segment.ids)])
        self.assertEqual((found["customers"], found["orders"]), (1, 2))
        self.assertAlmostEqual(found["cost"], 25)

    def test_share_kept_out_costs_nothing(self):
        found = self._found(holdout_percent=50)
        self.assertAlmostEqual(found["cost"], 15)

    def test_points_per_order_from_a_minimum(self):
        found = self._found(
            rule_ids=[
                Command.create(
                    {
                        "reward_point_mode": "order",
                        "reward_point_amount": 7,
                        "minimum_amount": 200,
                    }
                )
            ]
        )
        self.assertEqual(found["points"], 14)

    def test_points_per_unit_of_a_product(self):
        other = self.env["product.product"].create({"name": "Other"})
        for product, points in ((self.service, 15), (other, 0)):
            found = self._found(
                rule_ids=[
                    Command.create(
                        {
                            "reward_point_mode": "unit",
                            "reward_point_amount": 5,
                            "product_ids": [Command.set(product.ids)],
                        }
                    )
                ]
            )
            self.assertEqual(found["points"], points)

    def test_money_of_a_product_only(self):
        found = self._found(
            rule_ids=[
                Command.create(
                    {
                        "reward_point_mode": "money",
                        "reward_point_amount": 2,
                        "product_ids": [Command.set(self.service.ids)],
                    }
                )
            ]
        )
        self.assertEqual(found["points"], 1200)

    def test_orders_in_another_currency(self):
        """100 dollars at 2 dollars per euro are 50 euro."""
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "rate": 2,
                "currency_id": self.dollar.id,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollar", "currency_id": self.dollar.id}
        )
        order = self._order(self.boris, "2026-06-05", 100, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_rate, 2)
        self.assertEqual(self._found()["points"], 650)

    def test_birthdays_cost_too(self):
        self.anna.loyalty_birthday = "1980-01-01"
        found = self._found(
            rule_ids=[Command.clear()],
            bonus_ids=[
                Command.create({"name": "B", "event": "birthday", "points": 20})
            ],
        )
        self.assertEqual(found["points"], 20)

    def test_window_shows_and_warns(self):
        program = self._program(point_value=0.1)
        wizard = self.env["crm.loyalty.program.preview"].create(
            {"program_id": program.id}
        )
        self.assertFalse(wizard.warning)
        self.assertEqual(wizard.cost, 60)
        empty = self.env["crm.loyalty.segment"].create({"name": "Nobody"})
        program.segment_ids = empty
        wizard.invalidate_recordset()
        self.assertIn("Nobody may take part", wizard.warning)
        self.env["crm.loyalty.profile"].search([]).segment_id = empty
        wizard.invalidate_recordset()
        self.assertIn("leave nobody out", wizard.warning)
        self.assertEqual(
            self.env["crm.loyalty.profile"].search_count(
                wizard.action_view_audience()["domain"]
            ),
            3,
        )

    def test_warning_before_saving(self):
        empty = self.env["crm.loyalty.segment"].create({"name": "Nobody"})
        program = self.programs.new({"company_id": self.company.id})
        self.assertIsNone(program._onchange_audience())
        program.segment_ids = empty
        warning = program._onchange_audience()["warning"]
        self.assertIn("0 of 3", warning["message"])
        program.segment_ids = self.segment
        self.assertIsNone(program._onchange_audience())
        self.env["crm.loyalty.profile"].search([]).segment_id = self.segment
        self.assertIn("3 of 3", program._onchange_audience()["warning"]["message"])

    def test_only_managers(self):
        seller = self._new_user("seller", "sales_team.group_sale_salesman")
        program = self._program()
        with self.assertRaises(AccessError):
            self.env["crm.loyalty.program.preview"].with_user(seller).create(
                {"program_id": program.id}
            )


class TestHoldout(ProgramCase):
    """Half of the customers are kept out; who they are follows from the secret."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(40)]
        )
        cls.program = cls._program(holdout_percent=50)
        secret = cls.program.sudo().holdout_secret
        cls.out = cls.customers.filtered(
            lambda customer: holdout.is_held_out(secret, customer.id, 50)
        )
        cls.part = cls.customers - cls.out

    def test_kept_out_earn_and_see_nothing(self):
        self.assertTrue(self.out and self.part)
        for customer, points in ((self.out[0], 0), (self.part[0], 100)):
            order = self._order(customer, "2026-06-15", 100, state="draft")
            order._update_programs_and_rewards()
            order.action_confirm()
            cards = self.cards.search([("partner_id", "=", customer.id)])
            self.assertEqual(sum(cards.mapped("points")), points)
            self.assertEqual(bool(order._get_claimable_rewards()), bool(points))

    def test_a_firm_is_kept_out_whole(self):
        contact = self._customer("Buyer", parent_id=self.out[0].id)
        self.assertIn(self.program, self.programs._closed_to(contact, self.company))

    def test_who_held_a_card_before_is_not_kept_out(self):
        customer = self.out[0]
        card = self._card(self.program, customer)
        self.assertIn(self.program, self.programs._closed_to(customer, self.company))
        self.env.cr.execute(
            "UPDATE loyalty_card SET create_date = '2026-06-14' WHERE id = %s",
            [card.id],
        )
        card.invalidate_recordset()
        self.assertFalse(self.programs._closed_to(customer, self.company))

    def test_same_draw_in_python_and_in_the_database(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM res_partner WHERE id IN %s",
                self.program._sql_held_out(SQL("res_partner.id")),
                tuple(self.customers.ids),
            )
        )
        self.assertEqual({key for key, out in rows if out}, set(self.out.ids))

    def test_share_is_fixed_while_measured(self):
        secret = self.program.sudo().holdout_secret
        with self.assertRaisesRegex(ValidationError, "share kept out of Club is fixed"):
            self.program.holdout_percent = 20
        self.program.holdout_percent = 50
        self.assertEqual(self.program.sudo().holdout_secret, secret)
        self.program.holdout_percent = 0
        self.assertFalse(self.program.holdout_date)
        self.assertFalse(self.programs._closed_to(self.out[0], self.company))
        self.program.holdout_percent = 20
        self.assertNotEqual(self.program.sudo().holdout_secret, secret)

    def test_secret_is_for_nobody(self):
        manager = self._new_user("boss", "sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.program.with_user(manager).read(["holdout_secret"])
        with self.assertRaises(AccessError):
            self.programs.with_user(manager).search([("holdout_secret", "=like", "a%")])

    def test_copy_measures_nothing(self):
        copied = self.program.copy()
        self.assertFalse(copied.holdout_percent or copied.holdout_date)

    def _enrol(self):
        for customer in self.customers:
            self._order(customer, "2026-06-01", 10)
        self._score()
        return self.env["crm.loyalty.holdout"].search(
            [("program_id", "=", self.program.id)]
        )

    def test_the_job_takes_stock_of_both_sides(self):
        members = self._enrol()
        self.assertEqual(members.partner_id, self.customers)
        self.assertEqual(
            members.filtered("is_held_out").partner_id.sorted(), self.out.sorted()
        )
        self._score()
        self.assertEqual(
            self.env["crm.loyalty.holdout"].search_count(
                [("program_id", "=", self.program.id)]
            ),
            40,
        )

    def test_only_who_may_take_part_is_compared(self):
        self.program.segment_ids = self.env["crm.loyalty.segment"].create(
            {"name": "Nobody", "sequence": 1, "domain": "[('order_count', '>', 99)]"}
        )
        self.assertFalse(self._enrol())

    def _effect(self):
        """Each who takes part buys for 30 and 50 in turn after the draw, each kept
        out for 20 and 40."""
        self._enrol()
        for group, low, high in ((self.part, 30, 50), (self.out, 20, 40)):
            for number, customer in enumerate(group):
                self._order(customer, "2026-06-15", high if number % 2 else low)
        return self.program._holdout_uplift(date(2026, 6, 15), date(2026, 6, 30))

    def test_too_few_is_said(self):
        found = self._effect()[self.program]
        self.assertIsInstance(found["result"], TooFew)
        self.assertEqual(found["effect"], 0)


class TestEffect(ProgramCase):
    """100 customers, half of them kept out; all bought for 10 before the draw.

    Afterwards who takes part brings 30 and 50 in turn, who is kept out 20 and 40: on
    average 40 and 30, a difference of 10, whatever the draw (equal numbers of low and
    high buyers within one customer).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(100)]
        )
        cls.program = cls._program(holdout_percent=50)
        for customer in cls.customers:
            cls._order(customer, "2026-06-01", 10)
        cls._score()
        cls.members = cls.env["crm.loyalty.holdout"].search(
            [("program_id", "=", cls.program.id)]
        )
        cls.out = cls.members.filtered("is_held_out").partner_id
        cls.part = cls.members.partner_id - cls.out
        for group, low, high in ((cls.part, 30, 50), (cls.out, 20, 40)):
            for number, customer in enumerate(group):
                cls._order(customer, "2026-06-15", high if number % 2 else low)

    def _expected(self, group, low, high):
        half = len(group) // 2
        return (low * (len(group) - half) + high * half) / len(group)

    def test_effect_per_customer_and_in_all(self):
        found = self.program._holdout_uplift(date(2026, 6, 15), date(2026, 6, 30))
        result = found[self.program]["result"]
        treated = self._expected(self.part, 30, 50)
        control = self._expected(self.out, 20, 40)
        self.assertEqual(result.treated.n, len(self.part))
        self.assertEqual(result.control.n, len(self.out))
        self.assertAlmostEqual(result.treated.mean, treated)
        self.assertAlmostEqual(result.control.mean, control)
        self.assertAlmostEqual(result.effect, treated - control)
        self.assertTrue(result.is_proven)
        self.assertAlmostEqual(
            found[self.program]["effect"], (treated - control) * len(self.part)
        )
        self.assertEqual(found[self.program]["currency"], self.euro)

    def test_period_outside_the_purchases(self):
        found = self.program._holdout_uplift(date(2026, 6, 16), date(2026, 6, 30))
        result = found[self.program]["result"]
        self.assertEqual((result.effect, result.is_proven), (0, False))

    def test_purchases_before_the_draw_do_not_count(self):
        found = self.program._holdout_uplift(date(2026, 1, 1), date(2026, 6, 14))
        self.assertIsInstance(found[self.program]["result"], TooFew)

    def test_programme_nobody_is_kept_out_of(self):
        other = self._program(name="Open")
        self.assertEqual(other._holdout_uplift(date(2026, 6, 1), date(2026, 6, 30)), {})

    def test_the_job_keeps_the_whole_measurement(self):
        self._score()
        effect = self.env["crm.loyalty.effect"].search(
            [("program_id", "=", self.program.id)]
        )
        self.assertEqual(len(effect), 1)
        self.assertTrue(effect.is_automatic)
        self.assertEqual(effect.state, "gain")
        self.assertIn("pays off", effect.verdict)
        self.assertGreater(effect.low_each, 0)
        self._score()
        self.assertEqual(
            self.env["crm.loyalty.effect"].search_count(
                [("program_id", "=", self.program.id)]
            ),
            1,
        )

    def test_ended_measurement_keeps_its_result(self):
        self._score()
        effect = self.env["crm.loyalty.effect"].search(
            [("program_id", "=", self.program.id)]
        )
        before = effect.effect_each
        self.program.holdout_percent = 0
        effect.action_measure()
        self.assertEqual(effect.effect_each, before)
        self.program.holdout_percent = 10
        self.assertFalse(effect.is_automatic)
        self.assertFalse(
            self.env["crm.loyalty.holdout"].search(
                [("program_id", "=", self.program.id)]
            )
        )

    def test_bad_period_is_named(self):
        with self.assertRaisesRegex(ValidationError, "ends on .*, before it begins"):
            self.env["crm.loyalty.effect"].create(
                {
                    "program_id": self.program.id,
                    "date_from": "2026-06-30",
                    "date_to": "2026-06-01",
                }
            )

    def test_programme_without_hold_out_is_refused(self):
        other = self._program(name="Open")
        with self.assertRaisesRegex(ValidationError, "Nobody is kept out of Open"):
            self.env["crm.loyalty.effect"].create(
                {
                    "program_id": other.id,
                    "date_from": "2026-06-01",
                    "date_to": "2026-06-30",
                }
            )

    def test_results_are_not_entered(self):
        manager = self._new_user("boss", "sales_team.group_sale_manager")
        effects = self.env["crm.loyalty.effect"].with_user(manager)
        values = {
            "program_id": self.program.id,
            "date_from": "2026-06-15",
            "date_to": "2026-06-30",
        }
        effect = effects.create(values)
        self.assertEqual(effect.state, "gain")
        with self.assertRaises(AccessError):
            effect.effect = 1e6
        with self.assertRaises(AccessError):
            effects.create({**values, "effect": 1e6})
        seller = self._new_user("seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            effect.with_user(seller).read(["effect"])

    def test_number_of_queries_does_not_grow(self):
        def measure():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.program._holdout_uplift(date(2026, 6, 15), date(2026, 6, 30))
            return self.env.cr.sql_log_count - before

        measure()
        few = measure()
        for number in range(20):
            self._order(self._customer(f"More {number}"), "2026-06-15", 10)
        self._score()
        self.assertEqual(measure(), few)
