from odoo.fields import Command, Date
from odoo.tools import mute_logger

from .common import LoyaltyCase


class TestLoyaltyFacts(LoyaltyCase):
    """What a profile says of the orders.

    Today 15 June 2026, so the last 12 months begin on 16 June 2025.
    """

    def test_dates_count_interval_and_revenue(self):
        customer = self._customer("Anna")
        self._order(customer, "2024-06-15", 100)
        self._order(customer, "2025-06-15", 200)  # one day too old for 12 months
        self._order(customer, "2025-06-16", 300)
        self._order(customer, "2026-06-05", 400)
        self._score()
        profile = self._profile(customer)
        self.assertEqual(profile.first_order_date, Date.to_date("2024-06-15"))
        self.assertEqual(profile.last_order_date, Date.to_date("2026-06-05"))
        self.assertEqual(profile.order_count, 4)
        self.assertEqual(profile.revenue_total, 1000)
        self.assertEqual(profile.revenue_12m, 700)
        # 720 days from first to last, three intervals
        self.assertAlmostEqual(profile.avg_interval, 240)
        self.assertEqual(profile.days_since_order, 10)
        profile.last_order_date = "2026-06-16"  # where the company is, not here yet
        self.assertEqual(profile.days_since_order, 0)

    def test_orders_of_a_day_are_one_visit(self):
        customer = self._customer("Boris")
        self._order(customer, "2026-06-01", 10)
        self._order(customer, "2026-06-01 15:00:00", 10)
        self._order(customer, "2026-06-11", 10)
        self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.order_count, profile.order_days), (3, 2))
        self.assertAlmostEqual(profile.avg_interval, 10)

    def test_night_order_belongs_to_the_company_day(self):
        customer = self._customer("Nina")
        # 22:30 UTC on 31 May is 01:30 on 1 June in Moscow
        self._order(customer, "2026-05-31 22:30:00", 10)
        self._score()
        self.assertEqual(
            self._profile(customer).last_order_date, Date.to_date("2026-06-01")
        )

    def test_only_confirmed_orders_count(self):
        customer = self._customer("Vera")
        self._order(customer, "2026-06-01", 10, state="draft")
        self._order(customer, "2026-06-01", 10, state="sent")
        self._order(customer, "2026-06-01", 10, state="cancel")
        self._score()
        self.assertFalse(self._profile(customer))

    def test_order_dated_ahead_waits_for_its_day(self):
        customer = self._customer("Zoya")
        self._order(customer, "2026-06-01", 10)
        self._order(customer, "2026-07-01", 990)
        self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.order_count, profile.revenue_total), (1, 10))

    def test_return_order_lowers_revenue_and_is_no_purchase(self):
        customer = self._customer("Gleb")
        self._order(customer, "2026-06-01", 100)
        self._order(customer, "2026-06-10", -30)
        self._order(customer, "2026-06-11", 0)
        self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.order_count, profile.revenue_total), (1, 70))
        self.assertEqual(profile.last_order_date, Date.to_date("2026-06-01"))

    def test_hundred_year_old_order(self):
        customer = self._customer("Old")
        self._order(customer, "1926-06-15", 100)
        self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.revenue_total, profile.revenue_12m), (100, 0))

    def test_order_that_only_hands_out_a_reward_is_no_purchase(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Gifts",
                "program_type": "promotion",
                "reward_ids": [Command.create({"reward_type": "discount"})],
            }
        )
        customer = self._customer("Guest")
        order = self._order(customer, "2026-06-01", 0)
        order.order_line.reward_id = program.reward_ids
        self._score()
        self.assertFalse(self._profile(customer))

    def test_contacts_of_a_firm_share_its_profile(self):
        firm = self._customer("Firm", is_company=True)
        buyer = self._customer("Buyer", parent_id=firm.id)
        boss = self._customer("Boss", parent_id=firm.id)
        self._order(buyer, "2026-06-01", 100)
        self._order(boss, "2026-06-02", 200)
        self._score()
        self.assertEqual(self._profile(firm).revenue_total, 300)
        self.assertFalse(self._profile(buyer) | self._profile(boss))

    def test_contact_who_moves_takes_his_orders_along(self):
        old = self._customer("Old firm", is_company=True)
        new = self._customer("New firm", is_company=True)
        buyer = self._customer("Buyer", parent_id=old.id)
        self._order(buyer, "2026-06-01", 100)
        self._score()
        buyer.parent_id = new
        self._score()
        self.assertEqual(self._profile(new).revenue_total, 100)
        emptied = self._profile(old)
        self.assertEqual((emptied.order_count, emptied.revenue_total), (0, 0))
        self.assertFalse(emptied.last_order_date or emptied.segment_id)
        self.assertFalse(emptied.rfm_score)

    def test_cancelled_order_leaves_an_empty_profile(self):
        customer = self._customer("Rita")
        order = self._order(customer, "2026-06-01", 100)
        self._score()
        order.state = "cancel"
        run = self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.order_count, profile.revenue_12m), (0, 0))
        self.assertEqual((run.customer_count, run.updated_count), (0, 1))

    def test_companies_do_not_mix(self):
        other = self._new_company("Teapot")
        customer = self._customer("Both")
        self._order(customer, "2026-06-01", 100)
        self._order(customer, "2026-06-02", 900, company=other)
        self._score()
        self.assertFalse(self._profile(customer, other))
        self._score(other)
        self.assertEqual(self._profile(customer).revenue_total, 100)
        self.assertEqual(self._profile(customer, other).revenue_total, 900)

    def test_own_companies_are_no_customers(self):
        other = self._new_company("Sister")
        self._order(other.partner_id, "2026-06-01", 100)
        self._score()
        self.assertFalse(self._profile(other.partner_id))

    def test_foreign_currency_counts_at_the_rate_of_the_document(self):
        self.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "currency_id": self.dollar.id,
                    "company_id": self.company.id,
                    "rate": rate,
                }
                for day, rate in (("2025-01-01", 1.25), ("2026-01-01", 2.0))
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": self.dollar.id,
                "company_id": self.company.id,
            }
        )
        customer = self._customer("Dolly")
        for day in ("2025-07-01", "2026-03-01"):
            order = self._order(customer, day, 100, pricelist_id=pricelist.id)
            self.assertEqual(order.currency_id, self.dollar)
        self._score()
        # 100 / 1.25 + 100 / 2
        self.assertAlmostEqual(self._profile(customer).revenue_total, 130)

    def test_order_without_a_rate_counts_at_par(self):
        customer = self._customer("Par")
        order = self._order(customer, "2026-06-01", 100)
        order.currency_rate = 0
        self._score()
        self.assertEqual(self._profile(customer).revenue_total, 100)

    def test_archived_customer_keeps_facts_and_loses_scores(self):
        customer = self._customer("Gone")
        self._order(customer, "2026-06-01", 100)
        self._score()
        customer.active = False
        self._score()
        profile = self._profile(customer)
        self.assertFalse(profile.active)
        self.assertEqual(profile.revenue_total, 100)
        self.assertFalse(profile.rfm_score or profile.segment_id)
        self.assertIn("archived", profile.why)

    @mute_logger("odoo.sql_db", "odoo.addons.base.wizard.base_partner_merge")
    def test_merged_customers_become_one_profile(self):
        keep, gone = self._customer("Keep"), self._customer("Gone")
        self._order(keep, "2026-06-01", 100)
        self._order(gone, "2026-06-02", 200)
        self._score()
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((keep | gone).ids, dst_partner=keep)
        self._score()
        profile = self._profile(keep)
        self.assertEqual((len(profile), profile.revenue_total), (1, 300))

    def test_deleted_customer_takes_the_profile_along(self):
        customer = self._customer("Erased")
        order = self._order(customer, "2026-06-01", 100)
        self._score()
        profile = self._profile(customer)
        order.state = "cancel"
        order.unlink()
        customer.unlink()
        self.assertFalse(profile.exists())

    def test_margin_where_it_is_known(self):
        customer = self._customer("Margin")
        order = self._order(customer, "2026-06-01", 100)
        if "margin" not in order._fields:
            self.skipTest("sale_margin is not installed")
        order.order_line.purchase_price = 60
        self._score()
        self.assertEqual(self._profile(customer).margin_12m, 40)

    def test_invoice_basis_is_net_of_credit_notes(self):
        company = self.env.company
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        company.loyalty_basis = "invoice"
        customer = self._customer("Invoiced")
        self._order(customer, "2026-06-01", 5000)  # not invoiced: does not count
        for kind, day, amount in (
            ("out_invoice", "2026-05-01", 100),
            ("out_invoice", "2026-05-11", 200),
            ("out_refund", "2026-05-20", 50),
            ("out_invoice", "2026-06-01", 7777),  # stays a draft
        ):
            move = self.env["account.move"].create(
                {
                    "move_type": kind,
                    "partner_id": customer.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Repair",
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
            if amount != 7777:
                move.action_post()
        self._score()
        profile = self._profile(customer)
        self.assertEqual((profile.order_count, profile.revenue_total), (2, 250))
        self.assertAlmostEqual(profile.avg_interval, 10)
