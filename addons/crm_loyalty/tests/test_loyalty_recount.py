import random
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

from odoo.addons.crm_loyalty.sql import changes
from odoo.addons.crm_loyalty.sql.profiles import KEPT
from odoo.addons.crm_loyalty.sql.scores import SCORED

from .common import LoyaltyCase

COLUMNS = ("partner_id", *KEPT, *SCORED, "segment_id")
SEED = 20260615


class TestLoyaltyRecount(LoyaltyCase):
    """A run that counts only what changed ends where a full recount ends.

    Rows of one test transaction are all younger than its runs, so `_old_rows` hides
    that: the rows then leave no trace, as deleted ones do, and the sum of the
    fingerprints has to find them.
    """

    def _rows(self):
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT %s FROM crm_loyalty_profile
                    WHERE company_id = %s ORDER BY partner_id""",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                self.company.id,
            )
        )

    def _recount(self):
        scoring = self.scoring.with_context(loyalty_full_recount=True)
        return scoring._refresh_company(self.company)

    def _old_rows(self, *partners):
        """Only these customers have new rows."""
        found = SQL(
            "SELECT UNNEST(%s::integer[]) AS partner_id",
            [partner.id for partner in partners],
        )
        return patch.object(changes, "touched", lambda mark: found)

    def _partners(self, count):
        return [self._customer(f"Customer {number}") for number in range(count)]

    def test_only_customers_with_changes_are_counted(self):
        """Three customers; the second one's order is 100 more on the second run."""
        partners = self._partners(3)
        orders = [self._order(partner, "2026-06-01", 50) for partner in partners]
        self.assertEqual(self._score().scope, "first")
        with self._old_rows(partners[1]):
            orders[1].order_line.price_unit = 150
            run = self._score()
        self.assertEqual((run.scope, run.recounted_count), ("changes", 1))
        self.assertFalse(run.compared)
        self.assertEqual(self._profile(partners[1]).revenue_total, 150)

    def test_change_without_a_trace_is_found_by_the_sum(self):
        partners = self._partners(3)
        orders = [self._order(partner, "2026-06-01", 50) for partner in partners]
        self._score()
        orders[1].state = "cancel"
        orders[1].unlink()
        with self._old_rows():
            run = self._score()
        self.assertTrue(run.compared)
        self.assertEqual(run.recounted_count, 1)
        self.assertEqual(self._profile(partners[1]).order_count, 0)
        with self._old_rows():
            self.assertFalse(self._score().compared)

    def test_firm_that_a_contact_left_is_found_by_the_sum(self):
        """His own row tells of the firm he went to only."""
        firms = self._partners(2)
        buyer = self._customer("Buyer", parent_id=firms[0].id)
        self._order(buyer, "2026-06-01", 100)
        self._order(firms[1], "2026-06-01", 1)
        self._score()
        buyer.parent_id = firms[1]
        with self._old_rows(firms[1]):
            run = self._score()
        self.assertEqual(run.recounted_count, 2)
        self.assertEqual(self._profile(firms[0]).revenue_total, 0)
        self.assertEqual(self._profile(firms[1]).revenue_total, 101)

    def test_order_grows_older_than_a_year_overnight(self):
        customer = self._customer("Ageing")
        self._order(customer, "2025-06-20", 100)
        self._score()
        self.assertEqual(self._profile(customer).revenue_12m, 100)
        with freeze_time("2026-06-21 12:00:00"):
            run = self._score()
        self.assertEqual(run.scope, "changes")
        self.assertEqual(self._profile(customer).revenue_12m, 0)

    def test_order_dated_ahead_counts_on_its_day(self):
        customer = self._customer("Ahead")
        self._order(customer, "2026-06-01", 10)
        self._order(customer, "2026-06-18", 90)
        self._score()
        with freeze_time("2026-06-18 12:00:00"):
            self._score()
        self.assertEqual(self._profile(customer).revenue_total, 100)

    def test_new_month_and_new_settings_count_everybody(self):
        self._order(self._customer("Anna"), "2026-05-01", 10)
        self._score()
        with freeze_time("2026-07-01 12:00:00"):
            self.assertEqual(self._score().scope, "month")
            self.assertEqual(self._score().scope, "changes")
            self.company.partner_id.tz = "Asia/Tokyo"
            self.assertEqual(self._score().scope, "settings")

    def test_customers_without_purchases_cost_no_comparison(self):
        """Who was only given something has a document and no profile."""
        self._order(self._customer("Guest"), "2026-06-01", 0)
        self._order(self._customer("Anna"), "2026-06-01", 10)
        self._score()
        self.assertFalse(self._score().compared)

    def test_full_recount_lists_and_mends_what_something_else_wrote(self):
        customer = self._customer("Anna")
        self._order(customer, "2026-06-01", 100)
        self._score()
        profile = self._profile(customer)
        self.env.cr.execute(
            SQL(
                "UPDATE crm_loyalty_profile SET revenue_total = 7 WHERE id = %s",
                profile.id,
            )
        )
        run = self._recount()
        self.assertEqual(run.scope, "demand")
        [found] = run.recount_ids
        self.assertEqual((found.partner_id, found.label), (customer, "Revenue"))
        self.assertEqual((float(found.before), float(found.after)), (7, 100))
        self.assertEqual(profile.revenue_total, 100)
        self.assertFalse(self._recount().recount_ids)

    def test_recount_is_for_managers(self):
        user = self._new_user("seller", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaises(AccessError):
            self.env["crm.loyalty.run"].with_user(user).action_recount()
        manager = self._new_user("boss", "sales_team.group_sale_manager")
        runs = self.env["crm.loyalty.run"].with_user(manager)
        runs = runs.with_company(self.company)
        self._order(self._customer("Anna"), "2026-06-01", 100)
        action = runs.action_recount()
        self.assertEqual(action["res_model"], "crm.loyalty.run")

    @mute_logger("odoo.sql_db", "odoo.addons.base.wizard.base_partner_merge")
    def test_random_edits_end_as_a_full_recount(self):
        """Forty random edits in five nights, seen or unseen by the scan."""
        luck = random.Random(SEED)
        partners = self._partners(8)
        orders = [
            self._order(
                luck.choice(partners),
                f"2026-{luck.randint(1, 6):02}-{luck.randint(1, 14):02}",
                luck.randint(1, 400),
            )
            for _number in range(24)
        ]
        self._score()
        for night in range(16, 21):
            written = {self._edit(luck, partners, orders) for _number in range(8)}
            with freeze_time(f"2026-06-{night} 12:00:00"):
                if luck.random() < 0.5:
                    self._score()
                else:
                    with self._old_rows(*filter(None, written)):
                        self._score()
                counted = self._rows()
                run = self._recount()
                self.assertFalse(run.recount_ids, f"night {night}, seed {SEED}")
                self.assertEqual(self._rows(), counted, f"night {night}, seed {SEED}")

    def _edit(self, luck, partners, orders):
        edit = luck.choice(("new", "price", "date", "cancel", "delete", "move", "away"))
        order, partner = luck.choice(orders), luck.choice(partners)
        if edit == "new":
            day = f"2025-{luck.randint(5, 12):02}-{luck.randint(1, 28):02}"
            orders.append(self._order(partner, day, luck.randint(-50, 400)))
        elif edit == "price":
            order.order_line.price_unit = luck.randint(0, 400)
        elif edit == "date":
            order.date_order = f"2025-06-{luck.randint(10, 30)} 12:00:00"
        elif edit == "cancel":
            order.state = "cancel"
        elif edit == "delete" and len(orders) > 5:
            order.state = "cancel"
            orders.remove(order)
            order.unlink()
        elif edit == "move":
            order.partner_id = partner
        elif edit == "away":
            partner.active = not partner.active
            return partner  # archiving always leaves a new row of the customer
        return None


class TestLoyaltyTraces(LoyaltyCase):
    """Rows written by other transactions, which are committed and removed again."""

    # pylint: disable=invalid-commit

    def test_rows_of_later_transactions_are_found(self):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            partners = env["res.partner"].create(
                [{"name": f"Trace {number}"} for number in range(3)]
            )
            cr.commit()
            # not the first open transaction: that is the one of the test itself
            marks = env.execute_query(changes.watermark())[0]
            cr.commit()
            partners[1].name = "Trace 1, written later"
            cr.commit()
            try:
                found = {
                    row[0]
                    for row in env.execute_query(
                        SQL(
                            """WITH crm_loyalty_scan AS (
                                   SELECT NULL::integer AS contact_id) %s""",
                            changes.touched(marks[1]),
                        )
                    )
                }
            finally:
                partners.unlink()
                cr.commit()
        self.assertIn(partners[1].id, found)
        self.assertFalse({partners[0].id, partners[2].id} & found)


class TestLoyaltyFailure(LoyaltyCase):
    def _fail(self, error):
        def refuse(model, company):
            raise error

        with (
            patch.object(type(self.scoring), "_refresh_company", refuse),
            self.assertLogs("odoo.addons.crm_loyalty", "ERROR"),
        ):
            self.scoring._refresh_or_log(self.company)
        return self.env["crm.loyalty.run"].search(
            [("company_id", "=", self.company.id)], limit=1
        )

    def test_failure_is_shown_in_words(self):
        run = self._fail(ZeroDivisionError("division by zero"))
        self.assertEqual(run.state, "failed")
        self.assertIn("Samovar", run.failure)
        self.assertIn("division by zero", run.failure)
        self.assertIn("as they were before", run.failure)

    def test_error_for_users_is_shown_as_it_is(self):
        run = self._fail(UserError("The rule of Big cannot be used."))
        self.assertEqual(run.failure, "The rule of Big cannot be used.")

    def test_database_error_leaves_a_record(self):
        customer = self._customer("Anna")
        self._order(customer, "2026-06-01", 100)

        def break_down(model, company):
            model.env.cr.execute("SELECT 1 / 0")

        with (
            patch.object(type(self.scoring), "_refresh_company", break_down),
            self.assertLogs("odoo.addons.crm_loyalty", "ERROR"),
            mute_logger("odoo.sql_db"),
        ):
            self.scoring._refresh_or_log(self.company)
        run = self.env["crm.loyalty.run"].search([], limit=1)
        self.assertEqual(run.state, "failed")
        self.assertNotIn(self.company, self.scoring._companies_by_age())

    def test_next_run_builds_on_the_last_good_one(self):
        customer = self._customer("Anna")
        self._order(customer, "2026-06-01", 100)
        self._score()
        self._fail(ZeroDivisionError("division by zero"))
        self.assertEqual(self._score().scope, "changes")
        self.assertIn("Recency", self._profile(customer).why)
