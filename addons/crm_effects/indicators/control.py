"""Whether deals went the way that was agreed: G04."""

from odoo.tools import SQL

from odoo.addons.crm_risk.indicators import parts, register
from odoo.addons.crm_risk.indicators.funnel import LeadIndicator


@register
class ProcessCompliance(LeadIndicator):
    """Share of the deals won in the month that passed every mandatory stage.

    Which stages these are is said on the stages; of a team's own stages only its own
    deals are asked for. Where a deal has been is read from the log of its stage.
    """

    code = "G04"
    modules = ("crm",)
    mandatory = SQL(
        """stage.effects_mandatory
           AND (NOT EXISTS (SELECT FROM crm_stage_crm_team_rel own
                             WHERE own.crm_stage_id = stage.id)
                OR EXISTS (SELECT FROM crm_stage_crm_team_rel own
                            WHERE own.crm_stage_id = stage.id
                              AND own.crm_team_id = l.team_id))"""
    )
    condition = SQL(
        """l.type = 'opportunity' AND l.won_status = 'won'
           AND EXISTS (SELECT FROM crm_stage stage WHERE %s)""",
        mandatory,
    )

    def numerator(self, window):
        return parts.flag(
            SQL(
                """NOT EXISTS (
                   SELECT FROM crm_stage stage
                    WHERE %s AND stage.id IS DISTINCT FROM l.stage_id
                      AND NOT EXISTS (
                          SELECT FROM mail_message m
                            JOIN mail_tracking_value v ON v.mail_message_id = m.id
                           WHERE m.model = 'crm.lead' AND m.res_id = l.id
                             AND v.field_id = (SELECT id FROM ir_model_fields
                                              WHERE model = 'crm.lead'
                                                AND name = 'stage_id')
                             AND stage.id IN (v.old_value_integer,
                                              v.new_value_integer)))""",
                self.mandatory,
            )
        )

    def settings(self, env, window):
        stages = env["crm.stage"].search([("effects_mandatory", "=", True)])
        return tuple((stage.id, *sorted(stage.team_ids.ids)) for stage in stages)
