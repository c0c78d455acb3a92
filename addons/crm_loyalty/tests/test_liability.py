from odoo.exceptions import AccessError
from odoo.fields import Date

from .common_programs import ProgramCase


class TestLiability(ProgramCase):
    """A point is worth 0.10, 80 % are expected to be redeemed.

    April   1,000 points for 1,000 bought          liability 1,000 · 0.08 = 80
    May       300 redeemed, 100 expired            liability   600 · 0.08 = 48
    June      200 points for 200, of which 50 came back, 20 as a bonus
                                                   liability   770 · 0.08 = 61.60
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._program(point_value=0.1, expected_redemption=80)
        cls.anna = cls._customer("Anna")
        cls.card = cls._card(cls.program, cls.anna)
        cls._earn(cls.card, 1000, "2026-04-10")
        cls.card._post_points("redeem", -300, date=Date.to_date("2026-05-05"))
        cls.card._post_points("expire", -100, date=Date.to_date("2026-05-20"))
        order = cls._earn(cls.card, 200, "2026-06-01")
        cls.card._post_points(
            "reverse",
            -50,
            date=Date.to_date("2026-06-02"),
            document=order,
            currency_amount=-50,
        )
        cls.card._post_points("bonus", 20, date=Date.to_date("2026-06-03"))
        cls.report = cls.env["crm.loyalty.liability.report"]

    def _rows(self, program=None):
        self.env.flush_all()
        return self.report.search(
            [("program_id", "=", (program or self.program).id)], order="date"
        )

    def test_months(self):
        rows = self._rows()
        self.assertEqual(
            [
                (
                    str(row.date)[:7],
                    row.points_issued,
                    row.points_redeemed,
                    row.points_expired,
                    row.points_outstanding,
                )
                for row in rows[:3]
            ],
            [
                ("2026-04", 1000, 0, 0, 1000),
                ("2026-05", 0, 300, 100, 600),
                ("2026-06", 170, 0, 0, 770),
            ],
        )

    def test_liability_and_its_change(self):
        rows = self._rows()[:3]
        for row, liability, change in zip(
            rows, (80, 48, 61.6), (80, -32, 13.6), strict=True
        ):
            self.assertAlmostEqual(row.liability, liability)
            self.assertAlmostEqual(row.liability_change, change)
        self.assertAlmostEqual(rows[1].breakage, 10)

    def test_outstanding_is_the_balance_of_the_cards(self):
        last = self._rows()[-1]
        self.assertEqual(last.points_outstanding, self.card.points)

    def test_rates(self):
        may = self._rows()[1]
        self.assertAlmostEqual(may.redemption_rate, 0.3)
        self.assertAlmostEqual(may.breakage_rate, 0.1)

    def test_months_without_movements_are_there(self):
        program = self._program(name="Quiet", point_value=1)
        card = self._card(program, self.anna)
        card._post_points("bonus", 10, date=Date.to_date("2026-01-15"))
        rows = self._rows(program)
        self.assertGreaterEqual(len(rows), 6)
        self.assertEqual({row.points_outstanding for row in rows}, {10})
        self.assertEqual([row.liability for row in rows[:6]], [10] * 6)

    def test_proposed_entry_by_relative_prices(self):
        """April: 1,000 · 80 / 1,080 = 74.07 of the 1,000 belong to the points.
        May: 300 of 800 expected redeemed: 3/8 of it, 27.78, is revenue now."""
        april, may = self._rows()[:2]
        self.assertAlmostEqual(april.deferred_total, 74.07, 2)
        self.assertAlmostEqual(april.entry_amount, 74.07, 2)
        self.assertEqual(
            (april.entry_debit, april.entry_credit),
            ("Revenue", "Contract liabilities: loyalty points"),
        )
        self.assertAlmostEqual(may.entry_amount, 27.78, 2)
        self.assertEqual(may.entry_debit, "Contract liabilities: loyalty points")
        self.assertIn("May 2026", may.entry_note)
        self.assertIn("nothing is posted", may.entry_note)

    def test_published_example_on_documents(self):
        """IFRS 15 IE267–IE270: goods for 100,000 with 10,000 points worth 1 each, 95 %
        expected to be redeemed; 4,500 are redeemed in the first year."""
        program = self._program(name="Standard", point_value=1, expected_redemption=95)
        card = self._card(program, self.anna)
        self._earn(card, 100_000, "2026-01-10", points=10_000)
        card._post_points("redeem", -4500, date=Date.to_date("2026-02-10"))
        january, february = self._rows(program)[:2]
        self.assertEqual(round(january.entry_amount), 8676)
        self.assertEqual(round(february.entry_amount), 4110)
        self.assertEqual(round(february.contract_liability), 4566)

    def test_points_without_sales_follow_their_value(self):
        program = self._program(name="Gifts", point_value=2, expected_redemption=50)
        card = self._card(program, self.anna)
        card._post_points("bonus", 10)
        row = self._rows(program)[0]
        self.assertAlmostEqual(row.entry_amount, 10)
        self.assertIn("no sales are recorded", row.entry_note)

    def test_accounts_of_the_settings_are_named(self):
        account = self.env["account.account"].create(
            {
                "name": "Points owed",
                "code": "249000",
                "account_type": "liability_current",
                "company_ids": self.company.ids,
            }
        )
        self.company.loyalty_liability_account_id = account
        self.assertIn("Points owed", self._rows()[0].entry_credit)

    def test_movements_of_the_month(self):
        may = self._rows()[1]
        rows = self.history.search(may.action_view_movements()["domain"])
        self.assertEqual(sorted(rows.mapped("points")), [-300, -100])

    def test_stock_programme_is_shown_too(self):
        program = self._program(name="Stock", use_ledger=False, point_value=1)
        card = self._card(program, self.anna)
        self.history.create(
            {"card_id": card.id, "description": "Order", "issued": 30, "used": 10}
        )
        row = self._rows(program)[0]
        self.assertEqual(
            (row.points_issued, row.points_redeemed, row.points_outstanding),
            (30, 10, 20),
        )

    def test_groups_add_up_over_programmes(self):
        other = self._program(name="Second", point_value=1)
        self._card(other, self.anna)._post_points(
            "bonus", 7, date=Date.to_date("2026-05-01")
        )
        self.env.flush_all()
        [(liability,)] = self.report._read_group(
            [
                ("program_id", "in", (self.program | other).ids),
                ("date", "=", "2026-05-01"),
            ],
            [],
            ["liability:sum"],
        )
        self.assertAlmostEqual(liability, 55)

    def test_one_query_for_the_list(self):
        self._rows()
        self.env.invalidate_all()
        rows = self.report.search_fetch([("program_id", "=", self.program.id)])
        with self.assertQueryCount(0):
            rows.mapped("liability")

    def test_only_who_sees_all_customers_of_the_company(self):
        seller = self._new_user("seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.report.with_user(seller).search([])
        other = self._new_company("Other")
        stranger = self._new_user("stranger", "sales_team.group_sale_manager", other)
        found = self.report.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(found.search([("program_id", "=", self.program.id)]))
