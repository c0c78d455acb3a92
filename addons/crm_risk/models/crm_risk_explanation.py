"""A risk explains itself: the sentence it states and the arithmetic behind it."""

from odoo import api, fields, models
from odoo.tools import formatLang

from ..engine import likelihood


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    statement = fields.Text(
        compute="_compute_statement", help="Cause → event → consequence."
    )
    formula = fields.Text(
        compute="_compute_formula",
        compute_sudo=True,  # names indicators, whose figures reporters do not read
        string="How It Is Computed",
    )
    matrix_text = fields.Char(compute="_compute_matrix_text", string="Place in Matrix")

    @api.depends("cause", "event", "consequence")
    def _compute_statement(self):
        for risk in self:
            parts = (risk.cause, risk.event, risk.consequence)
            risk.statement = " → ".join(part.strip() for part in parts if part)

    @api.depends("score_inherent", "score_current", "score_residual")
    def _compute_matrix_text(self):
        for risk in self:
            scores = (risk.score_inherent, risk.score_current, risk.score_residual)
            risk.matrix_text = " → ".join(str(score or "–") for score in scores)

    @api.depends("emv_inherent", "emv_current", "emv_residual")
    @api.depends_context("lang")
    def _compute_formula(self):
        for risk in self:
            risk.formula = "\n".join(risk._get_formula_lines())

    def _get_formula_lines(self):
        """Lines such as "0.20 → odds 0.25 × 3.00 (K06) = 0.75 → 0.43"."""
        lines = [self._get_indicator_line(), self._get_response_line()]
        lines += [
            self._get_money_line(scenario) for scenario in ("current", "residual")
        ]
        return [line for line in lines if line]

    def _number(self, value, digits=2):
        return formatLang(self.env, value, digits=digits)

    def _get_indicator_line(self):
        links = self.indicator_ids.filtered(
            lambda line: line.use == "adjust" and line.severity
        )
        if not links or self._get_outlook("inherent") is None:
            return ""
        signals = [(link.odds_weight, link.severity) for link in links]
        factor = likelihood.odds_factor(signals)
        product = " × ".join(
            f"{self._number(link.odds_weight**link.severity)}"
            f" ({link.indicator_id.code})"
            for link in links
        )
        if abs(factor - likelihood.odds_factor(signals, 1e9)) > 1e-9:
            product += self.env._(
                ", held at %(factor)s by the cap", factor=self._number(factor)
            )
        if self.occurrence == "repeated":
            return self.env._(
                "Indicators: %(rate)s a year × %(product)s = %(result)s a year",
                rate=self._number(self.rate),
                product=product,
                result=self._number(self._get_indicated("current")),
            )
        return self._get_odds_line(product, factor)

    def _get_odds_line(self, product, factor):
        p = self.p_inherent
        if p in (0, 1):
            return self.env._(
                "Indicators: a certain %(chance)s stays", chance=self._number(p)
            )
        odds = p / (1 - p)
        return self.env._(
            "Indicators: %(chance)s → odds %(odds)s × %(product)s = %(new)s"
            " → %(result)s",
            chance=self._number(p),
            odds=self._number(odds),
            product=product,
            new=self._number(odds * factor),
            result=self._number(self._get_indicated("current")),
        )

    def _get_response_line(self):
        done = self._get_counting_responses("residual").filtered(
            lambda response: response.p_reduction or response.impact_reduction
        )
        if not done:
            return ""
        parts = [
            self.env._(
                "%(response)s: chance %(sign)s%(chance)s %%, impact"
                " %(sign)s%(impact)s %%%(planned)s",
                response=response.name,
                sign="−" if self.kind == "threat" else "+",
                chance=self._number(100 * response.p_reduction, 0),
                impact=self._number(100 * response.impact_reduction, 0),
                planned=("" if response.state == "done" else self.env._(" (planned)")),
            )
            for response in done
        ]
        return self.env._("Responses: %(responses)s", responses="; ".join(parts))

    def _get_money_line(self, scenario):
        outlook = self._get_outlook(scenario)
        if outlook is None:
            return ""
        labels = {
            "current": self.env._("Expected Loss Now"),
            "residual": self.env._("Expected Loss After"),
        }
        return self.env._(
            "%(label)s: %(frequency)s × mean impact %(impact)s = %(emv)s",
            label=labels[scenario],
            frequency=self._number(outlook.frequency),
            impact=self.currency_id.format(outlook.impact.mean),
            emv=self.currency_id.format(outlook.emv),
        )
