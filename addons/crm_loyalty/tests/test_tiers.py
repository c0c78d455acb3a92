from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common_programs import ProgramCase


class TestTiers(ProgramCase):
    """Silver from 500, gold from 1,000 bought in the last 12 months.

    Who no longer meets a tier goes one down, 30 days after it has run out.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._tiered(("Silver", 500, {}), ("Gold", 1000, {}))
        cls.silver = cls._level(cls.program, "Silver")
        cls.gold = cls._level(cls.program, "Gold")
        cls.anna = cls._customer("Anna")
        cls.card = cls._card(cls.program, cls.anna)

    def test_nothing_bought_no_tier(self):
        self.assertEqual(self._look(self.program), 0)
        self.assertFalse(self.card.tier_id)
        self.assertIn("No tier yet", self.card.tier_why)
        self.assertIn("500", self.card.tier_progress)

    def test_promotion_at_once(self):
        self._earn(self.card, 600)
        self.assertEqual(self._look(self.program), 1)
        self.assertEqual(self.card.tier_id, self.silver)
        self.assertEqual(self.card.tier_date, self.today)
        self.assertEqual(self.card.tier_expiration_date, date(2027, 6, 15))
        self.assertEqual(self.card.qualifying_amount, 600)

    def test_two_tiers_at_once(self):
        self._earn(self.card, 1000)
        self._look(self.program)
        self.assertEqual(self.card.tier_id, self.gold)
        self.assertFalse(self.card.next_tier_id)
        self.assertFalse(self.card.tier_progress)

    def test_second_look_changes_nothing(self):
        self._earn(self.card, 600)
        self._look(self.program)
        before = self.card.read()[0]
        self.assertEqual(self._look(self.program), 0)
        self.assertEqual(self.card.read()[0], before)

    def test_just_below_the_threshold(self):
        self._earn(self.card, 499.99)
        self._look(self.program)
        self.assertFalse(self.card.tier_id)

    def test_window_is_twelve_months(self):
        self._earn(self.card, 600, "2025-06-15")
        self._look(self.program)
        self.assertFalse(self.card.tier_id, "a year and a day of twelve months ago")
        self._earn(self.card, 500, "2025-06-16")
        self._look(self.program)
        self.assertEqual(self.card.qualifying_amount, 500)
        self.assertEqual(self.card.tier_id, self.silver)

    def test_return_is_taken_off_its_purchase(self):
        order = self._earn(self.card, 600)
        self.card._post_points(
            "reverse",
            -200,
            date=self.today,
            document=order,
            currency_amount=-200,
        )
        self._look(self.program)
        self.assertEqual(self.card.qualifying_amount, 400)
        self.assertFalse(self.card.tier_id)

    def test_bonuses_and_corrections_do_not_count(self):
        self.card._post_points("bonus", 5000)
        self.card._post_points("adjust", 5000, reason="Gift")
        self._look(self.program)
        self.assertEqual(self.card.qualifying_amount, 0)

    def test_tier_is_kept_until_it_runs_out_and_grace_is_over(self):
        self._earn(self.card, 1200, "2026-06-01")
        self._look(self.program)
        # the purchase leaves the window on 2027-06-02, the tier ends on 2027-06-15
        for day in ("2027-06-10", "2027-06-15", "2027-07-15"):
            self.assertEqual(self._look(self.program, day), 0, day)
            self.assertEqual(self.card.tier_id, self.gold)
        self.assertEqual(self._look(self.program, "2027-07-16"), 1)
        self.assertEqual(self.card.tier_id, self.silver, "one tier down")
        self.assertEqual(self.card.tier_date, date(2027, 7, 16))
        self.assertEqual(self.card.tier_expiration_date, date(2028, 7, 16))

    def test_meeting_it_again_renews_it(self):
        self._earn(self.card, 1200, "2026-06-01")
        self._look(self.program)
        self._earn(self.card, 1000, "2027-05-01")
        self.assertEqual(self._look(self.program, "2027-07-16"), 0)
        self.assertEqual(self.card.tier_id, self.gold)
        self.assertEqual(self.card.tier_date, self.today, "held without a break")
        self.assertEqual(self.card.tier_expiration_date, date(2028, 7, 16))

    def test_downgrade_to_what_is_met(self):
        self.gold.downgrade = "balance_based"
        self._earn(self.card, 1200, "2026-06-01")
        self._look(self.program)
        self._look(self.program, "2027-07-16")
        self.assertFalse(self.card.tier_id)
        self.assertFalse(self.card.tier_expiration_date)

    def test_downgrade_never(self):
        self.gold.downgrade = "none"
        self._earn(self.card, 1200, "2026-06-01")
        self._look(self.program)
        self.assertEqual(self._look(self.program, "2030-01-01"), 0)
        self.assertEqual(self.card.tier_id, self.gold)

    def test_lowest_tier_goes_to_none(self):
        self._earn(self.card, 600, "2026-06-01")
        self._look(self.program)
        self._look(self.program, "2027-07-16")
        self.assertFalse(self.card.tier_id)

    def test_calendar_year(self):
        """Gold won in 2026 holds to the end of 2027, judged by the year 2027."""
        self.program.tier_window = "calendar"
        self._earn(self.card, 1200, "2026-06-01")
        self._look(self.program)
        self.assertEqual(self.card.tier_expiration_date, date(2027, 12, 31))
        self._earn(self.card, 1000, "2027-03-01")
        self._look(self.program, "2028-02-01")
        self.assertEqual(self.card.tier_id, self.gold)
        self.assertEqual(self.card.tier_expiration_date, date(2028, 12, 31))
        self._look(self.program, "2029-01-30")
        self.assertEqual(self.card.tier_id, self.gold, "days of grace")
        self._look(self.program, "2029-01-31")
        self.assertEqual(self.card.tier_id, self.silver)

    def test_last_year_does_not_promote(self):
        self.program.tier_window = "calendar"
        self._earn(self.card, 1200, "2025-12-31")
        self._look(self.program)
        self.assertFalse(self.card.tier_id)

    def test_basis_orders(self):
        self.program.tier_basis = "orders"
        self.silver.threshold, self.gold.threshold = 2, 10
        self._earn(self.card, 1, "2026-06-01")
        self._earn(self.card, 1, "2026-06-01")
        self._look(self.program)
        self.assertEqual(self.card.qualifying_amount, 2)
        self.assertEqual(self.card.tier_id, self.silver)
        self.assertEqual(self.card.tier_progress, "2 of 10 till Gold")

    def test_basis_points(self):
        self.program.tier_basis = "points"
        self._earn(self.card, 100, points=700)
        self._look(self.program)
        self.assertEqual(self.card.qualifying_amount, 700)

    def test_programme_without_a_ledger_counts_the_orders(self):
        program = self._tiered(("Silver", 500, {}), use_ledger=False)
        card = self._card(program, self.anna)
        order = self._order(self.anna, "2026-06-01", 700)
        self.history.create(
            {
                "card_id": card.id,
                "description": "Order",
                "issued": 70,
                "order_model": "sale.order",
                "order_id": order.id,
            }
        )
        self._look(program)
        self.assertEqual(card.qualifying_amount, 700)
        self.assertEqual(card.tier_id.name, "Silver")

    def test_progress_in_words(self):
        self._earn(self.card, 320)
        self._look(self.program)
        self.assertIn("320", self.card.tier_progress)
        self.assertIn("till Silver", self.card.tier_progress)
        self.assertEqual(self.card.tier_progress_percent, 64)

    def test_why_names_fact_rule_and_day(self):
        self._earn(self.card, 600)
        self._look(self.program)
        for told in ("Silver since 06/15/2026", "600", "500", "06/15/2027", "30 days"):
            self.assertIn(told, self.card.tier_why)

    def test_every_change_leaves_a_transition(self):
        self._score()
        self._earn(self.card, 1200)
        self._score()
        self._look(self.program, "2027-07-16")
        moves = self.env["crm.loyalty.transition"].search(
            [("partner_id", "=", self.anna.id), ("field", "=", "tier")], order="id"
        )
        self.assertEqual(
            [(move.from_name, move.to_name) for move in moves],
            [("None", "Gold"), ("Gold", "Silver")],
        )
        self.assertIn("1,200.00", moves[0].reason)
        self.assertIn("Gold starts at", moves[0].reason)

    def test_the_nightly_job_looks_at_tiers(self):
        self._earn(self.card, 600)
        run = self._score()
        self.assertEqual(self.card.tier_id, self.silver)
        self.assertIn("tiers", run.durations)

    def test_archived_card_is_left_alone(self):
        self._earn(self.card, 600)
        self.card.active = False
        self.assertEqual(self._look(self.program), 0)

    def test_number_of_queries_does_not_grow_with_cards(self):
        def measure():
            self._look(self.program)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._look(self.program)
            return self.env.cr.sql_log_count - before

        few = measure()
        for number in range(30):
            card = self._card(self.program, self._customer(f"C{number}"))
            self._earn(card, 600)
        self.assertEqual(measure(), few)


class TestTierByHand(ProgramCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._tiered(("Silver", 500, {}), ("Gold", 1000, {}))
        cls.silver = cls._level(cls.program, "Silver")
        cls.gold = cls._level(cls.program, "Gold")
        cls.anna = cls._customer("Anna")
        cls.card = cls._card(cls.program, cls.anna)
        cls.manager = cls._new_user("boss", "sales_team.group_sale_manager")
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman_all_leads")

    def _fix(self, tier, until="2026-12-31", reason="Contract", user=None):
        wizard = (
            self.env["crm.loyalty.tier.fix"]
            .with_user(user or self.manager)
            .create(
                {
                    "card_id": self.card.id,
                    "tier_id": tier.id,
                    "date_end": until,
                    "reason": reason,
                }
            )
        )
        return wizard.action_fix()

    def test_fixed_tier_holds_until_its_day(self):
        self._fix(self.gold)
        self.assertEqual(self.card.tier_id, self.gold)
        self.assertIn("Gold by hand until 12/31/2026: Contract.", self.card.tier_why)
        self.assertEqual(self._look(self.program, "2026-12-31"), 0)
        self.assertEqual(self._look(self.program, "2027-01-30"), 0, "grace")
        self.assertEqual(self._look(self.program, "2027-01-31"), 1)
        self.assertEqual(self.card.tier_id, self.silver)
        self.assertFalse(self.card.tier_locked_until or self.card.tier_lock_reason)

    def test_while_fixed_nothing_changes_by_itself(self):
        self._fix(self.silver)
        self._earn(self.card, 5000)
        self.assertEqual(self._look(self.program), 0)
        self.assertEqual(self._look(self.program, "2027-01-01"), 1)
        self.assertEqual(self.card.tier_id, self.gold)

    def test_leaves_a_trace(self):
        self._score()
        self._order(self.anna, "2026-06-01", 10)
        self._score()
        self._fix(self.gold)
        move = self.env["crm.loyalty.transition"].search([("field", "=", "tier")])
        self.assertEqual((move.to_name, move.create_uid), ("Gold", self.manager))
        self.assertIn("By hand: Contract", move.reason)
        self.assertIn("Contract", self.card.message_ids[0].body)

    def test_bad_input_is_named(self):
        other = self._tiered(("Blue", 1, {}), name="Other")
        for values, told in (
            ({"tier": other.level_ids}, "Blue is no tier of the programme Club"),
            (
                {"tier": self.gold, "until": "2026-06-14"},
                "06/14/2026: that day is over",
            ),
            ({"tier": self.gold, "reason": "  "}, "needs a last day and a reason"),
        ):
            with self.assertRaisesRegex(ValidationError, told):
                self._fix(**values)
        self.assertFalse(self.card.tier_id)

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self._fix(self.gold, user=self.seller)
        with self.assertRaises(AccessError):
            self.card.with_user(self.seller)._fix_tier(self.gold, self.today, "Mine")

    def test_nobody_writes_tiers_past_the_window(self):
        for user in (self.seller, self.manager):
            card = self.card.with_user(user)
            for values in (
                {"tier_id": self.gold.id},
                {"qualifying_amount": 1e6},
                {"tier_locked_until": "2099-01-01"},
            ):
                with self.assertRaises(AccessError):
                    card.write(values)
        with self.assertRaises(AccessError):
            self.cards.with_user(self.manager).create(
                {"program_id": self.program.id, "tier_id": self.gold.id}
            )

    def test_salesperson_reads_but_keeps_no_tiers(self):
        self.assertEqual(self.gold.with_user(self.seller).name, "Gold")
        with self.assertRaises(AccessError):
            self.gold.with_user(self.seller).threshold = 1

    @mute_logger("odoo.sql_db")
    def test_two_tiers_need_different_thresholds(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.silver.threshold = 1000
            self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_values_of_a_tier(self):
        for values in ({"threshold": -1}, {"multiplier": 0}, {"grace_days": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.silver.write(values)
                self.env.flush_all()

    def test_warning_before_a_threshold_is_saved(self):
        """Anna has bought for 600, Boris for 100."""
        boris = self._card(self.program, self._customer("Boris"))
        self._earn(self.card, 600)
        self._earn(boris, 100)
        self._look(self.program)
        for threshold, told in ((50, "2 of 2"), (700, "0 of 2")):
            tier = self.silver.new({"threshold": threshold}, origin=self.silver)
            warning = tier._onchange_threshold()["warning"]["message"]
            self.assertEqual(warning, f"Customers who meet it: {told}.")
        for threshold in (0, 500):
            tier = self.silver.new({"threshold": threshold}, origin=self.silver)
            self.assertFalse(tier._onchange_threshold())

    def test_held_tier_is_not_deleted(self):
        self._fix(self.gold)
        with self.assertRaisesRegex(ValidationError, "Gold cannot be deleted"):
            self.gold.unlink()
        self.silver.unlink()

    def test_copied_programme_has_the_tiers_but_no_holders(self):
        self._fix(self.gold)
        copied = self.program.copy()
        self.assertEqual(copied.level_ids.mapped("name"), ["Silver", "Gold"])
        self.assertFalse(copied.level_ids & self.program.level_ids)
        self.assertFalse(any(copied.level_ids.mapped("card_count")))


class TestTierBenefits(ProgramCase):
    """Gold multiplies by 1.5: an order of 100 earns 150."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._customer("Anna")

    def _gold(self, **values):
        program = self._tiered(("Gold", 1000, {"multiplier": 1.5}), **values)
        card = self._card(program, self.anna)
        card.sudo().tier_id = program.level_ids
        return program, card

    def _confirm(self, amount=100):
        order = self._order(self.anna, "2026-06-15", amount, state="draft")
        order._update_programs_and_rewards()
        order.action_confirm()
        return order

    def test_stock_programme(self):
        _program, card = self._gold(use_ledger=False)
        self._confirm()
        self.assertEqual(card.points, 150)

    def test_ledger_programme(self):
        _program, card = self._gold()
        order = self._confirm()
        self.assertEqual(card.points, 150)
        self.assertEqual(order.loyalty_earning_ids.multiplier, 1.5)

    def test_fixed_at_first_earn(self):
        _program, card = self._gold()
        order = self._confirm()
        card.sudo().tier_id = False
        order._crm_loyalty_sync()
        self.assertEqual(card.points, 150)
        order._action_cancel()
        self.assertEqual(card.points, 0)

    def test_card_of_the_firm_counts_for_its_contacts(self):
        program = self._tiered(
            ("Gold", 1000, {"multiplier": 2}), beneficiary="commercial"
        )
        firm = self._customer("Dacha", is_company=True)
        boris = self._customer("Boris", parent_id=firm.id)
        card = self._card(program, firm)
        card.sudo().tier_id = program.level_ids
        order = self._order(boris, "2026-06-15", 100, state="draft")
        order.action_confirm()
        self.assertEqual(card.points, 200)

    def test_programmes_without_multiplier_cost_no_query(self):
        program = self._tiered(("Plain", 0, {}), use_ledger=False)
        self.env["crm.loyalty.tier"]._multiplying_program_ids()
        with self.assertQueryCount(0):
            self.assertEqual(program._tier_multipliers(self.anna, program), {})
        program.level_ids.multiplier = 3
        card = self._card(program, self.anna)
        card.sudo().tier_id = program.level_ids
        self.assertEqual(program._tier_multipliers(self.anna, program), {program: 3})

    def test_without_tier_no_multiplier(self):
        _program, card = self._gold()
        card.sudo().tier_id = False
        self._confirm()
        self.assertEqual(card.points, 100)

    def test_prices_of_the_tier(self):
        """Gold has a pricelist; who has one of his own keeps it."""
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        self.env["res.config.settings"].create(
            {"group_product_pricelist": True}
        ).execute()
        gold, own = self.env["product.pricelist"].create(
            [
                {"name": name, "company_id": self.company.id, "sequence": 99}
                for name in ("Gold prices", "Own prices")
            ]
        )
        program, card = self._gold()
        program.level_ids.pricelist_id = gold
        self.assertEqual(self.anna.property_product_pricelist, gold)
        self.anna.property_product_pricelist = own
        self.env.invalidate_all()
        self.assertEqual(self.anna.property_product_pricelist, own)
        boris = self._customer("Boris")
        self.assertNotEqual(boris.property_product_pricelist, gold)
        self.assertEqual(card.tier_id.pricelist_id, gold)

    def test_pricelist_of_another_company_is_refused(self):
        other = self._new_company("Other")
        pricelist = self.env["product.pricelist"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        program, _card = self._gold()
        with self.assertRaisesRegex(ValidationError, "Theirs of the tier Gold"):
            program.level_ids.pricelist_id = pricelist

    def test_own_tiers_do_not_restrict_a_programme(self):
        program, _card = self._gold()
        with self.assertRaisesRegex(ValidationError, "its own tiers"):
            program.tier_ids = program.level_ids

    def test_programme_is_not_deleted_over_its_cards(self):
        program, _card = self._gold()
        with self.assertRaises(UserError):
            program.unlink()
