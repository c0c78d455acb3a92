"""Risks that threaten what an effect is expected to bring, live from the register."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ..engine import uncertainty


class CrmEffectRisk(models.Model):
    _name = "crm.effect.risk"
    _description = "Risk of an Economic Effect"
    _order = "effect_id, id"
    _check_company_auto = True

    effect_id = fields.Many2one(
        "crm.effect", required=True, index=True, ondelete="cascade", check_company=True
    )
    implementation_id = fields.Many2one(related="effect_id.implementation_id")
    company_id = fields.Many2one(related="effect_id.company_id", store=True, index=True)
    risk_id = fields.Many2one(
        "crm.risk",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('implementation_id', '=', implementation_id)]",
    )
    probability = fields.Float(
        related="risk_id.p_current", help="Today's chance in the register of risks."
    )
    share = fields.Float(
        default=1.0,
        required=True,
        aggregator=None,
        help="Part of the expected effect that is lost if the risk happens.",
    )
    counts = fields.Boolean(
        compute="_compute_counts",
        compute_sudo=True,
        help="Risks that were closed or archived no longer threaten anything.",
    )

    _once = models.Constraint(
        "UNIQUE (effect_id, risk_id)", "The risk is linked to this effect already."
    )
    _share_is_part = models.Constraint(
        "CHECK (share >= 0 AND share <= 1)",
        "The share that a risk takes must lie between 0 % and 100 %.",
    )

    @api.depends("risk_id.state", "risk_id.active")
    def _compute_counts(self):
        for link in self:
            link.counts = link.risk_id.active and link.risk_id.state != "closed"

    @api.constrains("effect_id", "risk_id")
    def _check_implementation(self):
        for link in self:
            if link.risk_id.implementation_id != link.effect_id.implementation_id:
                raise ValidationError(
                    self.env._(
                        "The risk %(risk)s belongs to another implementation than the"
                        " effect %(effect)s.",
                        risk=link.risk_id.display_name,
                        effect=link.effect_id.name,
                    )
                )

    def _get_threats(self):
        return [
            uncertainty.Threat(str(link.risk_id.id), link.probability, link.share)
            for link in self.filtered("counts")
        ]


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    risk_link_ids = fields.One2many("crm.effect.risk", "effect_id", string="Risks")
    risk_factor = fields.Float(
        digits=0,
        default=1.0,
        compute="_compute_risk_factor",
        store=True,
        aggregator=None,
        help="What the linked risks leave of the expected effect on average: the"
        " product of 1 − probability × share.",
    )
    money_ahead_adjusted = fields.Monetary(
        string="Expected Ahead, Risk-Adjusted",
        compute="_compute_money_ahead_adjusted",
        store=True,
        help="What has been measured is certain; what lies ahead is lowered by the"
        " linked risks.",
    )
    risk_formula = fields.Char(compute="_compute_risk_formula")

    @api.depends(
        "risk_link_ids.share",
        "risk_link_ids.risk_id.p_current",
        "risk_link_ids.risk_id.state",
        "risk_link_ids.risk_id.active",
    )
    def _compute_risk_factor(self):
        for effect in self:
            effect.risk_factor = uncertainty.expected_factor(
                effect.risk_link_ids._get_threats()
            )

    @api.depends("money_ahead", "risk_factor")
    def _compute_money_ahead_adjusted(self):
        for effect in self:
            effect.money_ahead_adjusted = effect.money_ahead * effect.risk_factor

    @api.depends_context("lang")
    @api.depends("money_ahead_adjusted", "risk_link_ids.share")
    def _compute_risk_formula(self):
        for effect in self:
            factors = [
                f"(1 − {effect._percent(link.probability)} ×"
                f" {effect._percent(link.share)})"
                # sudo: a number of the register, never the risk itself
                for link in effect.sudo().risk_link_ids.filtered("counts")
            ]
            money = (
                formatLang(self.env, amount, currency_obj=effect.currency_id)
                for amount in (effect.money_ahead, effect.money_ahead_adjusted)
            )
            ahead, adjusted = money
            effect.risk_formula = (
                bool(factors) and f"{' × '.join([ahead, *factors])} = {adjusted}"
            )
