"""What is done about risks costs money: it lowers the return like any other cost.

Each response is pictured by its planned cost and, once there is one, by the actual.
Of both only the actual counts: see the cash flow.
"""

from odoo import api, fields, models
from odoo.tools import SQL

PICTURED = {
    "risk_id",
    "state",
    "cost_planned",
    "cost_actual",
    "date_start",
    "date_deadline",
}


class CrmEffectCost(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect.cost"  # pylint: disable=consider-merging-classes-inherited

    response_id = fields.Many2one(
        "crm.risk.response",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    take_response_costs = fields.Boolean(
        string="Costs of Risk Responses",
        default=True,
        groups="crm_effects.crm_effects_group_officer",
        help="Planned and actual costs of responses count in the return, but for"
        " confidential risks. Switch it off where the same costs are booked in"
        " documents of the implementation.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "take_response_costs" in vals:
            self._sync_costs()
        return result

    def _get_response_costs(self):
        """A planned row counts while the response is still to be done, or was."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT risk.implementation_id, 'response' AS origin,
                       'response' AS cost_type, cost.nature, cost.amount,
                       cost.amount AS booked_amount, company.currency_id,
                       response.name, response.id AS response_id, cost.date
                  FROM crm_risk_response response
                  JOIN crm_risk risk ON risk.id = response.risk_id
                  JOIN crm_implementation i ON i.id = risk.implementation_id
                  JOIN res_company company ON company.id = i.company_id
                 CROSS JOIN LATERAL (
                       SELECT 'plan' AS nature, response.cost_planned AS amount,
                              COALESCE(response.date_deadline, response.date_start,
                                       response.create_date::date) AS date
                        WHERE response.state = 'done'
                           OR response.state != 'cancelled'
                          AND risk.active AND risk.state != 'closed'
                        UNION ALL
                       SELECT 'actual', response.cost_actual,
                              COALESCE(
                                  CASE WHEN response.date_deadline <= %(today)s
                                       THEN response.date_deadline END,
                                  CASE WHEN response.date_start <= %(today)s
                                       THEN response.date_start END,
                                  response.create_date::date)
                       ) cost
                 WHERE risk.implementation_id = ANY(%(ids)s)
                   AND i.take_response_costs
                   AND risk.confidential IS NOT TRUE
                   AND cost.amount > 0""",
                ids=self.ids,
                today=fields.Date.context_today(self),
            )
        )


class CrmRiskResponse(models.Model):
    _inherit = "crm.risk.response"

    @api.model_create_multi
    def create(self, vals_list):
        responses = super().create(vals_list)
        responses._tell_costs()
        return responses

    def write(self, vals):
        told = PICTURED & set(vals) and self._has_cost()
        result = super().write(vals)
        if told or PICTURED & set(vals):
            self._tell_costs(told)
        return result

    def unlink(self):
        # sudo: pictures go with what they show, whoever may delete it
        pictures = self.env["crm.effect.cost"].sudo()
        pictures.search([("response_id", "in", self.ids)]).unlink()
        return super().unlink()

    def _has_cost(self):
        return any(one.cost_planned or one.cost_actual for one in self)

    def _tell_costs(self, told=False):
        """The job brings the costs of the implementation up to date at once."""
        if told or self._has_cost():
            # sudo: who plans responses does not start jobs; this one only takes costs
            self.env.ref("crm_effects.ir_cron_sync_costs").sudo()._trigger()
