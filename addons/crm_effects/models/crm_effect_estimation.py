"""From the figures of an indicator to the months of an effect."""

from dataclasses import replace

from odoo import api, fields, models

from odoo.addons.crm_risk.models import nightly

from ..engine import causal, evidence, money, returns
from ..engine.answers import Refusal, Sentence
from .crm_effect_series import Unanswerable
from .phrases import dump

MONEY = ("money", "money_low", "money_high")
LINE_FIGURES = (
    "actual",
    "counterfactual",
    "counterfactual_low",
    "counterfactual_high",
    "delta",
    "volume",
    *MONEY,
)


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    # entry points ------------------------------------------------------------------

    @api.model
    def _cron_estimate(self):
        """Nightly: every effect of the implementations that are not closed."""
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        domain = [
            ("implementation_id.state", "!=", "closed"),
            "|",
            ("estimated_at", "=", False),
            ("estimated_at", "<", today),
        ]
        effects = self.search(domain)
        nightly.each(
            self.env,
            "crm_effects.ir_cron_update_effects",
            effects,
            "_estimate_and_remind",
        )

    def _estimate_and_remind(self):
        self._estimate()
        self._remind_owners()

    def _estimate(self):
        """Estimate, or say why not; one effect's trouble never stops the others."""
        for effect in self:
            answer = {
                "risk": effect._take_from_risks,
                "holdout": effect._take_from_holdout,
                "manual": effect._declare,
            }.get(effect.estimator, effect._measure)
            try:
                answer()
            except Unanswerable as trouble:
                effect._refuse(trouble.sentence)
            except ValueError as trouble:
                effect._refuse(Sentence("invalid", "{text}", text=str(trouble)))

    def _measure(self):
        series = self._get_series()
        use_log = self.indicator_id.scale == "log" and self.estimator != "synth"
        doubts = []
        if use_log and min(v for v in series.values if v is not None) <= 0:
            use_log = False
            doubts.append(Sentence("not_positive", ""))
        if series.late_changes or self.baseline_id.change_ids:
            self._record_late_changes()
        if series.late_changes:
            doubts.append(Sentence("late_changes", "", months=series.late_changes))
        if series.imported:
            doubts.append(Sentence("imported", "", months=series.imported))
        if series.of_nothing:
            doubts.append(Sentence("of_nothing", "", months=series.of_nothing))
        answer = self._ask_engine(series, use_log)
        if isinstance(answer, Refusal):
            self._refuse(answer.reason)
            return
        answer = replace(answer, warnings=(*answer.warnings, *doubts))
        rows = self._prepare_measured(series, answer)
        counted = [row for row in rows if row["has_data"]]
        ahead = self._prepare_ahead(
            returns.add_months(series.months[-1], 1),
            [_mean(row[key] for row in counted) for key in MONEY],
        )
        grade = evidence.grade(answer)
        self._write_lines(rows + ahead, grade)
        self._write_answer(answer, grade)
        # sudo: results; nobody has the right to type them
        self.sudo().event_study = self._study_months(series, use_log)

    def _ask_engine(self, series, use_log):
        if self.estimator == "synth":
            return self._ask_synthetic(series)
        options = {"log": use_log, "events": self._get_event_columns(series)}
        if self.estimator == "staged":
            start = self._get_first_month()
            options["dose"] = self._get_dose(series.months, start)
        if self.estimator == "did" or (
            self.estimator == "staged" and self._get_control()
        ):
            return causal.controlled_time_series(
                series.values, series.control, series.start, **options
            )
        return causal.interrupted_time_series(series.values, series.start, **options)

    def _ask_synthetic(self, series):
        """Months without data are left out, units that lack one are no donors."""
        seen = [i for i, value in enumerate(series.values) if value is not None]
        donors = {
            unit: [values[i] for i in seen]
            for unit, values in series.donors.items()
            if all(values[i] is not None for i in seen)
        }
        start = sum(i < series.start for i in seen)
        answer = causal.synthetic_control(
            [series.values[i] for i in seen], donors, start
        )
        if isinstance(answer, Refusal):
            return answer
        spread = _Spread(series, seen[start:])
        return replace(
            answer,
            counterfactual=spread(answer.counterfactual),
            counterfactual_low=spread(answer.counterfactual_low),
            counterfactual_high=spread(answer.counterfactual_high),
        )

    def _get_event_columns(self, series):
        events = self._get_events()
        columns = [event._get_column(series.months) for event in events]
        step = [float(i >= series.start) for i in range(len(series.months))]
        for event, column in zip(events, columns, strict=True):
            if column == step:
                raise Unanswerable("event_at_go_live", event=event.name)
        return columns

    # the months --------------------------------------------------------------------

    def _prepare_measured(self, series, answer):
        """One row of values per month after the go-live."""
        actual = series.actual[series.start :]
        volumes = series.volumes[series.start :]
        paths = [
            series.restore(path)
            for path in (
                answer.counterfactual,
                answer.counterfactual_low,
                answer.counterfactual_high,
            )
        ]
        rule = self._get_money_rule()
        changes = [_differences(actual, path) for path in paths]
        amounts = [money.monthly(rule, change, volumes) for change in changes]
        rows = []
        for i, month in enumerate(series.months[series.start :]):
            values = self._prepare_money(month, [amount[i] for amount in amounts])
            if changes[0][i] is not None:
                values.update(
                    has_data=True,
                    actual=actual[i],
                    counterfactual=paths[0][i],
                    counterfactual_low=paths[1][i],
                    counterfactual_high=paths[2][i],
                    delta=changes[0][i],
                    volume=volumes[i],
                )
            rows.append(values)
        return rows

    def _prepare_money(self, month, amounts):
        mean, *ends = amounts
        blank = dict.fromkeys(LINE_FIGURES, 0.0)
        return {
            **blank,
            "date": month,
            "has_data": False,
            "is_forecast": False,
            "money": mean,
            "money_low": min(ends),
            "money_high": max(ends),
        }

    def _prepare_ahead(self, first, amounts, get_part=None):
        """Months to come, each with the mean amounts, up to the horizon.

        ``get_part`` gives the part of the full amount that a month reaches.
        """
        horizon = self.implementation_id._get_horizon()
        if self.money_method in money.ONE_OFF or self.date_to or not horizon:
            return []
        count = 1 + returns.months_between(first, horizon)
        outlook = self._get_adoption_outlook() if get_part is None else 1.0
        rows = []
        for i in range(count):
            month = returns.add_months(first, i)
            part = get_part(month) if get_part else outlook
            values = self._prepare_money(month, [part * amount for amount in amounts])
            rows.append({**values, "is_forecast": True})
        return rows

    def _write_lines(self, rows, grade):
        """Bring the lines to ``rows``; a month that did not change is not written."""
        # sudo: lines are results; nobody has the right to type them
        effect = self.sudo()
        present = {line.date: line for line in effect.line_ids}
        missing = []
        for row in rows:
            row["proof_class"] = evidence.proof(grade, is_forecast=row["is_forecast"])
            line = present.pop(row["date"], None)
            if line is None:
                missing.append({**row, "effect_id": self.id})
            elif changed := line._get_changed(row):
                line.write(changed)
        effect.line_ids.browse().union(*present.values()).unlink()
        effect.line_ids.create(missing)

    def _write_answer(self, answer, grade):
        proof = evidence.proof(grade)
        was_proven = self.proof_class == "proven"
        if proof == "proven":
            lost_on = False
        else:
            lost_on = fields.Date.context_today(self) if was_proven else self.lost_on
        self.sudo().write(  # results: nobody has the right to type them
            {
                "lost_on": lost_on,
                "state": "estimated",
                "reason": False,
                "doubts": [dump(doubt) for doubt in answer.warnings],
                "grade_reasons": [dump(one) for one in evidence.reasons(answer)],
                "is_log": answer.log,
                "effect": answer.effect,
                "effect_low": answer.low,
                "effect_high": answer.high,
                "rho": answer.rho or 0.0,
                "months_before": answer.months_before,
                "months_after": answer.months_after,
                "placebo_share": answer.placebo_share or 0.0,
                "grade": grade,
                "proof_class": proof,
                "estimated_at": fields.Datetime.now(),
                "is_small_group": self._has_small_group(),
            }
        )

    def _refuse(self, sentence):
        """No answer is an answer: say why, keep no figure that looks like one."""
        # sudo: lines are results; nobody has the right to type or delete them
        self.sudo().line_ids.unlink()
        self.sudo().write(  # results: nobody has the right to type them
            {
                **self._prepare_no_answer(),
                "state": "refused",
                "reason": dump(sentence),
            }
        )

    def _prepare_no_answer(self):
        figures = ("effect", "effect_low", "effect_high", "rho", "placebo_share")
        return {
            **dict.fromkeys(figures, 0.0),
            "reason": False,
            "doubts": [],
            "grade_reasons": [],
            "event_study": False,
            "is_log": False,
            "months_before": 0,
            "months_after": 0,
            "grade": False,
            "proof_class": False,
            "estimated_at": fields.Datetime.now(),
        }


def _differences(actual, path):
    return [
        None if value is None or other is None else value - other
        for value, other in zip(actual, path, strict=True)
    ]


class _Spread:
    """Puts a path of the observed months back among all months after the start."""

    def __init__(self, series, seen):
        self.length = len(series.months) - series.start
        self.places = [i - series.start for i in seen]

    def __call__(self, path):
        full = [None] * self.length
        for place, value in zip(self.places, path, strict=True):
            full[place] = value
        return tuple(full)


def _mean(values):
    found = list(values)
    return sum(found) / len(found) if found else 0.0
