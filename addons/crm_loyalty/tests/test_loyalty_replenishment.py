import random
from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..engine.replenishment import forecast, net_purchases
from .common_replenishment import TODAY, ReplenishmentCase


class TestReplenishmentForecast(ReplenishmentCase):
    """The worked example: 10 kg on day 0, 10 on day 30, 20 on day 60 (today is day 60).

    rate 20/60 = 1/3 kg a day, 20 kg last 60 days: day 120; the interval says day 90.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cafe = cls._customer("Café", is_company=True)

    def _worked_example(self, partner=None):
        return self._buy(partner or self.cafe, self.coffee, (60, 10), (30, 10), (0, 20))

    def test_worked_example(self):
        self._worked_example()
        self._forecast()
        row = self._row(self.cafe, self.coffee)
        self.assertEqual(row.purchases, 3)
        self.assertAlmostEqual(row.rate, 1 / 3)
        self.assertEqual(row.median_interval, 30)
        self.assertEqual(row.model, "consumption")
        self.assertEqual(row.expected_date, TODAY + timedelta(days=60))
        self.assertAlmostEqual(row.expected_qty, 10)
        self.assertEqual(row.expected_amount, 200)  # 10 kg at 20 a kg
        self.assertEqual((row.last_date, row.last_qty), (TODAY, 20))
        self.assertEqual(row.state, "on_time")
        self.assertIn("0.333 kg a day", row.why)

    def test_too_few_intervals_give_no_forecast(self):
        self.company.loyalty_minimum_intervals = 3
        self._worked_example()
        self._forecast()
        self.assertFalse(self._row(self.cafe, self.coffee))
        self._buy(self.cafe, self.coffee, (90, 10))
        self._forecast()
        self.assertTrue(self._row(self.cafe, self.coffee))

    def test_contacts_buy_for_their_firm(self):
        cook = self._customer("Cook", parent_id=self.cafe.id)
        self._buy(cook, self.coffee, (60, 10))
        self._buy(self.cafe, self.coffee, (30, 10), (0, 20))
        self._forecast()
        self.assertEqual(self._row(self.cafe, self.coffee).purchases, 3)
        self.assertFalse(self._row(cook, self.coffee))

    def test_units_are_converted_and_the_last_one_kept(self):
        self._buy(self.cafe, self.cups, (60, 12), (30, 12))
        self._buy(self.cafe, self.cups, (0, 2), product_uom_id=self.dozen.id)
        self._forecast()
        row = self._row(self.cafe, self.cups)
        self.assertEqual(row.last_qty, 24)
        self.assertAlmostEqual(row.expected_qty, 12)
        self.assertEqual(row.sale_uom_id, self.dozen)

    def test_states_follow_the_days(self):
        # every 20 days, the last 20 + x days ago; cover 20: due to 25, late to 40
        for ago, state in ((19, "on_time"), (20, "due"), (25, "due"), (26, "late")):
            with self.subTest(ago=ago):
                shop = self._customer(f"Shop {ago}")
                self._buy(shop, self.coffee, (ago + 40, 5), (ago + 20, 5), (ago, 5))
                self._forecast()
                self.assertEqual(self._row(shop, self.coffee).state, state)

    def test_limits_are_the_companys(self):
        self._buy(self.cafe, self.coffee, (65, 5), (45, 5), (25, 5))
        self._forecast()
        self.assertEqual(self._row(self.cafe, self.coffee).state, "due")
        self.company.loyalty_late_ratio = 1.2
        self._forecast()
        self.assertEqual(self._row(self.cafe, self.coffee).state, "late")

    def test_services_rewards_and_drafts_do_not_count(self):
        for ago in (90, 60, 30):
            self._order(self.cafe, str(TODAY - timedelta(days=ago)), 100)
        self._buy(self.cafe, self.coffee, (60, 10), (30, 10), (0, 20)).write(
            {"state": "draft"}
        )
        gift = self._buy(self.cafe, self.cups, (60, 1), (30, 1), (0, 1))
        reward = (
            self.env["loyalty.reward"].search([], limit=1)
            or self.env["loyalty.program"]
            .create({"name": "Gifts", "program_type": "promotion"})
            .reward_ids[:1]
        )
        gift.order_line.reward_id = reward
        self._forecast()
        self.assertFalse(self.rows.search([("partner_id", "=", self.cafe.id)]))

    def test_order_of_tomorrow_waits_for_its_day(self):
        self._buy(self.cafe, self.coffee, (60, 10), (30, 10), (-1, 20))
        self._forecast()
        self.assertFalse(self._row(self.cafe, self.coffee))

    def test_own_companies_are_no_customers(self):
        self._worked_example(self.company.partner_id)
        self._forecast()
        self.assertFalse(self._row(self.company.partner_id, self.coffee))

    def test_negative_line_returns_the_purchase_before_it(self):
        self._buy(self.cafe, self.coffee, (60, 10), (30, 25), (20, -15), (0, 20))
        self._forecast()
        row = self._row(self.cafe, self.coffee)
        self.assertEqual(row.purchases, 3)
        self.assertAlmostEqual(row.rate, 1 / 3)

    def test_credit_note_without_an_order_is_a_return(self):
        self._buy(self.cafe, self.coffee, (60, 10), (30, 25), (0, 20))
        income, receivable = self.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.set(self.company.ids)],
                }
                for name, code, kind in (
                    ("Sales", "400999", "income"),
                    ("Customers", "110999", "asset_receivable"),
                )
            ]
        )
        self.cafe.property_account_receivable_id = receivable
        journal = self.env["account.journal"].create(
            {"name": "Sales", "code": "SAL9", "type": "sale"}
        )
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.cafe.id,
                "invoice_date": TODAY - timedelta(days=20),
                "journal_id": journal.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.coffee.id,
                            "quantity": 15_000,
                            "product_uom_id": self.gram.id,
                            "price_unit": 0.02,
                            "account_id": income.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        note.action_post()
        self._forecast()
        self.assertAlmostEqual(self._row(self.cafe, self.coffee).rate, 1 / 3)

    def test_returned_goods_lessen_their_order(self):
        warehouse = self._stock(self.coffee, 100)
        orders = self._buy(self.cafe, self.coffee, (60, 10), (30, 25), (0, 20))
        line = orders[1].order_line
        line._action_launch_stock_rule()
        delivery = line.move_ids.picking_id
        delivery.move_ids.write({"quantity": 25, "picked": True})
        delivery.button_validate()
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.write({"quantity": 15, "to_refund": True})
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.write({"quantity": 15, "picked": True})
        back.button_validate()
        self.assertEqual(line.qty_delivered, 10)
        self._forecast()
        row = self._row(self.cafe, self.coffee)
        self.assertAlmostEqual(row.rate, 1 / 3)
        self.assertEqual(warehouse.company_id, self.company)

    def test_sql_equals_the_engine(self):
        """60 random histories with returns, two products: each row is the engine's."""
        chance = random.Random(7)
        customers = self.env["res.partner"].create(
            [{"name": f"Random {number}"} for number in range(60)]
        )
        histories = {}
        for customer in customers:
            product = chance.choice([self.coffee, self.cups])
            step = chance.choice([7, 15, 30])
            history, ago = [], 0
            for _ in range(chance.randint(1, 30)):
                ago += chance.randint(0, 2 * step)
                quantity = chance.choice([1, 2, 2.5, 7, 10, 40])
                history.append((ago, quantity * chance.choice([1, 1, 1, 1, -1])))
            self._buy(customer, product, *history)
            histories[customer, product] = history
        self._forecast()
        accuracies = self.env["crm.loyalty.replenishment.accuracy"].search(
            [("company_id", "=", self.company.id)]
        )
        chosen = accuracies.filtered("categ_id").model
        self.assertTrue(chosen)
        self._assert_all_same(histories, chosen)
        accuracies.unlink()
        self._forecast()
        self._assert_all_same(histories, None)

    def _assert_all_same(self, histories, model):
        forecasts = 0
        for (customer, product), history in histories.items():
            expected = forecast(
                *net_purchases(
                    [TODAY - timedelta(days=ago) for ago, _ in history],
                    [quantity for _, quantity in history],
                ),
                model=model,
            )
            row = self._row(customer, product)
            self.assertEqual(bool(row), bool(expected), history)
            if expected:
                forecasts += 1
                self._assert_same(row, expected, history)
        self.assertGreater(forecasts, 30)

    def _assert_same(self, row, expected, history):
        exact = {
            "purchases": expected.purchases,
            "last_date": expected.last_date,
            "expected_date": expected.expected_date,
            "model": expected.model,
            "state": expected.state(TODAY),
        }
        self.assertEqual({name: row[name] for name in exact}, exact, history)
        for name, value in {
            "last_qty": expected.last_quantity,
            "median_interval": expected.median_interval,
            "spread": expected.spread,
            "rate": expected.rate,
            "expected_qty": expected.expected_quantity,
            "error_days": expected.error,
            "confidence": expected.confidence,
        }.items():
            self.assertAlmostEqual(row[name], value, 5, (name, history))

    def test_company_has_its_own_forecasts(self):
        branch = self._new_company("Branch")
        branch.loyalty_minimum_intervals = 2
        self._worked_example()
        self._buy(self.cafe, self.coffee, (40, 1), (20, 1), (0, 1), company=branch)
        self._forecast()
        self._forecast(branch)
        self.assertEqual(self._row(self.cafe, self.coffee).median_interval, 30)
        self.assertEqual(self._row(self.cafe, self.coffee, branch).median_interval, 20)


class TestReplenishmentSettings(ReplenishmentCase):
    def test_bad_settings_are_refused_in_words(self):
        for values, words in (
            ({"loyalty_minimum_intervals": 1}, "at least 2 intervals"),
            ({"loyalty_late_ratio": 1}, "must be more than 1"),
            ({"loyalty_late_ratio": 3}, "more than “late”"),
            ({"loyalty_horizon_days": -1}, "from 0 to 366 days"),
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self.company.write(values)

    def test_old_dates(self):
        """A hundred years ago: no error, and long lapsed."""
        cafe = self._customer("Old")
        ago = (TODAY - date(1926, 1, 1)).days
        self._buy(cafe, self.coffee, (ago, 1), (ago - 30, 1), (ago - 60, 1))
        self._forecast()
        self.assertEqual(self._row(cafe, self.coffee).state, "lapsed")
