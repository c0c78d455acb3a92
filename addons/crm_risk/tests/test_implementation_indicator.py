"""The board of an implementation: scope, status, history, baseline and dip.

========  ====================================================================
board     lines of CRM for the East, whose scope is the shop where one is set
K06       open opportunities without next step: 5 / 20 / 40 %
K22       orders per salesperson and week, compared with the baseline
========  ====================================================================
"""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..indicators import builtin
from .indicator_common import IndicatorCase

BOARD_LOG = "odoo.addons.crm_risk.models.nightly"


class BoardCase(IndicatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.implementation = cls.env["crm.implementation"].create(
            {
                "name": "CRM for the East",
                "company_id": cls.east.id,
                "state": "active",
                "date_start": "2020-01-01",
            }
        )
        cls.idle = cls._indicator("K06")
        cls.partner = cls._make_partner("Buyer")

    @classmethod
    def _make_leads(cls, count, planned=0, team=None):
        """Open opportunities, some of them with a next step."""
        leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {n}",
                    "type": "opportunity",
                    "company_id": cls.east.id,
                    "team_id": (team or cls.shop).id,
                    "user_id": cls.alice.id,
                }
                for n in range(count)
            ]
        )
        for lead in leads[:planned]:
            lead.activity_schedule("mail.mail_activity_data_todo")
        return leads

    @classmethod
    def _line(cls, indicator, implementation=None):
        implementation = implementation or cls.implementation
        return implementation.board_line_ids.filtered(
            lambda line: line.indicator_id == indicator
        )

    def _night(self, *indicators, implementation=None):
        """Measuring and board as the jobs do them; returns the line."""
        for indicator in indicators:
            self._measure(indicator, self.east)
        (implementation or self.implementation)._refresh_board()
        return self._line(indicators[0], implementation)


@tagged("post_install", "-at_install")
class TestBoard(BoardCase):
    def test_four_of_ten(self):
        self._make_leads(10, planned=6)
        line = self._night(self.idle)
        self.assertEqual((line.value, line.denominator), (0.4, 10))
        self.assertEqual((line.status, line.severity), ("red", 1))
        self.assertEqual(line.value_text, "40.0 %")
        self.assertEqual(line.threshold_text, "5.0 % / 20.0 % / 40.0 %")
        self.assertFalse(line.note)
        self.assertEqual(self.implementation.red_count, 1)
        action = line.action_open_records()
        opened = self.env["crm.lead"].search(action["domain"])
        self.assertEqual(len(opened), 4, "the very records behind it")
        self.assertFalse(opened.activity_ids)
        self.assertIn("out of 10: records 4", action["name"])
        every = line._get_latest_facts().action_open_records()
        self.assertEqual(len(every["domain"][0][2]), 10, "the figure opens all")

    def test_of_a_share_those_amiss_are_opened(self):
        """Ids 1 to 3: counted, not counted, counted by half."""
        rows = [(1, 1, 1), (2, 0, 1), (3, 0.5, 1)]
        self.idle.write({"target": 0, "amber": 0, "red": 0})  # any direction then
        for direction, unit, found in (
            ("lower", "percent", [1, 3]),
            ("higher", "percent", [2, 3]),
            ("neutral", "percent", []),
            ("lower", "number", []),
        ):
            self.idle.write({"direction": direction, "unit": unit})
            self.assertEqual(self.idle._get_amiss(rows), found, (direction, unit))
        self.idle.write({"direction": "lower", "unit": "percent"})
        self.assertEqual(self.idle._get_amiss([(1, 5, 2)]), [], "no share")

    def test_only_the_teams_in_scope(self):
        """In the shop 1 of 10 is idle, in the field 9 of 10."""
        self._make_leads(10, planned=9)
        self._make_leads(10, planned=1, team=self.field_team)
        line = self._night(self.idle)
        self.assertEqual((line.value, line.denominator), (0.5, 20))
        self.implementation.team_ids = self.shop
        line = self._night(self.idle)
        self.assertEqual((line.value, line.denominator), (0.1, 10))
        self.shop.active = False
        self.assertEqual(self._night(self.idle).denominator, 10, "archived stays")
        action = line.action_open_records()
        self.assertEqual(len(action["domain"][0][2]), 1)

    def test_scope_of_a_median(self):
        """In the shop assigned after 1, 2 and 30 hours: the median, not the mean."""
        hours = self._indicator("K10")
        leads = self._make_leads(3) | self._make_leads(1, team=self.field_team)
        self.env.flush_all()
        for lead, taken in zip(leads, (1, 2, 30, 500), strict=True):
            born = self.now - timedelta(days=25)
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_open = %s WHERE id = %s",
                [born, born + timedelta(hours=taken), lead.id],
            )
        self.implementation.team_ids = self.shop
        line = self._night(hours)
        self.assertAlmostEqual(line.value, 2)
        self.assertEqual(line.denominator, 3)

    def test_too_few_move_nothing(self):
        self._make_leads(4)
        line = self._night(self.idle)
        self.assertEqual((line.value, line.status), (1, "none"))
        self.assertEqual(line.note, "Too few to judge: 4 of at least 10.")

    def test_absent_app_and_no_data_have_words(self):
        self._night(self.idle)
        self.assertEqual(self._line(self.idle).note, "No data yet.")
        Module = type(self.env["ir.module.module"])
        installed = dict(self.installed)
        installed.pop("sale_margin", None)
        with patch.object(Module, "_installed", lambda self: installed):
            line = self._line(self._indicator("K27"))
            line.invalidate_recordset()
            line.indicator_id.invalidate_recordset()
            self.assertIn("Not installed: ", line.note)

    def test_failure_is_told_and_the_next_goes_on(self):
        self._make_leads(10)
        log = "odoo.addons.crm_risk.models.crm_indicator_run_measure"
        with (
            patch.object(type(builtin("K06")), "records", side_effect=ValueError("Ow")),
            mute_logger(log),
        ):
            line = self._night(self.idle, self._indicator("K07"))
        self.assertEqual(line.note, "Measuring failed: Ow")
        self.assertTrue(self._line(self._indicator("K07")).has_value)

    def test_one_board_does_not_stop_the_next(self):
        other = self.implementation.copy({"state": "active"})
        self._make_leads(10)
        self._measure(self.idle, self.east)
        Line = type(self.env["crm.implementation.indicator"])
        refresh = Line._refresh_figures

        def broken(lines):
            if lines.implementation_id == self.implementation:
                raise ValueError("Ow")
            return refresh(lines)

        with (
            patch.object(Line, "_refresh_figures", broken),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60
            ),
            mute_logger(BOARD_LOG),
        ):
            self.env["crm.implementation"]._cron_refresh_boards()
        self.assertFalse(self._line(self.idle))
        self.assertEqual(self._line(self.idle, other).status, "red")

    def test_history_and_streak(self):
        """Red, red on the same day, red on the next, amber, red."""
        leads = self._make_leads(10)
        line = self._night(self.idle)
        self.assertEqual(line.red_streak, 1)
        self.assertEqual(self._night(self.idle).red_streak, 1, "the same measurement")
        self._next_day(line)
        self.assertEqual(self._night(self.idle).red_streak, 2)
        for lead in leads[:7]:
            lead.activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(self._night(self.idle).status, "amber")
        self.assertEqual(line.red_streak, 0)
        first, second = line.change_ids.sorted("id")
        self.assertEqual((first.old_status, first.new_status), ("none", "red"))
        self.assertEqual((second.old_status, second.new_status), ("red", "amber"))
        self.assertEqual(second.value_text, "30.0 %")

    @staticmethod
    def _next_day(line):
        """As if the last measurement had been yesterday's."""
        line.streak_date = line.streak_date - timedelta(days=1)

    def test_no_data_keeps_the_streak(self):
        leads = self._make_leads(10)
        line = self._night(self.idle)
        leads.unlink()
        self._next_day(line)
        line = self._night(self.idle)
        self.assertEqual((line.status, line.red_streak), ("none", 1))

    def test_refreshing_twice_writes_nothing(self):
        self._make_leads(10)
        self._night(self.idle)
        self.env.flush_all()
        board = self.env["crm.implementation.indicator"]
        with patch.object(type(board), "write", side_effect=AssertionError):
            self.implementation._refresh_board()

    def test_measuring_by_hand_shows_at_once(self):
        leads = self._make_leads(10, planned=10)
        self._night(self.idle)
        leads.activity_ids.unlink()
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.east
        )
        self.idle.with_user(officer).action_refresh()
        self.assertEqual(self._line(self.idle).status, "red")

    def test_risk_follows_the_board(self):
        """The scope is the shop, where all is well: the odds fall, though the field
        is red."""
        self._make_leads(10, planned=10)
        self._make_leads(10, team=self.field_team)
        self.implementation.team_ids = self.shop
        self._night(self.idle)
        risk = self.env["crm.risk"].create(
            {
                "name": "Deals are forgotten",
                "implementation_id": self.implementation.id,
                "p_inherent": 0.2,
                "indicator_ids": [Command.create({"indicator_id": self.idle.id})],
            }
        )
        self.assertEqual(risk.indicator_ids.severity, -1)
        self.assertAlmostEqual(risk.p_current, 0.0769, 4)

    def test_query_count(self):
        """Two boards cost what one costs."""
        other = self.implementation.copy({"state": "active"})
        self._make_leads(10)
        self._night(self.idle)
        self._night(self.idle, implementation=other)
        board = self.env["crm.implementation.indicator"]
        names = ["value_text", "threshold_text", "note", "chart", "status"]

        def queries(implementations):
            lines = board.search([("implementation_id", "in", implementations.ids)])
            lines.read(names)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.read(names)
            return self.env.cr.sql_log_count - before

        one = queries(self.implementation)
        self.assertEqual(queries(self.implementation | other), one)
        self.assertLessEqual(one, 12)

    # Rights --------------------------------------------------------------------------

    def test_drill_down_under_own_rights(self):
        self._make_leads(10)
        line = self._night(self.idle)
        seller = self._make_user(
            "Seller", "sales_team.group_sale_salesman", companies=self.east
        )
        leads = self.env["crm.lead"].search([("company_id", "=", self.east.id)])
        leads[:3].write({"user_id": seller.id, "team_id": self.shop.id})
        mine = line.with_user(seller)
        action = mine.action_open_records()
        self.assertIn("visible to you 3", action["name"])
        own = self.env["crm.lead"].with_user(seller).search(action["domain"])
        self.assertEqual(len(own), 3)

    def test_attackers(self):
        self._make_leads(10)
        line = self._night(self.idle)
        stranger = self._make_user(
            "Stranger", "crm_risk.crm_risk_group_manager", companies=self.west
        )
        seller = self._make_user(
            "Seller", "sales_team.group_sale_salesman", companies=self.east
        )
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.east
        )
        theirs = line.with_user(stranger).with_company(self.west)
        for call in (theirs.action_open_records, lambda: theirs.read(["value"])):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            line.with_user(seller).compared = True
        with self.assertRaisesRegex(UserError, "measured, not typed"):
            line.with_user(officer).write({"value": 0.0, "status": "green"})
        line.with_user(officer).compared = True
        with self.assertRaises(AccessError):
            line.with_user(officer).unlink()
        with self.assertRaises(AccessError):
            self.implementation.with_user(seller).action_freeze_baseline()

    def test_board_fills_itself(self):
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.east
        )
        self._make_leads(10)
        self._measure(self.idle, self.east)
        action = self.implementation.with_user(officer).action_open_board()
        board = self.env["crm.implementation.indicator"].with_user(officer)
        lines = board.search(action["domain"])
        self.assertGreater(len(lines), 40)
        self.assertEqual(self._line(self.idle).status, "red")

    # Bad input -----------------------------------------------------------------------

    def test_last_team_in_scope_is_not_deleted(self):
        self.implementation.team_ids = self.shop | self.field_team
        self.shop.unlink()
        with self.assertRaisesRegex(UserError, "would then reach the whole company"):
            self.field_team.unlink()

    def test_currency_without_rate_is_told(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        yen.rate_ids.unlink()
        order = self._make_order(
            self.east, self.partner, 10, self.now - timedelta(days=2)
        )
        revenue = self._indicator("R01").with_company(self.east)
        self._measure(revenue, self.east)
        self.assertFalse(revenue.warning)
        order.currency_id = yen
        self.assertFalse(self._measure(revenue, self.east).failed)
        revenue.invalidate_recordset()
        self.assertIn("No rate is known for JPY", revenue.warning)
        self.assertFalse(self._indicator("R05").with_company(self.east).warning)


@tagged("post_install", "-at_install")
class TestBaseline(BoardCase):
    """Alice confirms ten orders a week in the twelve weeks before the go-live; then
    6, 8, 8, 8 and 8: four fifths of the baseline, deepest dip 40 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls._indicator("K22")
        today = cls.orders._window_rolling(cls.east, fields.Date.today()).today
        this_week = today - timedelta(days=today.weekday())
        cls.go_live = this_week - timedelta(weeks=5)
        cls.implementation.date_go_live = cls.go_live
        for week in range(1, 13):
            cls._sell(-week, 10)
        for week, count in enumerate((6, 8, 8, 8, 8)):
            cls._sell(week, count)

    @classmethod
    def _sell(cls, week, count, **values):
        """Orders on the Wednesday of a week counted from the go-live."""
        day = cls.go_live + timedelta(weeks=week, days=2)
        noon = fields.Datetime.to_datetime(day) + timedelta(hours=3)
        for _n in range(count):
            cls._make_order(cls.east, cls.partner, 10, noon, **values)

    def test_eight_for_ten(self):
        line = self._night(self.orders)
        self.assertEqual((line.baseline, line.baseline_weeks), (10, 12))
        self.assertEqual((line.current, line.ratio), (8, 0.8))
        self.assertEqual((line.status, line.severity), ("red", 1))
        self.assertAlmostEqual(line.dip_depth, 0.4)
        self.assertEqual((line.weeks_below, line.recovery), (5, "dip"))
        self.assertEqual(line.threshold_text, "100 % / 90 % / 80 %")
        self.assertEqual(line.value_text, "80 % of the baseline")
        self.assertEqual(line.change_ids.value_text, "80 % of the baseline")
        self.assertEqual(
            self.implementation.baseline_from, self.go_live - timedelta(weeks=12)
        )
        self.assertEqual(
            self.implementation.baseline_to, self.go_live - timedelta(days=1)
        )
        self.assertIn(line, self.implementation.compared_line_ids)
        self.assertEqual(self.orders.with_company(self.east).status, "red")

    def test_frozen_is_frozen(self):
        """A late order of the old time moves the facts, not the baseline."""
        line = self._night(self.orders)
        for week in range(1, 13):
            self._sell(-week, 10)
        self._sell(4, 2)
        line = self._night(self.orders)
        self.assertEqual(line.baseline, 10)
        weeks = line.week_ids.filtered("frozen")
        self.assertEqual(set(weeks.mapped("value")), {10})
        latest = line.week_ids.filtered(lambda week: not week.frozen).sorted("date")[-1]
        self.assertEqual(latest.value, 10)

    def test_recovered(self):
        self._sell(3, 2)
        self._sell(4, 3)
        line = self._night(self.orders)
        self.assertEqual((line.weeks_below, line.recovery), (3, "recovered"))
        self.assertEqual(line.current, 9)

    def test_scope_is_that_of_the_implementation(self):
        self._sell(-1, 5, team_id=self.field_team.id, user_id=self.bob.id)
        self.implementation.team_ids = self.shop
        line = self._night(self.orders)
        self.assertEqual(line.week_ids.sorted("date")[11].value, 10)

    def test_lower_is_better(self):
        """Two days from quotation to order before, three since: red from 1.4 on."""
        lead_time = self._indicator("K24")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = date_order - CASE"
            " WHEN date_order < %s THEN interval '2 days' ELSE interval '3 days' END"
            " WHERE company_id = %s",
            [self.go_live, self.east.id],
        )
        self.env.invalidate_all()
        line = self._night(lead_time)
        self.assertEqual((line.baseline, line.current), (2, 3))
        self.assertEqual((line.ratio, line.status), (1.5, "red"))
        self.assertAlmostEqual(line.dip_depth, 0.5)

    def test_too_few_weeks(self):
        self.env["sale.order"].search([("company_id", "=", self.east.id)]).filtered(
            lambda order: order.date_order.date() < self.go_live - timedelta(weeks=3)
        )._action_cancel()
        line = self._night(self.orders)
        self.assertFalse(line.has_baseline)
        self.assertEqual(line.status, "none")
        self.assertIn("weeks with data before the go-live 3", line.note)

    def test_frozen_once(self):
        officer = self._make_user(
            "Officer", "crm_risk.crm_risk_group_officer", companies=self.east
        )
        manager = self._make_user(
            "Manager", "crm_risk.crm_risk_group_manager", companies=self.east
        )
        mine = self.implementation.with_user(officer)
        mine.action_freeze_baseline()
        self.assertEqual(self._line(self.orders).baseline, 10)
        with self.assertRaisesRegex(UserError, "does not change any more"):
            mine.action_freeze_baseline()
        with self.assertRaisesRegex(UserError, "Only a risk manager"):
            mine.action_release_baseline()
        self.implementation.with_user(manager).action_release_baseline()
        self.assertFalse(self.implementation.baseline_date)
        self.assertFalse(self._line(self.orders).week_ids)
        self.assertIn("was released", self.implementation.message_ids[0].body)

    def test_pulse_goes_to_the_scope(self):
        self.implementation.user_ids = self.alice | self.bob
        asker = self._make_user(
            "Asker",
            "crm_risk.crm_risk_group_officer",
            "survey.group_survey_user",
            companies=self.east,
        )
        action = self.implementation.with_user(asker).action_send_pulse()
        self.assertEqual(action["res_model"], "survey.invite")
        self.assertEqual(
            set(action["context"]["default_partner_ids"]),
            set((self.alice | self.bob).partner_id.ids),
        )
        self.env.ref("crm_risk.survey_pulse").unlink()
        with self.assertRaisesRegex(UserError, "pulse survey was deleted"):
            self.implementation.with_user(asker).action_send_pulse()

    def test_chosen_later_is_frozen_then(self):
        """Revenue is not compared by itself; ticked, it gets its weeks at night."""
        revenue = self._indicator("R04")
        revenue.write({"target": 10, "amber": 8, "red": 5})
        self._night(self.orders, revenue)
        line = self._line(revenue)
        self.assertFalse(line.week_ids)
        line.compared = True
        self._night(revenue)
        self.assertEqual((line.baseline, line.current), (10, 10))
        self.assertEqual(line.status, "green", "its own thresholds judge it")

    def test_before_the_go_live(self):
        self.implementation.date_go_live = False
        with self.assertRaisesRegex(UserError, "enter the date of the go-live"):
            self.implementation.action_freeze_baseline()
        self.implementation.date_go_live = fields.Date.today() + timedelta(days=30)
        line = self._night(self.orders)
        self.assertFalse(self.implementation.baseline_date)
        self.assertEqual(line.note, "The baseline is frozen at the go-live.")

    def test_a_week_that_fails_is_told(self):
        line = self._night(self.orders)
        with patch.object(
            type(builtin("K22")), "series", side_effect=ValueError("No weeks")
        ):
            self.implementation._refresh_board()
        self.assertEqual(line.note, "Measuring failed: No weeks")
        self.implementation._refresh_board()
        self.assertFalse(line.note)
