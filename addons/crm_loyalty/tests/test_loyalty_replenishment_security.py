from odoo.exceptions import AccessError

from .common_replenishment import ReplenishmentCase


class TestReplenishmentSecurity(ReplenishmentCase):
    """ivan: salesman of Mine and Free; olga: all leads; keeper: stock user;
    clerk: internal user; stranger: all leads of another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._new_company("Other")
        cls.ivan = cls._new_user("ivan", "sales_team.group_sale_salesman")
        cls.olga = cls._new_user("olga", "sales_team.group_sale_salesman_all_leads")
        cls.manager = cls._new_user("boss", "sales_team.group_sale_manager")
        cls.keeper = cls._new_user("keeper", "stock.group_stock_user")
        cls.clerk = cls._new_user("clerk", "base.group_user")
        cls.stranger = cls._new_user(
            "stranger", "sales_team.group_sale_salesman_all_leads", cls.other
        )
        cls.mine = cls._customer("Mine", user_id=cls.ivan.id)
        cls.hers = cls._customer("Hers", user_id=cls.olga.id)
        cls.free = cls._customer("Free")
        for customer in (cls.mine, cls.hers, cls.free):
            cls._buy(customer, cls.coffee, (62, 5), (42, 5), (22, 5))
        cls.last_run = cls._forecast()

    def _visible(self, user, model="crm.loyalty.replenishment"):
        return (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([])
        )

    def test_who_sees_whom(self):
        for user, names in (
            (self.ivan, {"Mine", "Free"}),
            (self.olga, {"Mine", "Hers", "Free"}),
            (self.keeper, {"Mine", "Hers", "Free"}),
            (self.stranger, set()),
        ):
            with self.subTest(user.login):
                found = self._visible(user).partner_id
                self.assertEqual(set(found.sudo().mapped("name")), names)

    def test_clerk_sees_nothing(self):
        for model in (
            "crm.loyalty.replenishment",
            "crm.loyalty.replenishment.accuracy",
            "crm.loyalty.replenishment.run",
            "crm.loyalty.shortage",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self._visible(self.clerk, model)
        with self.assertRaises(AccessError):
            self.mine.with_user(self.clerk).action_quote_replenishment()

    def test_shortage_is_not_for_who_sees_a_part(self):
        with self.assertRaises(AccessError):
            self._visible(self.ivan, "crm.loyalty.shortage")
        for user in (self.olga, self.keeper):
            found = self._visible(user, "crm.loyalty.shortage")
            self.assertEqual(found.customer_count, 3)
        self.assertFalse(self._visible(self.stranger, "crm.loyalty.shortage"))

    def test_nobody_writes(self):
        row = self._row(self.mine, self.coffee)
        for user in (self.ivan, self.olga, self.manager, self.keeper):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"expected_qty": 1000})
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self.last_run.with_user(self.manager).write({"full": False})

    def test_guessed_id(self):
        row = self._row(self.hers, self.coffee).with_user(self.ivan)
        for call in (
            lambda: row.read(["expected_qty"]),
            row.action_create_quotation,
            row.action_view_orders,
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertFalse(self._quotations(self.hers))

    def _quotations(self, partner):
        return self.env["sale.order"].search(
            [("partner_id", "=", partner.id), ("state", "=", "draft")]
        )

    def test_salesman_quotes_his_own(self):
        user_row = self._row(self.mine, self.coffee).with_user(self.ivan)
        user_row.with_context(
            allowed_company_ids=self.company.ids
        ).action_create_quotation()
        self.assertEqual(self._quotations(self.mine).create_uid, self.ivan)

    def test_colleagues_quotation_is_named_but_not_opened(self):
        rows = self.rows.with_context(allowed_company_ids=self.company.ids)
        row = rows.browse(self._row(self.free, self.coffee).id)
        row.with_user(self.olga).action_create_quotation()
        order = self._quotations(self.free)
        order.user_id = self.olga
        action = row.with_user(self.ivan).action_create_quotation()
        self.assertIn(order.name, action["params"]["message"])
        self.assertNotIn("next", action["params"])
        self.assertEqual(self._quotations(self.free), order)

    def test_only_managers_refresh(self):
        for user in (self.ivan, self.olga, self.keeper):
            with self.assertRaises(AccessError):
                self.rows.with_user(user).action_refresh()
        self.rows.with_user(self.manager).with_context(
            allowed_company_ids=self.company.ids
        ).action_refresh()

    def test_job_is_not_callable_from_outside(self):
        public = {
            name
            for parent in type(self.job).mro()
            if parent.__module__.startswith("odoo.addons.crm_loyalty")
            for name in vars(parent)
            if not name.startswith("_") and callable(getattr(parent, name))
        }
        self.assertEqual(public, set())
