from odoo import fields, models
from odoo.tools import format_date

PROMOTER, DETRACTOR = 9, 6
SATISFIED = 4


class CrmLoyaltyProfile(models.Model):
    """The customer's last answers; written by the scoring job, in SQL."""

    _inherit = "crm.loyalty.profile"

    nps = fields.Integer(
        "NPS Answer",
        readonly=True,
        aggregator=None,
        help="How likely the customer is to recommend us: his last answer, 0 to 10.",
    )
    nps_date = fields.Date("NPS Answered On", readonly=True)
    nps_group = fields.Selection(
        [
            ("promoter", "Promoter"),
            ("passive", "Passive"),
            ("detractor", "Detractor"),
        ],
        string="NPS Group",
        readonly=True,
    )
    csat = fields.Float(
        "CSAT Answer",
        readonly=True,
        aggregator=None,
        digits=(16, 1),
        help="How satisfied the customer is: his last answer or rating, 1 to 5.",
    )
    csat_date = fields.Date("CSAT Answered On", readonly=True)

    def action_send_satisfaction_survey(self):
        return self.partner_id.action_send_satisfaction_survey()

    def action_view_satisfaction(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_satisfaction_action"
        )
        domain = [("partner_id", "in", self.partner_id.ids)]
        return {**action, "domain": domain, "context": {}}

    def _card_items(self):
        items = super()._card_items()
        for profile in self:
            if item := profile._card_nps() or profile._card_csat():
                items[profile.id].append(item)
        return items

    def _card_nps(self):
        if not self.nps_date:
            return None
        groups = dict(self._fields["nps_group"]._description_selection(self.env))
        return self._card_item(
            "satisfaction",
            80,
            self.env._("Satisfaction"),
            self.env._("%(score)s of 10", score=self.nps),
            self.env._(
                "%(group)s: answered on %(date)s how likely a recommendation is.",
                group=groups[self.nps_group],
                date=format_date(self.env, self.nps_date),
            ),
            {"promoter": "success", "detractor": "danger"}.get(self.nps_group, "info"),
        )

    def _card_csat(self):
        if not self.csat_date:
            return None
        return self._card_item(
            "satisfaction",
            80,
            self.env._("Satisfaction"),
            self.env._("%(score)s of 5", score=round(self.csat, 1)),
            self.env._(
                "Rated on %(date)s.", date=format_date(self.env, self.csat_date)
            ),
            "success" if self.csat >= SATISFIED else "danger",
        )
