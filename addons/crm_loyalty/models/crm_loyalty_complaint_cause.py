from odoo import api, fields, models
from odoo.tools import SQL


class CrmLoyaltyComplaintCause(models.Model):
    """Why customers complain, and what each reason costs in days and money."""

    _name = "crm.loyalty.complaint.cause"
    _description = "Cause of Complaints"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    complaint_count = fields.Integer("Complaints", compute="_compute_figures")
    open_count = fields.Integer("Open", compute="_compute_figures")
    median_days = fields.Float(
        "Median Days to Resolve",
        compute="_compute_figures",
        digits=(16, 1),
        help="Half of the resolved complaints took no longer than this.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "There is already a cause of that name."
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_figures(self):
        """Count the complaints the user may read."""
        complaints = self.env["crm.loyalty.complaint"]
        complaints.flush_model()
        query = complaints._search([("cause_id", "in", self.ids)])
        figures = {
            cause: rest
            for cause, *rest in self.env.execute_query(
                SQL(
                    """
                    SELECT cause_id, COUNT(*),
                           COUNT(*) FILTER (WHERE date_closed IS NULL),
                           PERCENTILE_CONT(0.5) WITHIN GROUP (
                               ORDER BY resolution_days)
                               FILTER (WHERE state = 'resolved')
                      FROM crm_loyalty_complaint
                     WHERE id IN %s
                     GROUP BY cause_id""",
                    query.subselect(),
                )
            )
        }
        for cause in self:
            count, still_open, median = figures.get(cause._origin.id, (0, 0, None))
            cause.complaint_count = count
            cause.open_count = still_open
            cause.median_days = median or 0.0

    def action_view_complaints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_complaint_action"
        )
        return {**action, "domain": [("cause_id", "=", self.id)], "context": {}}
