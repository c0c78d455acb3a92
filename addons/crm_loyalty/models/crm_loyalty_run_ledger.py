from odoo import api, fields, models
from odoo.tools import float_repr

from ..engine.points import DIGITS


class CrmLoyaltyRun(models.Model):
    """Balances that did not agree with their ledger when the run checked them."""

    _inherit = "crm.loyalty.run"

    difference_count = fields.Integer(
        "Balances Repaired",
        readonly=True,
        help="Cards whose balance was not the sum of their movements. Each got an "
        "adjustment that says so.",
    )
    difference_points = fields.Float("Points Repaired", readonly=True)
    differences = fields.Json("Cards Repaired", readonly=True)
    difference_summary = fields.Text(
        "Differences", compute="_compute_difference_summary"
    )

    @api.depends("differences")
    @api.depends_context("lang")
    def _compute_difference_summary(self):
        for run in self:
            run.difference_summary = "\n".join(
                self.env._(
                    "%(customer)s, card %(code)s: balance %(balance)s, "
                    "movements %(ledger)s",
                    customer=item["customer"] or "—",
                    code=item["code"],
                    balance=float_repr(item["balance"], DIGITS),
                    ledger=float_repr(item["ledger"], DIGITS),
                )
                for item in run.differences or []
            )

    def action_view_differences(self):
        """Open the cards that were repaired."""
        self.ensure_one()
        cards = [item["card"] for item in self.differences or []]
        return {
            "name": self.env._("Balances Repaired"),
            "type": "ir.actions.act_window",
            "res_model": "loyalty.card",
            "view_mode": "list,form",
            "domain": [("id", "in", cards)],
            "context": {"create": False, "active_test": False},
        }
