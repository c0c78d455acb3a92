from odoo.tools import mute_logger

from .common_replenishment import TODAY, ReplenishmentCase


class TestLoyaltyMerge(ReplenishmentCase):
    """One café was known under two names; it is merged into the name "Café"."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cafe = cls._customer("Café")
        cls.other = cls._customer("Cafe Ltd")
        cls._buy(cls.cafe, cls.coffee, (90, 10), (60, 10))
        cls._buy(cls.other, cls.coffee, (40, 5), (35, 5), (30, 10))
        cls._buy(cls.other, cls.cups, (30, 100), (20, 100), (10, 100))

    def _merge(self, *sources, target=None):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        target = target or self.cafe
        partners = target.union(*(sources or [self.other]))
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge(partners.ids, target, extra_checks=False)

    def _profiles_of(self, *partners):
        return [
            self.profiles.search(
                [("partner_id", "=", one.id), ("company_id", "=", self.company.id)]
            )
            for one in partners
        ]

    def test_forecasts_are_those_of_all_purchases(self):
        self._forecast()
        self.assertFalse(self._row(self.cafe, self.coffee), "two purchases")
        self._age()
        self._merge()
        run = self._forecast()
        self.assertFalse(run.full)
        coffee = self._row(self.cafe, self.coffee)
        self.assertEqual((coffee.purchases, coffee.last_qty), (5, 10))
        self.assertEqual(self._row(self.cafe, self.cups).purchases, 3)

    def test_both_had_a_forecast_of_the_product(self):
        """The row of the target stays and knows the purchases of both; what only the
        other bought is not lost."""
        self._buy(self.cafe, self.coffee, (5, 10))
        self._forecast()
        rows = self._row(self.cafe, self.coffee), self._row(self.other, self.coffee)
        cups = self._row(self.other, self.cups)
        self._age()
        self._merge()
        self.assertFalse(rows[1].exists())
        self.assertEqual(cups.partner_id, self.cafe)
        self._forecast()
        self.assertEqual((rows[0].purchases, rows[0].last_qty), (6, 10))
        self.assertEqual(cups.purchases, 3)

    def test_contact_who_changes_firms_takes_the_purchases_along(self):
        buyer = self._customer("Buyer", parent_id=self.other.id)
        self._buy(buyer, self.coffee, (3, 7))
        self._forecast()
        self._age()
        buyer.parent_id = self.cafe
        self._forecast()
        self.assertEqual(self._row(self.cafe, self.coffee).last_qty, 7)

    def test_history_of_both_is_kept(self):
        self.scoring._refresh_company(self.company)
        self._buy(self.cafe, self.coffee, (0, 1))
        self._buy(self.other, self.coffee, (0, 1))
        self.scoring._refresh_company(self.company)
        kept, gone = self._profiles_of(self.cafe, self.other)
        strategy = self.env["crm.loyalty.strategy"].search([], limit=1)
        common = {"partner_id": self.other.id, "company_id": self.company.id}
        self.env["crm.loyalty.transition"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        run = self.env["crm.loyalty.run"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        moves = self.env["crm.loyalty.transition"].create(
            [
                {
                    "company_id": self.company.id,
                    "partner_id": profile.partner_id.id,
                    "profile_id": profile.id,
                    "date": TODAY,
                    "field": "stage",
                    "run_id": run.id,
                }
                for profile in (kept, gone)
            ]
        )
        decision = self.env["crm.loyalty.decision"].create(
            {
                "profile_id": gone.id,
                "strategy_id": strategy.id,
                "state": "approved",
                "date": TODAY,
                **common,
            }
        )
        self.env["crm.loyalty.call.log"]._hide({gone: TODAY}, {"action": "snoozed"})
        call = self.env["crm.loyalty.call.log"].search([("profile_id", "=", gone.id)])
        self._merge()
        self.assertFalse(gone.exists())
        self.assertEqual(len((moves | moves).exists()), 2)
        for record in (*moves, decision, call):
            self.assertEqual(record.profile_id, kept)
            self.assertEqual(record.partner_id, self.cafe)
        self.scoring._refresh_company(self.company)
        self.assertEqual(kept.order_days, 8, "the facts of both")

    def test_target_without_a_profile_gets_the_oldest(self):
        third = self._customer("Third")
        self._buy(third, self.cups, (1, 1))
        self.scoring._refresh_company(self.company)
        profile = self._profiles_of(self.other)[0]
        new = self._customer("New name")
        self._merge(self.other, third, target=new)
        self.assertEqual(profile.partner_id, new)
        self.assertEqual(self._profiles_of(new)[0], profile)

    def test_side_of_the_draw_is_that_of_the_target(self):
        program = self.env["loyalty.program"].create(
            {"name": "Measured", "program_type": "loyalty"}
        )
        new = self._customer("New name")
        common = {
            "program_id": program.id,
            "company_id": self.company.id,
            "date": TODAY,
        }
        sides = self.env["crm.loyalty.holdout"].create(
            [
                {**common, "partner_id": self.cafe.id, "is_held_out": True},
                {**common, "partner_id": self.other.id, "is_held_out": False},
            ]
        )
        self._merge(self.cafe, self.other, target=new)
        self.assertEqual(sides.exists(), sides[0], "who was drawn first stays")
        self.assertEqual(sides[0].partner_id, new)
