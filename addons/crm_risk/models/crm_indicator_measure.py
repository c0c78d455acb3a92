"""Measuring: which months to count, and bringing the facts up to date."""

from datetime import timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..indicators import MONTH, ROLLING, WEEK, Window, sharing
from ..indicators.base import values_query
from ..indicators.window import ROLLING_DAYS

HISTORY_MONTHS = 36
"""How far back the first count goes; parameter crm_risk.history_months."""

FULL_DAYS = 7
"""After so many days all months are counted anew: `write_date` tells neither what
was deleted nor from which month a record was moved away."""

OVERLAP_HOURS = 2
"""A transaction may commit long after the `write_date` it stamps; its records are
looked for again, and counting twice gives the same facts."""

RANDOM_PAGE_COST = 1.1
"""Orders of the latest weeks are in memory or on a flash disk: reading them by index
beats reading the whole table, which PostgreSQL's default of 4 would prefer."""

WORK_MEMORY = "128MB"
"""Joins over years of order lines stay in memory instead of on disk."""


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    # Windows -------------------------------------------------------------------

    @api.model
    def _window_defaults(self, company):
        """Everything in a window that the company decides."""
        zone = company.resource_calendar_id.tz
        main = self.env["res.company"].search([], order="id", limit=1)
        return {
            "company_id": company.id,
            "tz": zone if zone in pytz.all_timezones_set else "UTC",
            "now": fields.Datetime.now(),
            "takes_shared": company == main,
            "person_level": company.crm_indicator_person_level,
        }

    @api.model
    def _window_month(self, company, first, last=None):
        """Window of the whole months between two firsts of months."""
        window = Window(
            granularity=MONTH, first=first, last=first, **self._window_defaults(company)
        )
        return window.months(first, last)

    @api.model
    def _window_weeks(self, company, first, last):
        """Window of whole weeks, from a Monday to a Sunday."""
        return Window(
            granularity=WEEK, first=first, last=last, **self._window_defaults(company)
        )

    @api.model
    def _window_rolling(self, company, last):
        """Window of the 30 days that end with a day."""
        window = Window(
            granularity=ROLLING, first=last, last=last, **self._window_defaults(company)
        )
        return window.rolling(last)

    def _window_history(self, company, measurer):
        """All months that can be counted: those back, or the current one alone."""
        present = self._window_rolling(company, fields.Date.today())
        current = present.today.replace(day=1)
        if not measurer.history:
            return present.months(current)
        # sudo: a technical parameter, read for a job
        parameters = self.env["ir.config_parameter"].sudo()
        months = parameters.get_param("crm_risk.history_months")
        months = int(months) if str(months).isdigit() else HISTORY_MONTHS
        return present.months(current - relativedelta(months=months), current)

    # Measuring -------------------------------------------------------------------

    def _measure_company(self, measurement):
        """Bring the facts of one company up to date; returns counts of changes."""
        self.ensure_one()
        company = measurement.company_id
        measurer = self._measurer()
        self.env.flush_all()
        self._tune_transaction()
        history = self._window_history(company, measurer)
        measurer.prepare(self.env, history)
        definition = self._definition_hash(measurer, history)
        redefined = measurement.definition_hash != definition
        full = redefined or self._is_full_due(measurement)
        closed = self._closed_until(history)
        late = None if redefined else measurement.closed_until
        counts = {"months": 0, "inserted": 0, "updated": 0, "deleted": 0, "late": 0}
        for window in self._windows_to_count(measurement, measurer, history, full):
            counts["months"] += len(window.dates)
            rows = self._read_facts(measurer, window)
            self._store_facts(window, rows, counts, closed, late)
        self.env["crm.indicator.fact"]._store_close(self, company, closed)
        # the last window ends with the current month, which is always open
        latest = self._measure_latest(history, measurer, rows, counts, full)
        measurement.write(
            {
                **latest,
                "state": "done",
                "error": False,
                "warning": self._get_warning(measurement, full),
                "definition_hash": definition,
                # the instant up to which this transaction sees what others wrote
                "last_refresh": self.env.cr.now(),
                "last_full": self.env.cr.now() if full else measurement.last_full,
                "closed_until": closed,
            }
        )
        return counts

    def _tune_transaction(self):
        """Settings of this transaction alone, for queries over much of the tables."""
        cr = self.env.cr
        cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEMORY))
        cr.execute(SQL("SET LOCAL random_page_cost = %s", RANDOM_PAGE_COST))

    def _get_warning(self, measurement, full):
        """What a reader of a figure in money must know: amounts counted at par.

        Between full counts only new orders can bring it about.
        """
        if not (self.monetary or self.unit == "currency"):
            return False
        since = not (full or measurement.warning) and self._get_since(measurement)
        currencies = self._get_currencies_without_rate(measurement.company_id, since)
        if not currencies:
            return False
        return self.env._(
            "No rate is known for %(currencies)s: orders in it count at par. Enter a"
            " rate under Accounting ▸ Currencies and measure again.",
            currencies=", ".join(currencies.mapped("name")),
        )

    @api.model
    def _get_currencies_without_rate(self, company, since=False):
        """Foreign currencies without a rate of the company's confirmed orders, or of
        those written since."""
        candidates = self.env["res.currency"].search(
            [
                ("id", "!=", company.currency_id.id),
                "!",
                ("rate_ids.company_id", "in", [company.root_id.id, False]),
            ]
        )
        orders = self.env["sale.order"]
        written = [("write_date", ">=", since)] if since else []
        return candidates.filtered(
            lambda currency: orders.search_count(
                [
                    ("state", "=", "sale"),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    *written,
                ],
                limit=1,
            )
        )

    def _read_facts(self, measurer, window):
        """Rows of facts, read apart from writing them: PostgreSQL uses its parallel
        workers only for statements that write nothing. What those of its family read
        too is read once."""
        return self.env.execute_query(measurer.facts(sharing(self.env), window))

    def _store_facts(self, window, rows, counts, closed=None, late=None):
        changes = self.env["crm.indicator.fact"]._store(
            self, window, values_query(rows), closed, late
        )
        for name, count in changes.items():
            counts[name] += count

    def _definition_hash(self, measurer, window):
        """Changes with everything on which all facts of the company depend."""
        parts = (measurer.definition(self.env), window.tz, window.person_level)
        settings = measurer.settings(self.env, window)
        return ":".join(map(str, (*parts, window.takes_shared, *settings)))

    @api.model
    def _is_full_due(self, measurement):
        last = measurement.last_full
        return not last or last <= fields.Datetime.now() - timedelta(days=FULL_DAYS)

    @api.model
    def _get_since(self, measurement):
        """When a record must have been written to be new to the measurement."""
        return measurement.last_refresh - timedelta(hours=OVERLAP_HOURS)

    def _closed_until(self, history):
        """First of the latest month that no longer changes by itself."""
        matured = history.today - timedelta(days=self.maturity_days)
        return matured.replace(day=1) - relativedelta(months=1)

    def _windows_to_count(self, measurement, measurer, history, full):
        """Windows of whole months: all, or the open and the touched ones."""
        if full or not measurer.history:
            return [history]
        since = self._get_since(measurement)
        touched = measurer.touched_days(self.env, history, since)
        if touched is None:
            return [history]
        closed = measurement.closed_until
        reach = relativedelta(months=measurer.reach_months)
        starts = {day.replace(day=1) for day in touched}
        months = [
            month
            for month in history.dates
            if not closed
            or month > closed
            or any(start <= month <= start + reach for start in starts)
        ]
        return self._spans(history, months)

    def _spans(self, history, months):
        """Windows of neighbouring months: one query serves them all."""
        spans = []
        for month in months:
            if spans and spans[-1][1] + relativedelta(months=1) == month:
                spans[-1][1] = month
            else:
                spans.append([month, month])
        return [history.months(first, last) for first, last in spans]

    # Latest figure -------------------------------------------------------------------

    def _measure_latest(self, history, measurer, rows, counts, full):
        """Count the latest 30 days, and take from them what lists and risks show."""
        if measurer.rolling_lag_days:
            window, before = self._measure_rolling(history, measurer, counts, full)
        else:
            window, before = self._keep_present(history, rows, counts)
        value, denominator = self._whole_value(measurer, window)
        previous, _denominator = self._whole_value(measurer, before)
        return {
            "date": window.last,
            "has_value": value is not None,
            "value": value or 0.0,
            "denominator": denominator,
            "has_previous": previous is not None,
            "previous": previous or 0.0,
        }

    def _measure_rolling(self, history, measurer, counts, full):
        """Count 30 whole days, at a full count also the 30 before them."""
        last = history.today - timedelta(days=measurer.rolling_lag_days)
        window = history.rolling(last)
        before = history.rolling(last - timedelta(days=ROLLING_DAYS))
        for one in (window, before) if full else (window,):
            self._store_facts(one, self._read_facts(measurer, one), counts)
        return window, before

    def _keep_present(self, history, rows, counts):
        """A level has no 30 days: what was read of its latest month is of today."""
        today = history.today
        window = history.rolling(today)
        back = relativedelta(months=self._measurer().latest_months_ago)
        latest = today.replace(day=1) - back
        rows = [(today, *row[1:]) for row in rows if row[0] == latest]
        self._store_facts(window, rows, counts)
        return window, history.months(latest - relativedelta(months=1))

    def _whole_value(self, measurer, window):
        """(figure of the whole company or ``None``, denominator) of a window."""
        [(value, denominator, count)] = self.env["crm.indicator.fact"]._read_group(
            [
                ("indicator_id", "=", self.id),
                ("company_id", "=", window.company_id),
                ("granularity", "=", window.granularity),
                ("date", "=", window.dates[-1]),
            ],
            [],
            ["value:sum", "denominator:sum", "__count"],
        )
        if not count or value is False:
            return None, 0.0
        if measurer.has_median:
            series = self.env.execute_query(measurer.series(self.env, window))
            value = {row[0]: row[-1] for row in series}.get(window.dates[-1])
        return value, denominator or 0.0

    # Refresh ---------------------------------------------------------------------

    def action_refresh(self):
        """Measure the chosen indicators now, in the companies the user works in."""
        self.check_access("write")
        available = self.filtered(lambda one: one.available and one.measure != "manual")
        if not available:
            raise UserError(
                self.env._("None of the chosen indicators can be measured here.")
            )
        # sudo: sums over all records of the company are the point of an indicator;
        # the records themselves open under the viewer's own rights
        run = self.env["crm.indicator.run"].sudo().create({"trigger": "manual"})
        run._measure_all(
            (indicator, company)
            for company in self.env.companies
            for indicator in available
        )
        # sudo: boards are written by jobs; this one only takes the new figures
        boards = self.env["crm.implementation.indicator"].sudo()
        boards._refresh_measured(available, self.env.companies)
        return self._notify_refreshed(run)

    def _notify_refreshed(self, run):
        failed = run.line_ids.filtered("failed").indicator_id
        message = self.env._(
            "Indicators measured: %(measured)s. Facts changed: %(changed)s.",
            measured=run.measured_count,
            changed=run.changed_count,
        )
        if failed:
            message = self.env._(
                "%(message)s Failed: %(names)s.",
                message=message,
                names=", ".join(failed.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def action_refresh_all(self):
        """Have the nightly job run at once, in the background."""
        self.browse().check_access("write")
        # sudo: triggering a job is the administrator's; this one only measures
        self.env.ref("crm_risk.crm_indicator_cron_measure").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The indicators are being measured in the background."
                ),
            },
        }
