from odoo.exceptions import AccessError
from odoo.fields import Date

from .common_programs import ProgramCase

NAMES = ("firm_bonus", "consumer_tiers", "nth_gift", "winback", "events")


class TestProgramTemplate(ProgramCase):
    """Each template makes a programme that works. Orders are about 100 euro."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.programs.with_context(menu_type="crm_loyalty")
        cls.anna = cls._customer("Anna", email="anna@example.com")
        cls.firm = cls._customer("Dacha", is_company=True)
        cls.boris = cls._customer("Boris", parent_id=cls.firm.id)

    def _create(self, name):
        action = self.templates.create_from_template(name)
        return self.programs.browse(action["res_id"])

    def _confirm(self, partner, amount):
        order = self._order(partner, "2026-06-15", amount, state="draft")
        order._update_programs_and_rewards()
        order.action_confirm()
        return order

    def _points(self, program, partner):
        cards = self.cards.search(
            [("program_id", "=", program.id), ("partner_id", "=", partner.id)]
        )
        return sum(cards.mapped("points"))

    def test_every_template_is_offered_and_made(self):
        offered = self.templates.get_program_templates()
        self.assertEqual(set(offered), set(NAMES))
        for name in NAMES:
            self.assertTrue(offered[name]["title"] and offered[name]["description"])
            program = self._create(name)
            self.assertTrue(program.active and program.reward_ids)
            self.assertEqual(program.name, offered[name]["title"])
            self.assertEqual(program.company_id, self.company)
            program._preview()
            program.active = False

    def test_stock_picker_is_as_it_was(self):
        stock = self.programs.get_program_templates()
        self.assertIn("fidelity", stock)
        self.assertNotIn("firm_bonus", stock)
        self.assertFalse(self.programs.create_from_template("firm_bonus"))

    def test_unknown_template(self):
        self.assertFalse(self.templates.create_from_template("nonsense"))

    def test_firm_bonus(self):
        """Paid invoices give 3 % to the firm's card; points pay 30 % at most."""
        program = self._create("firm_bonus")
        self.assertEqual(
            (program.earn_event, program.beneficiary, program.expire_after),
            ("payment", "commercial", 365),
        )
        order = self._confirm(self.boris, 1000)
        self.assertEqual(self._points(program, self.firm), 0, "not paid yet")
        earning = order.loyalty_earning_ids
        self.assertEqual(earning.full_points, 30)
        card = self._card(program, self.firm)
        card._post_points("bonus", 500)
        quotation = self._order(self.boris, "2026-06-15", 1000, state="draft")
        quotation._update_programs_and_rewards()
        self.assertEqual(quotation._get_real_points_for_coupon(card), 300)
        error = quotation._apply_program_reward(program.reward_ids, card)
        self.assertFalse(error)
        self.assertEqual(quotation.amount_untaxed, 700)

    def test_consumer_tiers(self):
        program = self._create("consumer_tiers")
        self.assertEqual(program.level_ids.mapped("threshold"), [0, 500, 2000])
        card = self._card(program, self.anna)
        self._earn(card, 600)
        self._look(program)
        self.assertEqual(card.tier_id.threshold, 500)
        order = self._confirm(self.anna, 100)
        self.assertEqual(order.loyalty_earning_ids.full_points, 125)

    def test_gift_for_every_tenth_purchase(self):
        program = self._create("nth_gift")
        for _number in range(9):
            self._confirm(self.anna, 20)
        self._confirm(self.anna, 5)
        self.assertEqual(self._points(program, self.anna), 9, "5 are below the limit")
        self._confirm(self.anna, 20)
        card = self.cards.search([("program_id", "=", program.id)])
        quotation = self._order(self.anna, "2026-06-15", 20, state="draft")
        quotation._update_programs_and_rewards()
        self.assertIn(card, quotation._get_claimable_rewards())

    def test_winback(self):
        """A customer who gets lost has a coupon, that works once, by e-mail."""
        program = self._create("winback")
        stage = self.env.ref("crm_loyalty.crm_loyalty_stage_lost")
        self.assertIn(stage, program.stage_ids)
        self._order(self.anna, "2024-01-01", 100)
        self._score()
        profile = self._profile(self.anna)
        profile.stage_id = stage
        self.assertEqual(self.bonus_job._grant_for_stage(profile, stage), 1)
        coupon = self.cards.search([("program_id", "=", program.id)])
        self.assertEqual(coupon.partner_id, self.anna)
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.anna.ids)])
        self.assertIn(coupon.code, mail.body_html)
        order = self._order(self.anna, "2026-06-15", 100, state="draft")
        status = order._try_apply_code(coupon.code)
        self.assertNotIn("error", status)
        order._apply_program_reward(program.reward_ids, coupon)
        self.assertEqual(order.amount_untaxed, 85)
        order.action_confirm()
        second = self._order(self.anna, "2026-06-15", 100, state="draft")
        self.assertIn("error", second._try_apply_code(coupon.code))

    def test_welcome_and_birthday(self):
        program = self._create("events")
        self._order(self.anna, "2026-06-15", 100)
        self.anna.loyalty_birthday = "1990-06-15"
        self._score()
        self.assertEqual(self._points(program, self.anna), 15)
        card = self.cards.search([("program_id", "=", program.id)])
        self.assertEqual(card.next_expiration_date, Date.to_date("2026-08-14"))
        self.assertEqual(
            self.env["mail.mail"].search_count(
                [("recipient_ids", "in", self.anna.ids)]
            ),
            2,
        )

    def test_amounts_fit_the_orders_of_the_company(self):
        """Orders of about 10,000 take amounts a hundred times larger."""
        for amount, scale in ((100, 1), (10_000, 100), (35, 1), (3, 0.01)):
            self.env["sale.order"].search([("company_id", "=", self.company.id)]).write(
                {"state": "cancel"}
            )
            self._order(self.anna, "2026-06-01", amount)
            self.assertAlmostEqual(self.templates._template_scale(), scale, msg=amount)

    def test_previews_tell_customers_and_cost(self):
        """Two customers; 3 % of 1,000 bought, at 1 each, of which 80 % are used: 24."""
        self._order(self.anna, "2026-06-01", 600)
        self._order(self.boris, "2026-06-01", 400)
        self._score()
        previews = self.templates.get_program_previews()
        self.assertEqual(set(previews), set(NAMES))
        self.assertEqual(previews["firm_bonus"]["customers"], "Customers: 2 of 2")
        self.assertIn("24.00", previews["firm_bonus"]["cost"])
        self.assertEqual(previews["winback"]["customers"], "Customers: 0 of 2")

    def test_previews_make_nothing(self):
        count = self.programs.with_context(active_test=False).search_count([])
        self.templates.get_program_previews()
        self.assertEqual(
            self.programs.with_context(active_test=False).search_count([]), count
        )

    def test_only_managers(self):
        seller = self._new_user("seller", "sales_team.group_sale_salesman")
        templates = self.templates.with_user(seller)
        with self.assertRaises(AccessError):
            templates.get_program_previews()
        with self.assertRaises(AccessError):
            templates.create_from_template("firm_bonus")

    def test_manager_without_other_rights(self):
        # as in stock Odoo, a reward takes a product of its own
        manager = self._new_user(
            "boss", "sales_team.group_sale_manager,product.group_product_manager"
        )
        templates = self.templates.with_user(manager)
        self.assertEqual(set(templates.get_program_previews()), set(NAMES))
        for name in NAMES:
            self.assertTrue(templates.create_from_template(name))
