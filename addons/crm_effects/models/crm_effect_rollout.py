"""Who is introduced to the CRM, who is not, and when."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

UNITS = [
    ("team", "Sales teams"),
    ("warehouse", "Warehouses"),
    ("user", "Salespeople"),
]
UNIT_MODELS = {"team": "crm.team", "warehouse": "stock.warehouse", "user": "res.users"}
ROLES = [
    ("treated", "Introduced"),
    ("control", "Control"),
    ("excluded", "Left Out"),
]


class CrmEffectRollout(models.Model):
    _name = "crm.effect.rollout"
    _description = "Step of a Roll-Out"
    _order = "implementation_id, date_go_live, id"
    _check_company_auto = True

    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    unit = fields.Selection(UNITS, required=True, default="team")
    team_id = fields.Many2one("crm.team", ondelete="cascade", check_company=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse", ondelete="cascade", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    role = fields.Selection(
        ROLES,
        required=True,
        default="treated",
        help="Introduced units work with the CRM from their date on. Control units do"
        " not: what happens to them as well is no effect. Units left out are in"
        " neither group, for example because they changed otherwise.",
    )
    date_go_live = fields.Date(
        string="Go-Live",
        compute="_compute_date_go_live",
        store=True,
        readonly=False,
        help="By default that of the implementation; control units have none.",
    )
    note = fields.Char(help="Why this unit plays this role.")

    @api.depends("role", "implementation_id.date_go_live")
    def _compute_date_go_live(self):
        for step in self:
            if step.role != "treated":
                step.date_go_live = False
            elif not step.date_go_live:
                step.date_go_live = step.implementation_id.date_go_live

    @api.depends("unit", "team_id", "warehouse_id", "user_id", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for step in self:
            name = step._get_unit().display_name or ""
            step.display_name = f"{name} · {roles.get(step.role, '')}"

    def _get_unit(self):
        """The team, the warehouse or the salesperson."""
        return self[f"{self.unit}_id"] if self.unit else self.team_id

    @api.constrains("unit", "team_id", "warehouse_id", "user_id")
    def _check_unit(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for step in self:
            if not step._get_unit():
                raise ValidationError(
                    self.env._(
                        "Roll-out of %(implementation)s: choose which one of the"
                        " %(units)s this line is about.",
                        implementation=step.implementation_id.name,
                        units=units[step.unit].lower(),
                    )
                )

    @api.constrains("implementation_id", "team_id", "warehouse_id", "user_id", "role")
    def _check_once(self):
        """One unit, one role: nothing can be compared with itself."""
        for step in self:
            unit = step._get_unit()
            twins = (step.implementation_id.rollout_ids - step).filtered(
                lambda other, unit=unit: unit and other._get_unit() == unit
            )
            if not twins:
                continue
            roles = dict(self._fields["role"]._description_selection(self.env))
            raise ValidationError(
                self.env._(
                    "%(unit)s is in the roll-out of %(implementation)s twice:"
                    " %(first)s and %(second)s. A unit has one role and one date;"
                    " delete one of the lines.",
                    unit=unit.display_name,
                    implementation=step.implementation_id.name,
                    first=roles[twins[0].role],
                    second=roles[step.role],
                )
            )

    @api.constrains("role", "date_go_live", "implementation_id")
    def _check_dates(self):
        for step in self:
            start = step.implementation_id.date_start
            if step.date_go_live and start and step.date_go_live < start:
                raise ValidationError(
                    self.env._(
                        "%(unit)s cannot go live on %(date)s, before the implementation"
                        " starts on %(start)s.",
                        unit=step._get_unit().display_name,
                        date=step.date_go_live,
                        start=start,
                    )
                )

    def _get_units(self, unit, role):
        """The units of one kind that play one role."""
        steps = self.filtered(lambda step: step.unit == unit and step.role == role)
        return steps[f"{unit}_id"]
