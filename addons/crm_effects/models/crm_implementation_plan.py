"""The plan of the comparison: who is introduced when, what else happens."""

from odoo import api, fields, models

GROUP = "crm_effects.crm_effects_group_user"


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    rollout_ids = fields.One2many(
        "crm.effect.rollout", "implementation_id", string="Roll-Out", groups=GROUP
    )
    event_ids = fields.One2many("crm.effect.event", "implementation_id", groups=GROUP)
    history_ids = fields.One2many(
        "crm.effect.history", "implementation_id", groups=GROUP
    )
    comparison_note = fields.Text(compute="_compute_comparison_note", groups=GROUP)

    @api.depends_context("lang")
    @api.depends("rollout_ids.role", "rollout_ids.date_go_live")
    def _compute_comparison_note(self):
        """What the plan of the roll-out makes provable, in words."""
        for implementation in self:
            implementation.comparison_note = implementation._say_comparison()

    def _say_comparison(self):
        steps = self.rollout_ids
        if not steps:
            return self.env._(
                "Without a plan every effect is compared with its own past. Keep a team"
                " or a warehouse out for a while: then what the market did can be told"
                " from what the CRM did."
            )
        treated = steps.filtered(lambda step: step.role == "treated")
        if steps.filtered(lambda step: step.role == "control"):
            return self.env._(
                "There is a control group: effects can reach the best evidence."
            )
        if len(set(treated.mapped("date_go_live"))) > 1:
            return self.env._(
                "The units go live one after the other: effects can be told by the"
                " stages, without a control group they remain below the best evidence."
            )
        return self.env._(
            "All units go live at once and none is left as control: effects are"
            " compared with their own past only."
        )

    def action_check_history(self):
        """Look whether there is a true "before" of every indicator."""
        self.check_access("write")
        # sudo: the check reads counts of records of the whole company
        history = self.env["crm.effect.history"].sudo()
        for implementation in self:
            history._check(implementation)
        return self._open_own("crm_effects.crm_effect_history_action")
