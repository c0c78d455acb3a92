"""Changes of the environment to be ready for; sources of risks."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_preparation_finding import CrmPreparationFinding
from .crm_readiness_part import CrmReadinessPart


class CrmReadinessScenario(models.Model):
    """A change of the environment to be ready for; a source of risks."""

    _name = "crm.readiness.scenario"
    _description = "Scenario"
    _inherit = [CrmReadinessPart._name, CrmPreparationFinding._name]

    name = fields.Char(string="Change", required=True)
    environment = fields.Selection(
        [("micro", "Micro: customers, rivals"), ("macro", "Macro: economy, law")],
        required=True,
        default="micro",
    )
    horizon = fields.Selection(
        [("1", "1 year"), ("3", "3 years"), ("5", "5 years")],
        required=True,
        default="3",
    )
    effect = fields.Selection(
        [("threat", "Threat"), ("opportunity", "Opportunity")],
        required=True,
        default="threat",
    )
    probability = fields.Float(digits=0, default=0.5)
    needed = fields.Text(string="Needed Change", help="What we must do otherwise.")

    @api.constrains("probability")
    def _check_probability(self):
        for scenario in self:
            if not 0 <= scenario.probability <= 1:
                raise ValidationError(
                    self.env._(
                        "%(scenario)s: a probability lies between 0 and 1, it is"
                        " %(probability)s.",
                        scenario=scenario.name,
                        probability=f"{scenario.probability:g}",
                    )
                )

    def _prepare_raised_risk(self):
        return {
            "name": self.name,
            "kind": self.effect,
            "cause": dict(self._fields["environment"]._description_selection(self.env))[
                self.environment
            ],
            "event": self.name,
            "consequence": self.needed,
            "p_inherent": self.probability,
        }

    def _prepare_planned_action(self):
        return {
            "name": self.needed or self.name,
            "readiness_id": self.readiness_id.id,
        }
