"""Bringing facts up to date: nothing twice, nothing lost, nothing silently."""

import json
from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..indicators import builtin
from .indicator_refresh_common import RefreshCase

RUN_LOG = "odoo.addons.crm_risk.models.crm_indicator_run_measure"


@tagged("post_install", "-at_install")
class TestIndicatorRefresh(RefreshCase):
    # Increments ---------------------------------------------------------------

    def test_second_refresh_writes_nothing(self):
        first = self._measure(self.revenue, self.east)
        self.assertEqual(self._changes(first)[1:], (0, 0, 0))
        self.assertEqual(first.inserted, 2)  # months; the 30 days end yesterday
        again = self._measure(self.revenue, self.east)
        self.assertEqual(self._changes(again), (0, 0, 0, 0))
        full = self._measure(self.revenue, self.east, full=True)
        self.assertEqual(self._changes(full), (0, 0, 0, 0))

    def test_only_open_and_touched_months_are_counted(self):
        self.assertEqual(self._measure(self.revenue, self.east).months, 37)
        self._age(self.old_order, self.new_order)
        self.assertEqual(self._measure(self.revenue, self.east).months, 1)
        self.old_order.client_order_ref = "touched"
        self.assertEqual(self._measure(self.revenue, self.east).months, 2)

    def test_a_year_behind_counts_for_customers(self):
        """An order of five months ago makes its buyer a returning one in each of the
        months since."""
        repeat = self._indicator("C01")
        self._measure(repeat, self.east)
        self._age(self.old_order, self.new_order)
        self.assertEqual(self._measure(repeat, self.east).months, 1)
        self.old_order.client_order_ref = "touched"
        self.assertEqual(self._measure(repeat, self.east).months, 6)

    def test_what_write_dates_cannot_tell_is_found_weekly(self):
        """Moved behind Odoo's back: only its new month is touched."""
        self._measure(self.revenue, self.east)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s WHERE id = %s",
            [
                self._noon(self.old_month + relativedelta(months=1), 10),
                self.old_order.id,
            ],
        )
        self._measure(self.revenue, self.east)
        self.assertEqual(self._fact_of(self.old_month).numerator, 100)
        measurement = self.revenue.measurement_ids.filtered(
            lambda one: one.company_id == self.east
        )
        measurement.last_full = fields.Datetime.now() - timedelta(days=8)
        self._measure(self.revenue, self.east)
        self.assertEqual(self._fact_of(self.old_month).numerator, 0)

    def test_a_month_closes_and_an_open_cell_vanishes(self):
        self._measure(self.revenue, self.east)
        self.assertEqual(self._fact_of(self.old_month).state, "closed")
        self.assertEqual(self._fact_of(self.this_month).state, "open")
        self.new_order._action_cancel()
        line = self._measure(self.revenue, self.east)
        self.assertFalse(self._fact_of(self.this_month))
        self.assertEqual(line.late, 0, "an open month may change")

    def test_maturity_keeps_cohorts_open(self):
        conversion = self._indicator("F01")
        lead = self.env["crm.lead"].create({"name": "L", "company_id": self.east.id})
        self._measure(conversion, self.east)
        fact = self._facts(conversion, self.east)[-1]
        self.assertEqual((fact.record_count, fact.state), (1, "open"))
        self.env.flush_all()
        for months, state in ((2, "open"), (6, "closed")):
            born = self._noon(self.this_month - relativedelta(months=months), 2)
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s", [born, lead.id]
            )
            self._measure(conversion, self.east, full=True)
            facts = self._facts(conversion, self.east).filtered("record_count")
            self.assertEqual(facts.mapped("state"), [state], months)

    # Late changes -------------------------------------------------------------

    def test_late_change_shows_and_leaves_a_revision(self):
        self._measure(self.revenue, self.east)
        self.old_order.order_line.price_unit = 70
        line = self._measure(self.revenue, self.east)
        fact = self._fact_of(self.old_month)
        self.assertEqual((fact.numerator, fact.value, fact.revision), (70, 70, 1))
        self.assertEqual(fact.state, "closed")
        self.assertEqual(line.late, 1)
        revision = fact.revision_ids
        self.assertEqual((revision.old_numerator, revision.new_numerator), (100, 70))
        self.assertEqual((revision.old_value, revision.new_value), (100, 70))
        self.assertEqual(revision.date, self.old_month)

    def test_late_cancellation_leaves_a_zero(self):
        self._measure(self.revenue, self.east)
        self.old_order._action_cancel()
        self.assertEqual(self._measure(self.revenue, self.east).late, 1)
        fact = self._fact_of(self.old_month)
        self.assertEqual((fact.numerator, fact.record_count, fact.revision), (0, 0, 1))
        self.assertEqual(fact.revision_ids.new_numerator, 0)
        again = self._measure(self.revenue, self.east, full=True)
        self.assertEqual(self._changes(again), (0, 0, 0, 0))

    def test_late_order_opens_a_cell_with_a_revision(self):
        self._measure(self.revenue, self.east)
        self._make_order(
            self.east,
            self.partner,
            5,
            self._noon(self.old_month, 11),
            team_id=self.field_team.id,
        )
        self.assertEqual(self._measure(self.revenue, self.east).late, 1)
        fact = self._fact_of(self.old_month).filtered(
            lambda one: one.team_id == self.field_team
        )
        self.assertEqual((fact.revision, fact.revision_ids.old_numerator), (1, 0))

    def test_a_new_definition_is_no_late_change(self):
        self._measure(self.revenue, self.east)
        with patch.object(type(builtin("R01")), "version", 2):
            line = self._measure(self.revenue, self.east)
        self.assertEqual(line.months, 37)
        self.assertEqual(line.late, 0)
        self.east.resource_calendar_id.tz = "UTC"
        self.assertEqual(self._measure(self.revenue, self.east).months, 37)

    # Failures and interruptions -----------------------------------------------

    def test_a_failure_is_visible_and_stops_nobody(self):
        value = self._indicator("R05")
        run = self.env["crm.indicator.run"].create({})
        with (
            patch.object(type(builtin("R01")), "records", side_effect=ValueError("Ow")),
            mute_logger(RUN_LOG),
        ):
            run._measure_all([(self.revenue, self.east), (value, self.east)])
        self.assertEqual((run.failed_count, run.measured_count), (1, 1))
        revenue = self.revenue.with_company(self.east)
        self.assertEqual((revenue.health, revenue.error), ("failed", "Ow"))
        self.assertTrue(self._facts(value, self.east))
        self._measure(self.revenue, self.east)
        revenue.invalidate_recordset()
        self.assertEqual((revenue.health, revenue.error), ("done", False))

    def test_broken_sql_is_rolled_back(self):
        self._measure(self.revenue, self.east)
        before = self._months(self.revenue, self.east)
        with (
            patch.object(
                type(builtin("R01")), "numerator", lambda *args: builtin("R04").oops
            ),
            mute_logger(RUN_LOG),
        ):
            self.assertEqual(self._measure(self.revenue, self.east).failed, 1)
        self.assertEqual(self._months(self.revenue, self.east), before)

    def test_the_job_resumes_where_it_was_stopped(self):
        """Out of time after the third commit, the next start does the rest."""
        Cron = type(self.env["ir.cron"])
        Run = self.env["crm.indicator.run"]
        wanted = [
            (indicator, company)
            for company in (self.east, self.west)
            for indicator in self._indicator("R01") | self._indicator("R04")
        ]
        left = iter([60, 60, 60, 0])
        pairs = type(Run)._get_pairs_left

        def ours(run):
            return [pair for pair in pairs(run) if pair in wanted]

        with patch.object(type(Run), "_get_pairs_left", ours):
            with patch.object(Cron, "_commit_progress", lambda *args, **kw: next(left)):
                Run._cron_measure()
            run = Run.search([("trigger", "=", "cron")], limit=1)
            self.assertEqual((run.state, len(run.line_ids)), ("running", 3))
            with patch.object(Cron, "_commit_progress", lambda *args, **kw: 60):
                Run._cron_measure()
            self.assertEqual((run.state, len(run.line_ids)), ("done", 4))
            self.assertEqual(run.failed_count, 0)
            self.assertEqual(
                {(line.indicator_id, line.company_id) for line in run.line_ids},
                set(wanted),
            )
            with patch.object(Cron, "_commit_progress", lambda *args, **kw: 60):
                Run._cron_measure()
        self.assertEqual(Run.search_count([("trigger", "=", "cron")]), 2, "a new night")

    def test_absent_app(self):
        installed = dict(self.installed)
        installed.pop("sale_stock", None)
        Module = type(self.env["ir.module.module"])
        with patch.object(Module, "_installed", lambda self: installed):
            otif = self._indicator("L01")
            otif.invalidate_recordset()
            self.assertFalse(otif.available)
            self.assertIn("Not installed: ", otif.inactive_reason)
            self.assertEqual(otif.health, "inactive")
            run = self.env["crm.indicator.run"].create({})
            pairs = run._get_pairs_left()
            self.assertNotIn(otif, [indicator for indicator, _company in pairs])
            self.assertIn(self.revenue, [indicator for indicator, _company in pairs])

    def test_measured_by_another_app(self):
        """K49 is described here and measured by an app that may be absent."""
        burn = self._indicator("K49")
        installed = dict(self.installed)
        installed.pop("crm_effects", None)
        Module = type(self.env["ir.module.module"])
        with patch.object(Module, "_installed", lambda self: installed):
            burn.invalidate_recordset()
            self.assertFalse(burn.available)
            self.assertIn("Not installed: ", burn.inactive_reason)

    def test_vanished_addon(self):
        indicator = self._indicator("R01")
        self.env.cr.execute(
            "UPDATE crm_indicator SET builtin = 'X99' WHERE id = %s", [indicator.id]
        )
        indicator.invalidate_recordset()
        self.assertFalse(indicator.available)
        self.assertIn("X99", indicator.inactive_reason)

    # Figures ------------------------------------------------------------------

    def test_hand_computed_figures(self):
        """Two orders of Alice, one of Bob, one without anybody: 200 / 4 = 50 each,
        3 orders / 2 salespeople = 1.5."""
        for user, amount in ((self.alice, 90), (self.bob, 10), (False, 60)):
            self._make_order(
                self.east,
                self.partner,
                amount,
                fields.Datetime.now() - timedelta(minutes=1),
                user_id=user and user.id,
            )
        month = self.this_month.strftime("%Y-%m")
        for code, expected in (("R01", 200), ("R04", 50), ("R05", 1.5)):
            self._measure(self._indicator(code), self.east)
            numerator, denominator = self._months(self._indicator(code), self.east)[
                month
            ]
            self.assertEqual(numerator / (denominator or 1), expected, code)

    def test_a_person_of_two_teams_counts_once(self):
        """Alice: three orders in the shop, one in the field. Parts ¾ + ¼ = 1."""
        for team in (self.shop, self.shop, self.field_team):
            self._make_order(
                self.east,
                self.partner,
                1,
                fields.Datetime.now() - timedelta(minutes=1),
                team_id=team.id,
            )
        orders = self._indicator("R05")
        self._measure(orders, self.east)
        parts = {
            fact.team_id: fact.denominator
            for fact in self._facts(orders, self.east)
            if fact.date == self.this_month
        }
        self.assertEqual(parts, {self.shop: 0.75, self.field_team: 0.25})

    def test_foreign_currency_at_the_orders_rate(self):
        """300 USD at 2 USD for a EUR are 150 EUR, whatever the rate is today."""
        order = self._make_order(
            self.east, self.partner, 300, self._noon(self.old_month, 12)
        )
        order.currency_id = self.usd
        order.order_line.price_unit = 300
        self.env["res.currency.rate"].create(
            {
                "name": fields.Date.today(),
                "currency_id": self.usd.id,
                "company_id": self.east.id,
                "company_rate": 4.0,
            }
        )
        self._measure(self.revenue, self.east)
        self.assertEqual(self._fact_of(self.old_month).numerator, 250)

    def test_median_beside_the_mean(self):
        """Cycles of 1, 2 and 30 days: mean 11, median 2."""
        self.env.flush_all()
        for days in (1, 2, 30):
            lead = self.env["crm.lead"].create(
                {"name": "D", "company_id": self.east.id, "team_id": self.shop.id}
            )
            lead.action_set_won()
            self.env.flush_all()
            closed = fields.Datetime.now() - timedelta(days=2)
            self.env.cr.execute(
                "UPDATE crm_lead SET date_closed = %s, create_date = %s WHERE id = %s",
                [closed, closed - timedelta(days=days), lead.id],
            )
        cycle = self._indicator("F03")
        self._measure(cycle, self.east)
        latest = self._facts(cycle, self.east, "rolling30")[-1]
        self.assertAlmostEqual(latest.value, 11)
        self.assertAlmostEqual(latest.median, 2)
        self.assertAlmostEqual(cycle.with_company(self.east).last_value, 2)

    def test_chart(self):
        self._measure(self.revenue, self.east)
        [line] = json.loads(self.revenue.with_company(self.east).chart)
        self.assertEqual([point["y"] for point in line["values"]], [100, 40])
        self.assertEqual(json.loads(self.revenue.chart)[0]["key"], self.revenue.name)

    # Speed of small things ----------------------------------------------------

    def test_queries_do_not_grow_with_records(self):
        self._measure(self.revenue, self.east)
        self.env.flush_all()
        first = self._count_queries()
        for _n in range(5):
            self._make_order(
                self.east, self.partner, 7, fields.Datetime.now(), user_id=self.bob.id
            )
        self.env.flush_all()
        self.assertLessEqual(self._count_queries(), first + 1)
        self.assertLess(first, 35)

    def _count_queries(self):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._measure(self.revenue, self.east)
        return self.env.cr.sql_log_count - before

    def test_the_list_of_indicators_is_read_at_once(self):
        for code in ("R01", "R04", "R05"):
            self._measure(self._indicator(code), self.east)
        indicators = self.env["crm.indicator"].with_company(self.east)
        names = ["name", "last_value_text", "status", "trend", "health", "chart"]
        indicators.search([]).read(names)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(9):
            indicators.search([]).read(names)
