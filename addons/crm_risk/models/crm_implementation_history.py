"""What others rely on stays: an implementation with a history is not deleted."""

from odoo import api, models
from odoo.exceptions import UserError

HISTORY = (
    ("crm.risk", [("state", "!=", "identified")]),
    ("crm.risk.event", []),
    ("crm.risk.review", [("state", "=", "closed")]),
    ("crm.maturity.assessment", [("state", "=", "done")]),
    ("crm.readiness", [("state", "=", "done")]),
    ("crm.data.audit", [("state", "=", "done")]),
)
"""What none of them lets itself be deleted, or only for an error of its own; with the
implementation it would go unasked."""


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        for implementation in self:
            kept = implementation._get_kept()
            if kept:
                raise UserError(
                    self.env._(
                        "%(implementation)s cannot be deleted: others rely on its"
                        " history (%(kept)s). Close and archive it instead.",
                        implementation=implementation.name,
                        kept=", ".join(kept),
                    )
                )

    def _get_kept(self):
        """What of its history must stay, in words."""
        self.ensure_one()
        kept = []
        for model, domain in HISTORY:
            # sudo: a confidential risk is history as well; only counted
            records = self.env[model].sudo().with_context(active_test=False)
            found = self._of_history(records)
            count = records.search_count([*found, *domain])
            if count:
                label = self.env["ir.model"]._get(model).name
                kept.append(self.env._("%(what)s: %(count)s", what=label, count=count))
        if self.baseline_date:
            kept.append(self.env._("the frozen baseline"))
        return kept

    def _of_history(self, records):
        path = "risk_id." if "implementation_id" not in records._fields else ""
        return [(f"{path}implementation_id", "=", self.id)]
