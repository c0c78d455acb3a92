"""Which indicators watch a risk, and whether they move its chance."""

from odoo import api, fields, models
from odoo.tools import formatLang

from . import nightly
from .crm_risk_template import DEFAULT_ODDS_WEIGHT

MOVING = {"indicator_id", "odds_weight", "use", "severity", "risk_id"}
"""What of the link moves the estimate of its risk."""

USES = [("adjust", "Moves the chance"), ("inform", "Only informs")]


class CrmRiskIndicator(models.Model):
    _name = "crm.risk.indicator"
    _description = "Indicator of a Risk"
    _order = "risk_id, id"
    _rec_name = "indicator_id"

    risk_id = fields.Many2one("crm.risk", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    odds_weight = fields.Float(
        digits=0,
        default=DEFAULT_ODDS_WEIGHT,
        help="A red indicator multiplies the odds of the risk by this number, one at"
        " target divides them by it.",
    )
    use = fields.Selection(USES, required=True, default="adjust")
    severity = fields.Float(
        digits=0,
        readonly=True,
        copy=False,
        help="−1 at target, 0 at amber or without data, +1 at red; read nightly.",
    )

    _indicator_unique = models.Constraint(
        "UNIQUE (risk_id, indicator_id)", "This indicator watches the risk already."
    )
    _odds_weight_positive = models.Constraint(
        "CHECK (odds_weight > 0)", "The odds weight must be above zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        later = self.with_context(crm_risk_log_later=True)
        lines = super(CrmRiskIndicator, later).create(vals_list)
        lines._refresh_severity()
        lines = lines.with_env(self.env)
        lines._log_moves()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if MOVING & vals.keys():
            self._log_moves()
        return result

    def unlink(self):
        risks, names = self.risk_id, self.mapped("indicator_id.display_name")
        result = super().unlink()
        risks._log_assessment(
            "indicator",
            self.env._("No longer watched by %(names)s", names=", ".join(names)),
        )
        return result

    def _log_moves(self):
        """One row for each risk, with the indicators that moved it."""
        self.risk_id._log_assessment(
            "indicator",
            {
                risk.id: "; ".join(line._get_words() for line in lines)
                for risk, lines in self.grouped("risk_id").items()
            },
        )

    def _get_words(self):
        severity = formatLang(self.env, self.severity)
        return self.env._(
            "%(indicator)s: severity %(severity)s",
            indicator=self.indicator_id.display_name,
            severity=severity,
        )

    def _refresh_severity(self):
        """Read the board of the implementation, and the company's figures where the
        indicator is not on it yet; lines that did not change are not rewritten."""
        for implementation, lines in self.grouped(
            lambda line: line.risk_id.implementation_id
        ).items():
            company = implementation.company_id
            found = lines.indicator_id._get_severities(company)
            found |= lines.indicator_id._get_board_severities(implementation)
            moved = implementation._in_language(lines).filtered(
                lambda line, found=found: (
                    abs(found.get(line.indicator_id.id, 0.0) - line.severity) > 1e-9
                )
            )
            for line in moved.with_context(crm_risk_log_later=True):
                line.severity = found.get(line.indicator_id.id, 0.0)
            moved._log_moves()

    @api.model
    def _cron_refresh(self):
        """Nightly, after the measuring: let the indicators move the risks."""
        lines = self.search([("risk_id.state", "!=", "closed")])
        implementations = lines.risk_id.implementation_id
        nightly.each(
            self.env, "crm_risk.crm_risk_cron_refresh", implementations, "_move_risks"
        )


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    def _move_risks(self):
        """Let the indicators of today move the risks."""
        lines = self.env["crm.risk.indicator"].search(
            [
                ("risk_id.implementation_id", "in", self.ids),
                ("risk_id.state", "!=", "closed"),
            ]
        )
        lines._refresh_severity()
