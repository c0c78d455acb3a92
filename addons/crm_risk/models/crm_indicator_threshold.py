"""From a figure to its colour: target, amber, red."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import likelihood


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    relative = fields.Boolean(
        string="Compared with the Baseline",
        help="Thresholds are shares of the baseline that each implementation froze"
        " before its go-live: 0.9 is ten percent below it.",
    )

    # Thresholds ----------------------------------------------------------------

    def _has_thresholds(self):
        """No thresholds are set where all three are the same."""
        self.ensure_one()
        return not self.target == self.amber == self.red

    @api.constrains("target", "amber", "red", "direction")
    def _check_thresholds(self):
        for indicator in self.filtered(lambda one: one._has_thresholds()):
            target, amber, red = indicator.target, indicator.amber, indicator.red
            if not (target < amber < red or target > amber > red):
                raise ValidationError(
                    self.env._(
                        "%(name)s: target, amber and red must rise or fall in this"
                        " order; now they are %(target)s, %(amber)s, %(red)s.",
                        name=indicator.display_name,
                        target=target,
                        amber=amber,
                        red=red,
                    )
                )
            indicator._check_thresholds_direction()

    def _check_thresholds_direction(self):
        wrong = "lower" if self.target > self.red else "higher"
        if self.direction == wrong:
            raise ValidationError(
                self.env._(
                    "%(name)s: the target (%(target)s) is on the wrong side of red"
                    " (%(red)s) for the direction “%(direction)s”.",
                    name=self.display_name,
                    target=self.target,
                    red=self.red,
                    direction=dict(
                        self._fields["direction"]._description_selection(self.env)
                    )[self.direction],
                )
            )

    def _is_too_small(self, denominator):
        """Whether a ratio rests on fewer records than the least that may move
        anything."""
        self.ensure_one()
        return self._is_ratio() and denominator < self.min_denominator

    def _severity_of(self, value, denominator):
        """−1 at target … +1 at red; ``None`` where nothing can be said."""
        self.ensure_one()
        if not self._has_thresholds() or self.relative:
            return None
        if self._is_too_small(denominator):
            return None
        return likelihood.severity(value, self.target, self.amber, self.red)

    def _format_thresholds(self, company):
        """“5.0 % / 20.0 % / 40.0 %”, empty where none are set."""
        if not self._has_thresholds():
            return False
        if self.relative:
            levels = [f"{100 * level:g} %" for level in self._get_thresholds()]
        else:
            levels = [
                self._format_value(level, company) for level in self._get_thresholds()
            ]
        return " / ".join(levels)

    def _get_thresholds(self):
        return self.target, self.amber, self.red
