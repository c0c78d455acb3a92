"""What else happened: a price rise must not be credited to the CRM."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("price", "Price change"),
    ("loyalty", "Loyalty programme"),
    ("product", "New product or range"),
    ("marketing", "Marketing campaign"),
    ("staff", "Staff or organisation"),
    ("market", "Market or law"),
    ("other", "Other"),
]


class CrmEffectEvent(models.Model):
    _name = "crm.effect.event"
    _description = "Event Beside the Introduction"
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, default="other")
    date = fields.Date(required=True, string="From")
    date_end = fields.Date(string="To", help="Empty: it lasts.")
    team_ids = fields.Many2many(
        "crm.team",
        relation="crm_effect_event_team_rel",
        check_company=True,
        help="Teams it concerned; empty means all.",
    )
    indicator_ids = fields.Many2many(
        "crm.indicator",
        relation="crm_effect_event_indicator_rel",
        help="Indicators it moved; empty means all.",
    )
    program_id = fields.Many2one(
        "loyalty.program", index="btree_not_null", ondelete="set null"
    )
    as_step = fields.Boolean(
        string="Own Step",
        default=True,
        help="The estimates give the event a step of its own, so that its size is not"
        " credited to the introduction. Otherwise it is shown in the charts only.",
    )

    @api.constrains("date", "date_end")
    def _check_dates(self):
        for event in self:
            if event.date_end and event.date_end < event.date:
                raise ValidationError(
                    self.env._(
                        "%(event)s cannot end on %(end)s, before it begins on"
                        " %(begin)s.",
                        event=event.name,
                        end=event.date_end,
                        begin=event.date,
                    )
                )

    def _get_column(self, months):
        """1 in the months in which the event was at work, else 0."""
        first = self.date.replace(day=1)
        return [
            float(month >= first and not (self.date_end and month > self.date_end))
            for month in months
        ]

    def _concerns(self, teams):
        return not self.team_ids or bool(self.team_ids & teams)
