from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.crm_loyalty.engine.segmentation import (
    quintile_scores,
    score_breakpoints,
)
from odoo.addons.crm_loyalty.hooks import post_init_hook

from .common_forecast import ForecastCase


class TestLoyaltyScores(ForecastCase):
    def _customers(self, rows):
        """rows: name → list of (day, amount)."""
        customers = {}
        for name, orders in rows.items():
            customers[name] = self._customer(name)
            for day, amount in orders:
                self._order(customers[name], day, amount)
        return customers

    def _scores(self, customers):
        return {name: self._profile(c).rfm_score for name, c in customers.items()}

    def test_five_customers_get_the_five_scores(self):
        """Name  last order  orders  revenue → R F M
        A     1 June      5       10      → 5 5 1
        B     1 May       4       20      → 4 4 2
        C     1 April     3       30      → 3 3 3
        D     1 March     2       40      → 2 2 4
        E     1 February  1       50      → 1 1 5
        """
        customers = self._customers(
            {
                "A": [("2026-06-01", 2)] * 5,
                "B": [("2026-05-01", 5)] * 4,
                "C": [("2026-04-01", 10)] * 3,
                "D": [("2026-03-01", 20)] * 2,
                "E": [("2026-02-01", 50)],
            }
        )
        run = self._score()
        self.assertEqual(
            self._scores(customers),
            {"A": "551", "B": "442", "C": "333", "D": "224", "E": "115"},
        )
        self.assertEqual(run.customer_count, 5)
        self.assertEqual(
            run.breakpoints["r"],
            {
                "1": "2026-02-01",
                "2": "2026-03-01",
                "3": "2026-04-01",
                "4": "2026-05-01",
                "5": "2026-06-01",
            },
        )
        self.assertEqual(
            run.breakpoints["f"], {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5"}
        )
        self.assertEqual(
            [float(v) for v in run.breakpoints["m"].values()], [10, 20, 30, 40, 50]
        )

    def test_equal_customers_get_equal_scores(self):
        # six one-time buyers and four with two orders: rank of the latter is 7,
        # 1 + floor(5 * 6 / 10) = 4
        rows = {f"once {n}": [("2026-06-01", 10)] for n in range(6)}
        rows |= {f"twice {n}": [("2026-06-01", 5)] * 2 for n in range(4)}
        customers = self._customers(rows)
        self._score()
        scores = self._scores(customers)
        self.assertEqual({scores[f"once {n}"] for n in range(6)}, {"111"})
        self.assertEqual({scores[f"twice {n}"] for n in range(4)}, {"141"})

    def test_archived_customers_do_not_shift_the_ranks(self):
        customers = self._customers(
            {
                name: [("2026-06-01", amount)]
                for name, amount in zip("ABCDE", (10, 20, 30, 40, 50), strict=True)
            }
        )
        ghosts = self._customers({f"ghost {n}": [("2026-06-01", 1)] for n in range(5)})
        for ghost in ghosts.values():
            ghost.active = False
        self._score()
        self.assertEqual(
            [self._profile(c).rfm_m for c in customers.values()], [1, 2, 3, 4, 5]
        )

    def test_sql_follows_the_engine(self):
        amounts = [10, 10, 10, 25, 30, 30, 45, 60, 60, 60, 75, 90, 5]
        customers = self._customers(
            {f"c{n}": [("2026-06-01", amount)] for n, amount in enumerate(amounts)}
        )
        run = self._score()
        expected = quintile_scores(amounts)
        found = [self._profile(c).rfm_m for c in customers.values()]
        self.assertEqual(found, expected)
        self.assertEqual(
            {int(k): float(v) for k, v in run.breakpoints["m"].items()},
            score_breakpoints(amounts, expected),
        )

    def test_second_run_rewrites_nothing(self):
        customers = self._customers(
            {f"c{n}": [("2026-06-01", 10 * n)] for n in range(1, 8)}
        )
        first = self._score()
        self.assertEqual((first.created_count, first.updated_count), (7, 0))
        before = self._row_versions()
        second = self._score()
        self.assertEqual((second.created_count, second.updated_count), (0, 0))
        self.assertEqual(second.unchanged_count, 7)
        self.assertEqual(self._row_versions(), before)
        # one customer buys again without moving anybody's rank
        self._order(customers["c7"], "2026-06-02", 100)
        third = self._score()
        changed = set(self._row_versions().items()) - set(before.items())
        self.assertEqual(third.updated_count, len(changed))
        self.assertIn(self._profile(customers["c7"]).id, dict(changed))

    def _row_versions(self):
        """Return where each row lies: a rewritten row moves."""
        self.env.cr.execute("SELECT id, ctid::text FROM crm_loyalty_profile")
        return dict(self.env.cr.fetchall())

    def test_query_count_does_not_grow_with_customers(self):
        """100 customers and 1,000, one of whom has just bought again."""
        few = self._count_with(100)
        many = self._count_with(900)
        self.assertEqual(
            self.env["crm.loyalty.run"].search([], limit=1).customer_count, 1_000
        )
        self.assertEqual(many, few)
        self.assertLessEqual(many, 80)

    def _count_with(self, more):
        partners = self._many_customers(more)
        self._bulk_orders((p, "2026-05-01", n + 1) for n, p in enumerate(partners))
        self._score()
        self._bulk_orders([(partners[0], "2026-05-02", 7)])
        return self._count_queries()

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._score()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_cron_scores_each_company_once_a_day(self):
        other = self._new_company("Second")
        customer = self._customer("Both")
        self._order(customer, "2026-06-01", 100)
        self._order(customer, "2026-06-01", 200, company=other)
        self._score()  # Samovar was scored today: the cron takes up the rest
        self.assertNotIn(self.company, self.scoring._companies_by_age())
        self.assertIn(other, self.scoring._companies_by_age())
        with self.enter_registry_test_mode():
            self.env.ref("crm_loyalty.crm_loyalty_scoring_cron").method_direct_trigger()
        self.assertEqual(self._profile(customer, other).revenue_total, 200)
        self.assertFalse(self.scoring._companies_by_age())
        runs = self.env["crm.loyalty.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(runs), 1)

    def test_a_company_in_trouble_does_not_stop_the_others(self):
        other = self._new_company("Second")
        customer = self._customer("Both")
        self._order(customer, "2026-06-01", 100)
        self._order(customer, "2026-06-01", 200, company=other)
        scoring = type(self.scoring)
        refresh = scoring._refresh_company

        def refuse_the_first(model, company):
            if company == self.company:
                raise ValueError("division by zero")
            return refresh(model, company)

        with (
            patch.object(scoring, "_refresh_company", refuse_the_first),
            self.assertLogs("odoo.addons.crm_loyalty", "ERROR") as logs,
            self.enter_registry_test_mode(),
        ):
            self.env.ref("crm_loyalty.crm_loyalty_scoring_cron").method_direct_trigger()
        self.assertIn("Samovar", logs.output[0])
        self.assertEqual(self._profile(customer, other).revenue_total, 200)
        self.assertFalse(self._profile(customer))

    def test_busy_company_is_refused_on_demand(self):
        with (
            patch.object(type(self.scoring), "_try_lock", return_value=False),
            self.assertRaisesRegex(UserError, "Samovar"),
        ):
            self.scoring._refresh(self.company)

    def test_lock_is_exclusive_between_sessions(self):
        with self.env.registry.cursor() as other_session:
            other_session.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                (self.scoring._name, self.company.id),
            )
            self.assertFalse(self.scoring._try_lock(self.company))
        self.assertTrue(self.scoring._try_lock(self.company))

    def test_install_and_scoring_change_no_balance(self):
        program = self.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty"}
        )
        customer = self._customer("Saver")
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": customer.id, "points": 100}
        )
        self._order(customer, "2026-06-01", 100)
        history = self.env["loyalty.history"].search_count([])
        post_init_hook(self.env)
        self._score()
        card.invalidate_recordset()
        self.assertEqual(card.points, 100)
        self.assertEqual(self.env["loyalty.history"].search_count([]), history)

    def test_old_runs_are_forgotten(self):
        run, old = self._score(), self._score()
        run.date = "2011-12-09"  # looked at as of a past day, only just now
        self.env.cr.execute(
            "UPDATE crm_loyalty_run SET create_date = '2024-06-14' WHERE id = %s",
            old.ids,
        )
        self.env.invalidate_all()
        self.env["crm.loyalty.run"]._gc_old_runs()
        self.assertTrue(run.exists())
        self.assertFalse(old.exists())
