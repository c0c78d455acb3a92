"""Up to which expected loss a person or a group may accept a risk."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmRiskAuthority(models.Model):
    """A person's own limit replaces those of his groups; of these the highest counts.

    A company without any limit asks only for the group that the rating names.
    """

    _name = "crm.risk.authority"
    _description = "Limit of Acceptance"
    _order = "company_id, emv_limit desc, id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    group_id = fields.Many2one("res.groups", index="btree_not_null", ondelete="cascade")
    emv_limit = fields.Monetary(
        string="Expected Loss up to",
        required=True,
        aggregator=None,
        help="Risks with an expected loss now up to this amount may be accepted.",
    )

    _limit_not_negative = models.Constraint(
        "CHECK (emv_limit >= 0)", "A limit of acceptance cannot be negative."
    )
    _user_once = models.UniqueIndex(
        "(company_id, user_id) WHERE user_id IS NOT NULL",
        "This person has a limit of acceptance in the company already.",
    )
    _group_once = models.UniqueIndex(
        "(company_id, group_id) WHERE group_id IS NOT NULL",
        "This group has a limit of acceptance in the company already.",
    )

    @api.depends("user_id", "group_id", "emv_limit")
    def _compute_display_name(self):
        for authority in self:
            # sudo: the name of a group is no secret
            holder = authority.user_id or authority.sudo().group_id
            amount = authority.currency_id.format(authority.emv_limit)
            authority.display_name = f"{holder.display_name}: {amount}"

    @api.constrains("user_id", "group_id")
    def _check_holder(self):
        for authority in self:
            if bool(authority.user_id) == bool(authority.group_id):
                raise ValidationError(
                    self.env._(
                        "A limit of acceptance belongs to a person or to a group:"
                        " choose one of them."
                    )
                )

    @api.model
    def _get_limit(self, company, user):
        """Highest expected loss ``user`` may accept; ``None`` without any limits."""
        # sudo: everybody may learn his own limit
        limits = self.sudo().search([("company_id", "=", company.id)])
        if not limits:
            return None
        own = limits.filtered(lambda one: one.user_id == user)
        of_groups = limits.filtered(lambda one: one.group_id in user.all_group_ids)
        return max((own or of_groups).mapped("emv_limit"), default=0.0)
