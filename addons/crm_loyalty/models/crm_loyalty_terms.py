from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLoyaltyTerms(models.Model):
    """A version of the terms customers agree to; kept as it was agreed to."""

    _name = "crm.loyalty.terms"
    _description = "Terms of Loyalty"
    _order = "date desc, id desc"
    _rec_name = "version"

    version = fields.Char(required=True, help="For example 2026-1.")
    date = fields.Date(
        "In Force From", required=True, default=fields.Date.context_today
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: for customers of all companies."
    )
    text = fields.Html(required=True, translate=True)
    active = fields.Boolean(default=True)
    consent_count = fields.Integer("Agreed", compute="_compute_consent_count")

    _company_version_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), version)",
        "There are terms of this version already.",
    )

    def _compute_consent_count(self):
        counts = dict(
            self.env["res.partner"]
            .sudo()  # counting names nobody
            ._read_group(
                [("loyalty_terms_id", "in", self.ids)],
                ["loyalty_terms_id"],
                ["__count"],
            )
        )
        for terms in self:
            terms.consent_count = counts.get(terms._origin, 0)

    def write(self, vals):
        if {"text", "version", "date", "company_id"} & vals.keys():
            self._check_not_agreed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_not_agreed()

    def _check_not_agreed(self):
        self.invalidate_recordset(["consent_count"])
        for terms in self.filtered("consent_count"):
            raise UserError(
                self.env._(
                    "Customers agreed to version %(version)s as it is: %(count)s. "
                    "Please make a new version.",
                    version=terms.version,
                    count=terms.consent_count,
                )
            )

    @api.model
    def _current(self, company):
        """Return the terms in force today: the company's own before those for all."""
        found = self.sudo().search(  # terms are for everybody who may agree to them
            [
                ("date", "<=", fields.Date.context_today(self)),
                ("company_id", "in", (False, company.id)),
            ]
        )
        return (found.filtered("company_id") or found)[:1]

    def action_view_partners(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "base.action_partner_form"
        )
        return {
            **action,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("loyalty_terms_id", "=", self.id)],
            "context": {"create": False},
        }
