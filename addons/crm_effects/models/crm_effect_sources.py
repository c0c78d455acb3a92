"""Effects that are not read from the figures of an indicator: declared ones, the fall
of expected losses, and customers kept out of a loyalty programme by chance."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_loyalty.engine import uplift

from ..engine import evidence, money, returns
from ..engine.answers import Sentence
from .crm_effect_series import Unanswerable
from .phrases import dump

LOSS_MONTHS = 12
"""The expected loss of a risk is that of a year: see the chance in its catalogue."""


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    declared_hours = fields.Float(
        string="Hours Saved per Month",
        tracking=True,
        help="Of all people together; times the hourly cost and the correction factor"
        " it makes the amount.",
    )
    is_disbenefit = fields.Boolean(
        string="Disbenefit",
        tracking=True,
        help="A loss that the introduction brings, such as the dip after the go-live:"
        " declared amounts count against it.",
    )
    ramp_months = fields.Integer(
        string="Ramp-Up in Months",
        tracking=True,
        help="A declared effect grows in equal steps to its full size over so many"
        " months after the go-live.",
    )
    adoption_indicator_id = fields.Many2one(
        "crm.indicator",
        domain="[('unit', '=', 'percent'), ('kind', '=', 'ratio')]",
        ondelete="set null",
        tracking=True,
        help="Share of the people who work with the CRM. Declared amounts are"
        " multiplied by it; what is expected of a measured effect falls with it.",
    )
    reduced_risk_ids = fields.Many2many(
        "crm.risk",
        relation="crm_effect_reduced_risk_rel",
        string="Risks Reduced",
        domain="[('implementation_id', '=', implementation_id),"
        " ('nature', '=', 'reduced')]",
        groups="crm_effects.crm_effects_group_officer",
        help="What they cost in a year before anything was done, less what they cost"
        " as the indicators show them today.",
    )
    covered_template_ids = fields.Many2many(
        "crm.risk.template",
        relation="crm_effect_covered_template_rel",
        string="Losses Measured Here",
        groups="crm_effects.crm_effects_group_officer",
        help="Risks of the catalogue whose smaller loss this effect measures already:"
        " they are dropped from the effects of risk reduction.",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('holdout_date', '!=', False)]",
        tracking=True,
        help="A programme from which a part of the customers is kept out by chance.",
    )

    _ramp_not_negative = models.Constraint(
        "CHECK (ramp_months >= 0)", "The ramp-up cannot be negative."
    )
    _hours_not_negative = models.Constraint(
        "CHECK (declared_hours >= 0)", "The hours saved cannot be negative."
    )

    @api.constrains("estimator", "program_id", "reduced_risk_ids")
    def _check_source(self):
        for effect in self:
            if effect.estimator == "holdout" and not effect.program_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the loyalty programme whose customers kept"
                        " out by chance it is compared with.",
                        name=effect.name,
                    )
                )
            if effect.estimator == "risk" and not effect.reduced_risk_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the risks that the CRM reduces.",
                        name=effect.name,
                    )
                )

    # Declared ----------------------------------------------------------------------

    def _declare(self):
        """Lines of a declared effect, by ramp-up and adoption, every whole month."""
        adoption = self._get_adoption()
        self._write_spread(
            self._get_declared(),
            "D",
            (Sentence("declared", ""),),
            lambda month: self._get_ramp(month) * self._get_adopted(month, adoption),
        )

    def _get_declared(self):
        """The full amount a month: mean, least, most."""
        amount = self.declared_monthly
        if self.money_method == "hours" and self.declared_hours:
            rule = self._get_money_rule()
            amount = rule.value * rule.share * rule.correction * self.declared_hours
        low = min(self.declared_low or amount, amount)
        high = max(self.declared_high or amount, amount)
        return (-amount, -high, -low) if self.is_disbenefit else (amount, low, high)

    def _get_ramp(self, month):
        """Part of the full effect that is reached in a month."""
        if not self.ramp_months:
            return 1.0
        passed = 1 + returns.months_between(self._get_first_month(), month)
        return min(1.0, max(0, passed) / self.ramp_months)

    def _get_adoption(self):
        """{month: share of the people who work with the CRM}"""
        indicator = self.adoption_indicator_id
        if not indicator:
            return {}
        sums = indicator._get_monthly_sums(self.company_id, self.team_ids)
        return {
            month: min(1.0, numerator / denominator)
            for month, (numerator, denominator) in sorted(sums.items())
            if denominator
        }

    def _get_adopted(self, month, adoption):
        """The share of a month, else the last one known before it, else nobody's."""
        if not self.adoption_indicator_id:
            return 1.0
        known = [share for day, share in adoption.items() if day <= month]
        return known[-1] if known else 0.0

    def _get_adoption_outlook(self):
        """How the latest adoption stands to that of the measured months, at most 1:
        what people no longer use brings less; more use must first be measured."""
        adoption = self._get_adoption()
        since = self._get_first_month()
        measured = [share for month, share in adoption.items() if month >= since]
        if not measured or not sum(measured):
            return 1.0
        return min(1.0, measured[-1] * len(measured) / sum(measured))

    # Fall of expected losses ---------------------------------------------------------

    def _take_from_risks(self):
        """What the risks cost less in a year, spread over its months."""
        # sudo: only the sum over the risks leaves this method
        effect = self.sudo()
        dropped = effect._get_covered_elsewhere()
        risks = effect.reduced_risk_ids.filtered(
            lambda risk: risk.template_id not in dropped or not risk.template_id
        )
        if not risks:
            raise Unanswerable("risks_covered")
        amounts = [sum(column) for column in zip(*map(_loss_fall, risks), strict=True)]
        watched = all(effect._is_watched(risk) for risk in risks)
        doubts = []
        if len(risks) < len(effect.reduced_risk_ids):
            codes = ", ".join(
                (effect.reduced_risk_ids - risks).template_id.mapped("code")
            )
            doubts.append(Sentence("risks_dropped", "", codes=codes))
        code = "risk_watched" if watched else "risk_estimated"
        self._write_spread(
            [amount / LOSS_MONTHS for amount in amounts],
            "C" if watched else "D",
            (Sentence(code, ""),),
            lambda month: 1.0,
            doubts,
        )

    @staticmethod
    def _is_watched(risk):
        """Whether indicators with figures move the risk, not opinion alone."""
        return any(line.use == "adjust" for line in risk.indicator_ids)

    def _get_covered_elsewhere(self):
        """Catalogue risks that another effect of the implementation counts already:
        those it says it measures, and those an earlier risk effect lists."""
        others = self.implementation_id.effect_ids - self
        earlier = others.filtered(lambda e: e.estimator == "risk" and e.id < self.id)
        return others.covered_template_ids | earlier.reduced_risk_ids.template_id

    # Customers kept out by chance ----------------------------------------------------

    def _take_from_holdout(self):
        """What the programme brought since it is measured, in equal monthly parts."""
        first = self._get_holdout_start()
        last = self._get_last_month()
        count = 1 + returns.months_between(first, last)
        if count < 1:
            raise Unanswerable("few_after", months=0, needed=1)
        end = fields.Date.subtract(returns.add_months(last, 1), days=1)
        # sudo: the comparison is of all customers; only its sums leave this method
        program = self.program_id.sudo()
        measure = "revenue" if self.money_method == "margin" else "margin"
        found = program._holdout_uplift(first, end, measure).get(program)
        if not found or isinstance(found["result"], uplift.TooFew):
            raise Unanswerable("holdout_few", program=program.name)
        factor = self._get_money_rule().value if measure == "revenue" else 1.0
        amounts = [
            found["currency"]._convert(
                found[name], self.currency_id, self.company_id, end
            )
            * factor
            * self.share
            / count
            for name in ("effect", "low", "high")
        ]
        proven = found["result"].is_proven and count >= evidence.MONTHS_AFTER
        reasons = (
            Sentence("by_chance", ""),
            Sentence("clear" if found["result"].is_proven else "unclear", ""),
        )
        self._write_spread(
            amounts, "A" if proven else "C", reasons, lambda month: 1.0, first=first
        )

    def _get_holdout_start(self):
        """The first whole month in which the programme was measured."""
        program = self.program_id
        if not program.holdout_date:
            raise Unanswerable("no_holdout", program=program.name)
        days = [program.holdout_date, self.date_go_live or program.holdout_date]
        day = max(days)
        return day if day.day == 1 else returns.add_months(day, 1)

    # Writing -----------------------------------------------------------------------

    def _write_spread(self, amounts, grade, reasons, get_part, doubts=(), first=None):
        """Lines of ``amounts`` (mean, low, high) per month, and the answer."""
        if not (first or self.date_go_live):
            raise Unanswerable("no_go_live")
        first = first or self._get_first_month()
        following = max(first, returns.add_months(self._get_last_month(), 1))
        count = returns.months_between(first, following)
        if self.money_method in money.ONE_OFF:
            count = min(count, 1)
        months = [returns.add_months(first, i) for i in range(count)]
        rows = [
            self._prepare_money(month, [get_part(month) * a for a in amounts])
            for month in months
            if not self.date_to or month <= self.date_to
        ]
        ahead = self._prepare_ahead(following, amounts, get_part)
        self._write_lines(rows + ahead, grade)
        self.sudo().write(  # results: nobody has the right to type them
            {
                **self._prepare_no_answer(),
                "state": "estimated",
                "grade": grade,
                "grade_reasons": [dump(reason) for reason in reasons],
                "doubts": [dump(doubt) for doubt in doubts],
                "months_after": len(rows),
                "proof_class": evidence.proof(grade),
            }
        )


def _loss_fall(risk):
    """Fall of the yearly loss: mean, and by the least and the greatest impact."""
    fall = risk.emv_inherent - risk.emv_current
    mean = risk.impact_inherent
    if not mean or risk.distribution == "fixed":
        return fall, fall, fall
    ends = sorted((fall * risk.impact_min / mean, fall * risk.impact_max / mean))
    return fall, min(fall, ends[0]), max(fall, ends[1])
