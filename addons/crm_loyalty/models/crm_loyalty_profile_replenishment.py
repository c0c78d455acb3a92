from odoo import models
from odoo.tools import format_date


class CrmLoyaltyProfile(models.Model):
    _inherit = "crm.loyalty.profile"

    def action_view_replenishment(self):
        self.ensure_one()
        return self.partner_id.action_view_loyalty_replenishment()

    def _card_items(self):
        items = super()._card_items()
        rows = self.env["crm.loyalty.replenishment"]
        due = rows.search_fetch(
            [
                *rows._to_offer_domain(),
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["company_id", "partner_id", "product_id", "expected_date", "state"],
        )
        groups = due.grouped(lambda row: (row.company_id, row.partner_id))
        for profile in self:
            mine = groups.get((profile.company_id, profile.partner_id))
            if mine:
                items[profile.id].append(profile._card_reorder(mine))
        return items

    def _card_reorder(self, rows):
        first = rows[0]  # the longest waiting, by the order of the model
        late = any(row.state == "late" for row in rows)
        return self._card_item(
            "reorder",
            60,
            self.env._("To reorder"),
            self.env._(
                "%(product)s and others: %(count)s",
                product=first.product_id.display_name,
                count=len(rows) - 1,
            )
            if len(rows) > 1
            else first.product_id.display_name,
            self.env._(
                "Expected on %(date)s: %(product)s.",
                date=format_date(self.env, first.expected_date),
                product=first.product_id.display_name,
            ),
            "danger" if late else "warning",
        )
