"""The customer's account: what he sees and asks for."""

from odoo.tests import tagged
from odoo.tests.common import JsonRpcException

from .common_portal import HOME, PortalCase

REORDER = "/reorder"


@tagged("post_install", "-at_install")
class TestPortalAccount(PortalCase):
    def setUp(self):
        super().setUp()
        self.authenticate("anna", "anna")

    def test_entry_among_the_customer_s_documents(self):
        self.assertIn('href="/my/loyalty"', self._get("/my/home"))

    def test_balance_pending_and_expiring(self):
        page = self._get()
        self.assertIn("88 points", page)
        self.assertRegex(page, "Not to be spent yet:</span> <b>20 points")
        day = self.env["ir.qweb.field.date"].value_to_html(self.expiry, {})
        self.assertRegex(
            page, f"To be spent by</span> <span[^>]*>{day}</span>: <b>88 points"
        )
        self.assertIn("Shared by</span> North", page)
        self.assertIn("7 points", page)

    def test_rewards_say_what_is_missing(self):
        page = self._get()
        self.assertRegex(page, "Gift for 50</div>.*?Yours now")
        self.assertRegex(page, "Gift for 100</div>.*?12 points <span>to go")

    def test_pending_points_buy_nothing(self):
        """108 points would do for the gift of 100, the 88 available do not."""
        self.assertEqual(self.north_card.points, 108)
        [_cheap, (reward, missing)] = self.env["crm.loyalty.portal"]._get_rewards(
            self.north_card
        )
        self.assertEqual((reward.required_points, missing), (100, 12))

    def test_ledger(self):
        page = self._get(f"{HOME}/points/{self.north_card.id}")
        for words in ("Welcome", "Mug", "Pending order", "+100 points", "-12 points"):
            self.assertIn(words, page)

    def test_ledger_filters(self):
        url = f"{HOME}/points/{self.north_card.id}?filterby="
        for choice, seen, unseen in (
            ("given", "Welcome", "Mug"),
            ("taken", "Mug", "Welcome"),
            ("pending", "Pending order", "Welcome"),
            ("expired", "no such movements", "Welcome"),
        ):
            with self.subTest(choice):
                page = self._get(url + choice)
                self.assertIn(seen, page)
                self.assertNotIn(unseen, page)

    def test_ledger_sorting_and_pages(self):
        for number in range(90):
            self.north_card._post_points("bonus", 1, reason=f"Visit {number:02}")
        url = f"{HOME}/points/{self.north_card.id}"
        self.assertIn("Visit 89", self._get(url))
        self.assertNotIn("Welcome", self._get(url))
        self.assertIn("Welcome", self._get(f"{url}/page/2"))
        self.assertIn("Welcome", self._get(f"{url}?sortby=oldest"))
        self.assertIn("Welcome", self._get(f"{url}?sortby=points"))

    def test_unknown_choices_fall_back(self):
        url = f"{HOME}/points/{self.north_card.id}"
        for query in (
            "?sortby=create_date;drop",
            "?filterby=__proto__",
            "?page=abc",
            "?page=-1",
            f"?page={'9' * 5000}",
            "/page/999999999999999999999",
            "?sortby=&filterby=%00",
        ):
            with self.subTest(query[:40]):
                self.assertIn("Welcome", self._get(url + query))
        self.assertIn("88 points", self._get(f"{HOME}?done=<script>"))

    def test_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["ir.module.module"]._load_module_terms(["crm_loyalty"], ["ru_RU"])
        self.anna.lang = "ru_RU"
        self.authenticate("anna", "anna")
        page = self._get()
        for words in ("Лояльность", "Пора заказать", "Запросить предложение"):
            self.assertIn(words, page)

    def test_firm_hides_a_card_its_programme_does_not_share(self):
        self.shared.beneficiary = "contact"
        self.assertNotIn("Firm bonus", self._get())
        self._get(f"{HOME}/points/{self.north_card.id}", status=404)

    def test_programme_that_is_not_for_the_portal(self):
        self.shared.portal_visible = False
        self.assertNotIn("Firm bonus", self._get())

    def test_without_a_card(self):
        self.shared.active = self.personal.active = False
        self.assertIn("You have no points yet", self._get())

    def test_stranger_has_to_log_in(self):
        self.logout()
        self.assertIn('name="login"', self._get())


@tagged("post_install", "-at_install")
class TestPortalReorder(PortalCase):
    def setUp(self):
        super().setUp()
        self.authenticate("anna", "anna")

    def _ask(self, *needs, **form):
        quantities = {f"quantity_{need.id}": "6" for need in needs}
        return self._post(
            REORDER, product=[need.id for need in needs], **{**quantities, **form}
        )

    def test_draft_quotation_for_the_firm(self):
        key = f"quantity_{self.need_coffee.id}"
        page = self._ask(self.need_coffee, **{key: "7,5", "note": "Ground\n<b>fine"})
        self.assertIn("We prepare your quotation", page)
        order = self._orders()
        self.assertEqual((order.partner_id, order.state), (self.north, "draft"))
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.order_line.product_id, self.coffee)
        self.assertEqual(order.order_line.product_uom_qty, 7.5)
        activity = order.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("anna", activity.note)
        self.assertIn("Ground<br>&lt;b&gt;fine", activity.note)

    def test_asking_twice_makes_one_quotation(self):
        self._ask(self.need_coffee)
        self.assertIn("quotation or an order of yours", self._ask(self.need_coffee))
        self.assertEqual(len(self._orders()), 1)

    def test_customer_without_salesperson_is_answered_too(self):
        self.north.user_id = False
        self.seller.group_ids += self.env.ref("sales_team.group_sale_manager")
        self._ask(self.need_coffee)
        self.assertTrue(self._orders().activity_ids.user_id)

    def test_nothing_chosen(self):
        self.assertIn("choose at least one product", self._ask())
        self.assertFalse(self._orders())

    def test_quantities_that_are_none(self):
        key = f"quantity_{self.need_coffee.id}"
        for quantity in ("", "0", "-3", "nan", "inf", "1e9", "six", "1" * 400):
            with self.subTest(quantity[:9]):
                page = self._ask(self.need_coffee, **{key: quantity})
                self.assertIn("quantities above zero", page)
        self.assertFalse(self._orders())

    def test_products_needed_much_later_are_not_shown(self):
        self._need(self.north, self.tea, 9, 200, "on_time")
        page = self._get()
        self.assertIn("Coffee", page)
        self.assertNotIn("Tea", page)


@tagged("post_install", "-at_install")
class TestPortalTier(PortalCase):
    """Silver from 0, Gold from 400; 100 of them counted for North."""

    def test_tier_and_the_way_to_the_next(self):
        silver, _gold = self.env["crm.loyalty.tier"].create(
            [
                {
                    "program_id": self.shared.id,
                    "name": name,
                    "threshold": threshold,
                    "benefits": f"{name} service",
                }
                for name, threshold in (("Silver", 0), ("Gold", 400))
            ]
        )
        self.north_card.sudo().write({"tier_id": silver.id, "qualifying_amount": 100})
        self.authenticate("anna", "anna")
        page = self._get()
        self.assertRegex(page, "badge[^>]*>Silver<")
        self.assertIn("Silver service", page)
        self.assertIn("width: 25%", page)
        self.assertRegex(page, "100.00 of .*?400.00 till Gold")


@tagged("post_install", "-at_install")
class TestPortalAttacks(PortalCase):
    """Boris of South tries what belongs to North."""

    MODELS = (
        "crm.loyalty.profile",
        "crm.loyalty.replenishment",
        "crm.loyalty.revenue.report",
        "crm.loyalty.cohort.report",
        "crm.loyalty.report",
        "crm.loyalty.liability.report",
        "crm.loyalty.complaint",
        "crm.loyalty.complaint.cause",
        "crm.loyalty.terms",
        "crm.loyalty.tier",
        "crm.loyalty.bonus",
        "crm.loyalty.holdout",
        "loyalty.card",
        "loyalty.history",
        "loyalty.program",
    )

    def setUp(self):
        super().setUp()
        self.authenticate("boris", "boris")

    def _call(self, model, method, *args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    def test_own_page_shows_nothing_of_others(self):
        page = self._get()
        self.assertIn("300 points", page)
        for words in ("North", "Coffee", "88 points", "Personal"):
            self.assertNotIn(words, page)

    def test_cards_of_others_do_not_exist(self):
        for card in (self.north_card, self.anna_card, self.carl_card):
            url = f"{HOME}/points/{card.id}"
            for path in (url, f"{url}/page/1", f"{url}?filterby=given"):
                self._get(path, status=404)
        for guess in (0, 10**12, 10**30):
            self._get(f"{HOME}/points/{guess}", status=404)
        self._get(f"{HOME}/points/{self.south_card.id}")

    def test_card_of_a_colleague_is_his_own(self):
        self.authenticate("anna", "anna")
        self.assertNotIn("Birthday of Carl", self._get())
        self._get(f"{HOME}/points/{self.carl_card.id}", status=404)

    def test_products_of_others_cannot_be_ordered(self):
        for product in (
            [self.need_coffee.id],
            [self.need_tea.id, self.need_coffee.id],
            ["0"],
            ["-1"],
            ["abc"],
            ["9" * 5000],
        ):
            key = f"quantity_{self.need_coffee.id}"
            form = {key: "1", f"quantity_{self.need_tea.id}": "1"}
            self._post(REORDER, status=404, product=product, **form)
        self.assertFalse(self._orders())

    def test_posting_needs_the_page_s_token(self):
        with self.assertLogs("odoo.http", "WARNING"):
            self._post(REORDER, status=400, token=False, product=self.need_tea.id)
        self.assertFalse(self._orders())

    def test_reading_by_remote_call(self):
        for model in self.MODELS:
            with (
                self.subTest(model),
                self.assertRaisesRegex(JsonRpcException, "AccessError"),
            ):
                self._call(model, "search_read", [], ["id"])

    def test_methods_of_the_portal_cannot_be_called(self):
        for method in ("_get_cards", "_request_quotation", "_get_replenishment"):
            with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._call("crm.loyalty.portal", method, self.anna.partner_id.id)
