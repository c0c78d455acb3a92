from datetime import timedelta

import numpy as np

from odoo import models
from odoo.fields import Command
from odoo.tools import SQL

from ..engine import backtest, purchase
from ..sql import forecast
from .crm_loyalty_fit import MINIMUM_INTERVALS, MINIMUM_REPEATERS

# Weeks of expected visits and value.
HORIZON = 52
WEEK = 7
# Days held out to see how good the model is.
HELD_OUT = 90
# Above it times are whole weeks: fewer rows, and a day more or less moves nothing.
DAILY_CUSTOMERS = 100_000
FITS = {"mbg_nbd": purchase.fit_mbg_nbd, "bg_nbd": purchase.fit_bg_nbd}


class CrmLoyaltyScoring(models.AbstractModel):
    """Purchase models: fitted once a week, every night spoken for every customer.

    The models see distinct histories, never customers: memory and time depend on how
    many different histories there are.
    """

    _inherit = "crm.loyalty.scoring"

    def _forecast(self, job):
        """Write the forecasts; return how many profiles they changed."""
        fit = self._find_fit(job)
        job.forecast["fit_id"] = fit.id
        self.env.cr.execute(
            forecast.clear(job.company.id, bool(fit.reason), job.now, self.env.uid)
        )
        changed = self.env.cr.rowcount
        if not fit.reason:
            changed += self._write_forecasts(job, fit)
        job.forecast["forecast_count"] = changed

    def _find_fit(self, job):
        """Return this week's fit, or a new one."""
        fits = self.env["crm.loyalty.fit"].sudo()  # nobody writes fits by hand
        kind, of_margin = job.company.loyalty_purchase_model, job.key["margin"]
        last = fits.search(
            [("company_id", "=", job.company.id)], order="id desc", limit=1
        )
        if last._is_current(job.today, kind, of_margin):
            return last
        values = self._measure_base(job)
        if values["reason"] and last.reason == values["reason"]:
            last.write(values)  # nothing new to tell, only its figures
            return last
        if not values["reason"]:
            values |= self._fit(job, values)
        return fits.create(
            {
                "company_id": job.company.id,
                "kind": kind,
                "of_margin": of_margin,
                **values,
            }
        )

    def _measure_base(self, job):
        """Return the size of the customer base, and why it is too small if it is."""
        [(customers, repeaters, first, interval)] = self.env.execute_query(
            forecast.base(job.company.id)
        )
        reason = False
        if repeaters < MINIMUM_REPEATERS:
            reason = "repeats"
        elif (job.today - first).days < MINIMUM_INTERVALS * interval:
            reason = "history"
        return {
            "date": job.today,
            "reason": reason,
            "customer_count": customers,
            "repeater_count": repeaters,
            "first_date": first,
            "usual_interval": interval,
            "step_days": 1 if customers <= DAILY_CUSTOMERS else WEEK,
        }

    def _fit(self, job, base):
        """Return the parameters of both models and how good they were."""
        step = base["step_days"]
        rows = self._read(forecast.histories(job.company.id, job.today, step, False))
        model = self._fit_purchases(job, rows, step)
        if model is None:
            return {"reason": "no_answer"}
        values = {
            name: getattr(model, name)
            for name in ("r", "alpha", "a", "b", "log_likelihood")
        }
        values |= self._fit_spending(job)
        self._create_table(
            "crm_loyalty_visit",
            forecast.visits(
                self._sql_documents(job.company), job.windows.model_from, job.today
            ),
            "partner_id",
        )
        values["regularity"] = self._measure_regularity()
        values |= self._test_purchases(job, step)
        values |= self._test_dates(job)
        self.env.cr.execute("DROP TABLE crm_loyalty_visit")
        return values

    def _fit_purchases(self, job, rows, step):
        frequency, recency, age, weights = rows[:4]
        return FITS[job.company.loyalty_purchase_model](
            frequency, recency * step / WEEK, age * step / WEEK, weights
        )

    def _fit_spending(self, job):
        frequency, mean, weights = self._read(forecast.spending(job.company.id), 3)
        spend = purchase.fit_gamma_gamma(frequency, mean, weights)
        if spend is None:  # nobody, or all the same: the mean is the best guess
            average = np.average(mean, weights=weights) if mean.size else 0
            return {"spend_mean": float(average)}
        return {
            "spend_p": spend.p,
            "spend_q": spend.q,
            "spend_v": spend.v,
            "spend_log_likelihood": spend.log_likelihood,
            "spend_mean": spend.mean_value,
            "correlation": spend.correlation,
        }

    def _measure_regularity(self):
        previous, last, weights = self._read(forecast.last_intervals(), 3)
        times = weights.astype(int)
        return purchase.regularity(np.repeat(previous, times), np.repeat(last, times))

    def _test_purchases(self, job, step):
        """Fit again without the held-out days and compare with what came."""
        cutoff = job.today - timedelta(days=HELD_OUT)
        rows = self._read(forecast.held_out(cutoff, step), 6)
        frequency, recency, age, customers, came, visits = rows
        if customers[frequency > 0].sum() < MINIMUM_REPEATERS:
            return {"backtest_date": cutoff}
        model = self._fit_purchases(job, rows, step)
        if model is None:
            return {"backtest_date": cutoff}
        history = (frequency, recency * step / WEEK, age * step / WEEK)
        horizon = HELD_OUT / WEEK
        expected = model.expected_purchases(horizon, *history)
        deciles = backtest.calibration(
            model.probability_alive(*history),
            model.probability_of_purchase(horizon, *history),
            came / customers,
            expected,
            visits,
            customers,
        )
        return {
            "backtest_date": cutoff,
            "backtest_expected": float(customers @ expected),
            "backtest_visits": int(visits.sum()),
            "decile_ids": [Command.create(self._decile(tenth)) for tenth in deciles],
        }

    def _decile(self, tenth):
        return {
            "number": tenth.number,
            "customer_count": int(tenth.customers),
            "alive": tenth.alive,
            "predicted": tenth.predicted,
            "bought": tenth.bought,
            "expected_visits": tenth.expected_visits,
            "visits": int(tenth.visits),
        }

    def _test_dates(self, job):
        cutoff = job.today - timedelta(days=HELD_OUT)
        error, interval, weights = self._read(
            forecast.held_out_dates(cutoff, job.today), 3
        )
        found = backtest.date_accuracy(error, interval, weights)
        return {
            "backtest_dates": found.forecasts,
            "backtest_hit_rate": found.hit_rate,
            "backtest_error": found.mean_error,
        }

    def _write_forecasts(self, job, fit):
        """Speak for the distinct histories and write what differs."""
        step = fit.step_days
        frequency, recency, age, _customers = self._read(
            forecast.histories(job.company.id, job.today, step, True)
        )
        history = (frequency, recency * step / WEEK, age * step / WEEK)
        model = fit._purchase_model()
        base, slope = self._value_of_visit(fit, frequency)
        self._create_table(
            "crm_loyalty_forecast",
            self._sql_rows(
                frequency=frequency.astype(int),
                recency=recency.astype(int),
                age=age.astype(int),
                p_alive=model.probability_alive(*history).round(2),
                expected=model.expected_purchases(HORIZON, *history),
                value_base=base,
                value_slope=slope,
            ),
            "frequency",
            "recency",
            "age",
        )
        self.env.cr.execute(
            forecast.write(
                job.company.id,
                job.today,
                step,
                job.key["digits"],
                job.now,
                self.env.uid,
            )
        )
        written = self.env.cr.rowcount
        self.env.cr.execute("DROP TABLE crm_loyalty_forecast")
        return written

    def _value_of_visit(self, fit, frequency):
        """Return base and slope of the expected value by the customer's own mean, in
        which the model is linear: two points tell it."""
        spend = fit._spend_model()
        if spend is None:
            known = frequency > 0
            return np.where(known, 0.0, fit.spend_mean), known.astype(float)
        base = spend.expected_value(frequency, np.zeros_like(frequency))
        above = spend.expected_value(frequency, np.ones_like(frequency))
        return base, above - base

    def _read(self, query, width=4):
        """Return the rows of a query as columns of numbers; missing ones are NaN."""
        rows = self.env.execute_query(query)
        if not rows:
            return tuple(np.zeros((width, 0)))
        return tuple(np.array(rows, dtype=float).T.copy())

    def _sql_rows(self, **columns):
        """Return numbers as a query, whose text is far shorter than their VALUES."""
        arrays = SQL(", ").join(
            SQL("%s::numeric[]", "{" + ",".join(map(str, values.tolist())) + "}")
            for values in columns.values()
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        return SQL("SELECT * FROM UNNEST(%s) found (%s)", arrays, names)
