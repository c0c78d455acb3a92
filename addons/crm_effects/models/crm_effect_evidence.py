"""How sure we are: what the grade rests on, fake dates, what could be shown at all."""

import math

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import causal, placebo
from .crm_effect_series import Unanswerable
from .phrases import phrase

OUTLOOKS = (3, 6, 12)
"""Months after the go-live for which the smallest visible effect is told."""

LONGEST = 36
"""Months after which nobody waits for a proof any more."""


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    grade_reasons = fields.Json(string="Grade Reason Codes", readonly=True, copy=False)
    grade_reason = fields.Text(string="Why This Grade", compute="_compute_grade_reason")
    placebo_ids = fields.One2many(
        "crm.effect.placebo", "effect_id", string="Fake Go-Lives", copy=False
    )
    placebo_text = fields.Text(string="Placebo", compute="_compute_placebo_text")
    expected_change = fields.Float(
        tracking=True,
        help="The change you hope for, as a part of today's figure: 0.05 is 5 %.",
    )
    detectable_3 = fields.Float(
        string="Visible After 3 Months", readonly=True, copy=False, aggregator=None
    )
    detectable_6 = fields.Float(
        string="Visible After 6 Months", readonly=True, copy=False, aggregator=None
    )
    detectable_12 = fields.Float(
        string="Visible After 12 Months", readonly=True, copy=False, aggregator=None
    )
    months_needed = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Months after the go-live after which a change of the size you hope for is"
        " shown in four cases of five.",
    )
    power_at = fields.Datetime(readonly=True, copy=False)
    power_text = fields.Text(string="What Can Be Shown", compute="_compute_power_text")
    next_step = fields.Char(
        compute="_compute_next_step", help="What would make the answer better."
    )

    # Words ---------------------------------------------------------------------------

    @api.depends_context("lang")
    @api.depends("grade_reasons")
    def _compute_grade_reason(self):
        for effect in self:
            effect.grade_reason = "\n".join(
                phrase(self.env, reason["code"], reason["values"])
                for reason in effect.grade_reasons or []
            )

    @api.depends_context("lang")
    @api.depends("placebo_ids.is_clear")
    def _compute_placebo_text(self):
        for effect in self:
            tried = len(effect.placebo_ids)
            clear = len(effect.placebo_ids.filtered("is_clear"))
            effect.placebo_text = tried and self.env._(
                "Fake go-live dates tried before the true one: %(tried)s. Dates at"
                " which an effect seems proven though nothing happened: %(clear)s. By"
                " chance alone about one in twenty would.",
                tried=tried,
                clear=clear,
            )

    @api.depends_context("lang")
    @api.depends(
        "power_at", "detectable_3", "detectable_6", "detectable_12", "months_needed"
    )
    def _compute_power_text(self):
        for effect in self:
            effect.power_text = effect.power_at and " ".join(effect._say_power())

    def _say_power(self):
        sizes = [self[f"detectable_{months}"] for months in OUTLOOKS]
        if not all(sizes):
            return [
                self.env._(
                    "The history is too short to say what could be shown: import"
                    " earlier months."
                )
            ]
        words = [
            self.env._(
                "The smallest change that would show: after 3 months %(three)s, after 6"
                " months %(six)s, after 12 months %(twelve)s.",
                three=self._percent(sizes[0]),
                six=self._percent(sizes[1]),
                twelve=self._percent(sizes[2]),
            )
        ]
        if not self.expected_change:
            return words
        hoped = self._percent(abs(self.expected_change))
        if self.months_needed:
            words.append(
                self.env._(
                    "A change of %(hoped)s shows after so many months: %(months)s.",
                    hoped=hoped,
                    months=self.months_needed,
                )
            )
        else:
            words.append(
                self.env._(
                    "A change of %(hoped)s would not show within %(longest)s months:"
                    " compare with a control group or choose a steadier indicator.",
                    hoped=hoped,
                    longest=LONGEST,
                )
            )
        return words

    @api.depends_context("lang")
    @api.depends(
        "state", "grade", "baseline_id", "estimator", "months_after", "owner_id"
    )
    def _compute_next_step(self):
        for effect in self:
            effect.next_step = effect._say_next_step()

    def _say_next_step(self):
        if not self.owner_id:
            return self.env._("Name who answers for the effect.")
        if self.is_measured and not self.baseline_id and self.state != "refused":
            return self.env._("Freeze the baseline, so that the past cannot move.")
        if self.state == "draft":
            return self.env._("Estimate the effect.")
        if self.state == "refused":
            return self.env._("Do what the message asks for, then estimate again.")
        return self._say_better_evidence()

    def _say_better_evidence(self):
        if self.grade == "D":
            return self.env._("Choose an indicator and measure what was declared.")
        if self.grade == "C" and self.is_measured:
            if self.months_after < 6:
                return self.env._("Wait until six months are measured.")
            if not (self._get_control() or self._has_control_figure()):
                return self.env._("Compare with units that were not introduced.")
            return self.env._("Look into the doubts and the fake go-live dates.")
        return False

    # Fake dates ----------------------------------------------------------------------

    def action_try_placebos(self):
        """Estimate at dates before the go-live, where there can be no effect."""
        self.check_access("write")
        for effect in self:
            series = effect._get_series_or_raise()
            found = placebo.placebo_dates(
                series.values,
                series.start,
                control=series.control if effect._is_compared() else None,
                log=effect._is_log_scale(series),
            )
            if not found:
                raise UserError(
                    self.env._(
                        "%(name)s: there is too little history before the go-live to"
                        " try fake dates.",
                        name=effect.name,
                    )
                )
            effect._write_placebos(series, found)
        return True

    def _write_placebos(self, series, found):
        # sudo: placebos are results; nobody has the right to type them
        effect = self.sudo()
        effect.placebo_ids.unlink()
        effect.placebo_ids.create(
            [
                {
                    "effect_id": self.id,
                    "date": series.months[one.start],
                    "effect": one.effect,
                    "effect_low": one.low,
                    "effect_high": one.high,
                    "is_clear": one.is_clear,
                }
                for one in found
            ]
        )
        if self.placebo_share:  # a comparison has tried more dates already
            return
        if self.effect_high != self.effect_low and self.state == "estimated":
            se = (self.effect_high - self.effect_low) / 4
            effect.placebo_share = placebo.share_as_clear(found, self.effect, se)

    def _is_compared(self):
        """Whether the estimate is of the difference to a control group."""
        return self.estimator == "did" or (
            self.estimator == "staged" and bool(self._get_control())
        )

    def _is_log_scale(self, series):
        paths = [series.values, series.control if self._is_compared() else []]
        seen = [value for path in paths for value in path if value is not None]
        return self.indicator_id.scale == "log" and min(seen) > 0

    def _get_series_or_raise(self):
        try:
            return self._get_series()
        except Unanswerable as trouble:
            sentence = trouble.sentence
            raise UserError(
                self.env._(
                    "%(name)s: %(reason)s",
                    name=self.name,
                    reason=phrase(self.env, sentence.code, sentence.values),
                )
            ) from trouble

    # What could be shown ---------------------------------------------------------

    def action_check_power(self):
        """Tell, before the go-live, which change the history would let us see."""
        self.check_access("write")
        for effect in self:
            effect._check_power()
        return True

    def _check_power(self):
        values, log = self._get_past_values()
        mean = sum(v for v in values if v is not None) / max(
            1, sum(v is not None for v in values)
        )
        options = {"log": log, "season": 12}
        if self._is_compared():
            options["season"] = None  # the control group has the season too
        sizes = {}
        for months in OUTLOOKS:
            least = causal.minimum_detectable_effect(values, months, **options)
            sizes[f"detectable_{months}"] = self._as_part(least, mean, log)
        needed = 0
        if self.expected_change:
            size = abs(self.expected_change)
            size = math.log1p(size) if log else size * abs(mean)
            needed = causal.months_to_detect(values, size, longest=LONGEST, **options)
        self.sudo().write(  # results: nobody has the right to type them
            {**sizes, "months_needed": needed or 0, "power_at": fields.Datetime.now()}
        )

    def _get_past_values(self):
        """The figures before the go-live, or the difference to the control group."""
        if not self.is_measured or not self.indicator_id:
            raise UserError(
                self.env._(
                    "%(name)s: only an effect measured by an indicator can be shown.",
                    name=self.name,
                )
            )
        start = self._get_start()
        rows = {
            month: row
            for month, row in self._get_rows().items()
            if not start or month < start.replace(day=1)
        }
        if not rows:
            raise UserError(
                self.env._(
                    "%(name)s: there are no figures before the go-live yet. Measure the"
                    " indicator or import its history.",
                    name=self.name,
                )
            )
        return self._take_values(rows)

    def _take_values(self, rows):
        get_value = self.indicator_id._get_value
        ours, theirs = [], []
        for row in rows.values():
            ours.append(get_value(row["numerator"], row["denominator"]))
            theirs.append(
                get_value(row["control_numerator"], row["control_denominator"])
            )
        compared = self._is_compared()
        seen = [v for v in (ours + theirs if compared else ours) if v is not None]
        log = bool(seen) and self.indicator_id.scale == "log" and min(seen) > 0
        if not compared:
            return ours, log
        values = [
            None
            if a is None or b is None
            else (a / b if log else a - b + sum(seen) / len(seen))
            for a, b in zip(ours, theirs, strict=True)
        ]
        return values, log

    @staticmethod
    def _as_part(least, mean, log):
        """The least effect as a part of today's figure."""
        if least is None:
            return 0.0
        if log:
            return math.expm1(least)
        return least / abs(mean) if mean else 0.0
