"""What every instrument of the preparation has: its implementation and company."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmPreparationPart(models.AbstractModel):
    _name = "crm.preparation.part"
    _description = "Part of the Preparation"

    implementation_id = fields.Many2one(
        "crm.implementation",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["crm.risk"]._default_implementation(),
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")


class CrmPreparationDated(models.AbstractModel):
    """A dated picture of where we stand: written once, compared over time."""

    _name = "crm.preparation.dated"
    _description = "Dated Part of the Preparation"
    _inherit = [CrmPreparationPart._name]
    _order = "date desc, id desc"

    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        [("draft", "In Progress"), ("done", "Finished")],
        required=True,
        default="draft",
        copy=False,
    )
    note = fields.Text()

    @api.depends("implementation_id", "date")
    def _compute_display_name(self):
        for part in self:
            day = fields.Date.to_string(part.date) if part.date else ""
            part.display_name = f"{part.implementation_id.name or ''} · {day}"

    @api.depends("implementation_id", "date")
    def _compute_previous_id(self):
        """The finished picture before this one."""
        found = self.search(
            [
                ("implementation_id", "in", self.implementation_id.ids),
                ("state", "=", "done"),
            ],
            order="date desc, id desc",
        )
        for part in self:
            key = (part.date or fields.Date.today(), part._origin.id or float("inf"))
            part.previous_id = found.filtered(
                lambda one, part=part, key=key: (
                    one.implementation_id == part.implementation_id
                    and (one.date, one.id) < key
                )
            )[:1]

    def action_done(self):
        self.write({"state": "done"})

    def action_reopen(self):
        self.write({"state": "draft"})

    @api.constrains("state")
    def _check_complete(self):
        for part in self.filtered(lambda one: one.state == "done"):
            missing = part._get_missing()
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(record)s cannot be finished yet: %(missing)s.",
                        record=part.display_name,
                        missing=missing,
                    )
                )

    def _get_missing(self):
        """What must still be done before the end, in words; empty if nothing."""
        return ""

    def write(self, vals):
        if vals.keys() != {"state"}:
            self._check_not_locked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_not_locked(self):
        """What is finished is evidence: only reopening makes it open to changes."""
        locked = self.filtered(lambda one: one.state == "done")[:1]
        if locked:
            raise UserError(
                self.env._(
                    "%(record)s is finished and locked. Reopen it to change it.",
                    record=locked.display_name,
                )
            )


class CrmPreparationLine(models.AbstractModel):
    """A line of a dated picture: locked together with it."""

    _name = "crm.preparation.line"
    _description = "Line of the Preparation"

    _locked_by = ""
    """Name of the link to the dated picture."""

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_parent_open()
        return lines

    def write(self, vals):
        self._check_parent_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_parent_open(self):
        self.mapped(self._locked_by)._check_not_locked()
