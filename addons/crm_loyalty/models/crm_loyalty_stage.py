from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLoyaltyStage(models.Model):
    """Where a customer stands in his life with us, and what is done when he gets there.

    Entering a stage starts its activity plan, mail and bonus once. The first scoring
    of a company only takes stock: nobody entered anything that night.
    """

    _name = "crm.loyalty.stage"
    _inherit = ["crm.loyalty.rule.mixin"]
    _description = "Life-Cycle Stage"
    _order = "sequence, id"

    fold = fields.Boolean("Folded in Kanban")
    comeback_days = fields.Integer(
        "Won Back Within (days)",
        help="A purchase within so many days of entering this stage makes the customer "
        "won back. 0: coming back from here is nothing special.",
    )
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        domain=[("res_model", "=", "res.partner")],
        ondelete="restrict",
        help="Scheduled for the salesperson when a customer enters the stage.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        domain=[("model", "=", "res.partner")],
        ondelete="restrict",
        help="Sent to the customer when he enters the stage, unless he has no e-mail "
        "address or is on the blacklist.",
    )
    bonus_points = fields.Float(help="Granted when the customer enters the stage.")
    bonus_program_id = fields.Many2one(
        "loyalty.program",
        domain=[("program_type", "in", ["loyalty", "ewallet"])],
        ondelete="restrict",
    )
    transition_ids = fields.One2many("crm.loyalty.transition", "to_stage_id")

    _numbers_valid = models.Constraint(
        "CHECK (comeback_days >= 0 AND bonus_points >= 0)",
        "Days and points cannot be negative.",
    )

    @api.constrains("bonus_points", "bonus_program_id")
    def _check_bonus(self):
        for stage in self:
            if stage.bonus_points and not stage.bonus_program_id:
                raise ValidationError(
                    self.env._(
                        "Stage %(name)s grants points: of which programme?",
                        name=stage.name,
                    )
                )

    @api.constrains("activity_plan_id", "mail_template_id")
    def _check_actions_on_partner(self):
        for stage in self:
            models_used = {
                *stage.activity_plan_id.mapped("res_model"),
                *stage.mail_template_id.mapped("model"),
            }
            if models_used - {"res.partner"}:
                raise ValidationError(
                    self.env._(
                        "Plan and mail of stage %(name)s must be made for contacts.",
                        name=stage.name,
                    )
                )

    @api.model
    def _profile_field(self):
        return "stage_id"

    def _card_level(self):
        return "danger" if self.comeback_days else "success"

    def _has_effects(self):
        self.ensure_one()
        return bool(self.activity_plan_id or self.mail_template_id or self.bonus_points)

    @api.model
    def _grant_stage_bonus(self, profiles, stage):
        """Grant the bonus of a stage to the profiles that entered it.

        Called once per entry, in the transaction that marks the entry as done.
        """
