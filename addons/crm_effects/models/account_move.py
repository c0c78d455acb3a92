"""Vendor bills that belong to an introduction."""

import logging

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .crm_effect_cost import COST_TYPES

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._sync_introduction_costs()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._sync_introduction_costs()
        return result

    def _sync_introduction_costs(self, touched=None):
        """Bring the costs of the introductions of these documents up to date.

        Trouble with costs must not stop accounting: it is written to the log, and the
        job that takes the costs tries again.
        """
        touched = (touched or self.browse()._get_introductions()) | (
            self._get_introductions()
        )
        if not touched:
            return  # nearly always; a savepoint would run what waits for the commit
        try:
            with self.env.cr.savepoint():
                touched._sync_costs()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # nobody's fault: it is retried
            raise
        except Exception:
            _logger.exception("Costs of introductions from %s", self)
            touched._mark_costs_pending()

    def _get_introductions(self):
        """Implementations that the journal items are tagged with or booked on."""
        if not self.ids:
            return self.env["crm.implementation"].browse()
        # An accountant need not know the implementations: only the costs of those
        # that the document names are brought up to date.
        implementations = self.env["crm.implementation"].sudo()
        if not implementations.search_count([], limit=1):
            return implementations
        self.env["account.move.line"].flush_model(
            ["crm_implementation_id", "analytic_distribution", "move_id"]
        )
        self.env["crm.effect.cost.source"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.crm_implementation_id
                  FROM account_move_line item
                 WHERE item.move_id = ANY(%(moves)s)
                   AND item.crm_implementation_id IS NOT NULL
                UNION
                SELECT source.implementation_id
                  FROM account_move_line item
                 CROSS JOIN jsonb_object_keys(item.analytic_distribution) keys
                 CROSS JOIN unnest(string_to_array(keys, ',')) account
                  JOIN crm_effect_cost_source source
                    ON source.analytic_account_id = account::integer
                 WHERE item.move_id = ANY(%(moves)s)
                   AND item.analytic_distribution IS NOT NULL""",
                moves=self.ids,
            )
        )
        return implementations.browse(found for [found] in rows)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    crm_implementation_id = fields.Many2one(
        "crm.implementation",
        string="CRM Implementation",
        index="btree_not_null",
        ondelete="set null",
        domain="[('company_id', '=', company_id)]",
        help="The introduction of which this is a cost.",
    )
    crm_cost_type = fields.Selection(
        COST_TYPES, string="Cost of the CRM Implementation"
    )

    def write(self, vals):
        tagged = {"crm_implementation_id", "crm_cost_type"} & set(vals)
        before = self.move_id._get_introductions() if tagged else None
        result = super().write(vals)
        if tagged:
            self.move_id._sync_introduction_costs(before)
        return result
