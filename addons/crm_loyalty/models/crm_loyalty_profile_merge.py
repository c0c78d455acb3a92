from odoo import api, models
from odoo.tools import SQL

# What is told of a customer, by profile; the profile's end would be theirs.
FOLLOWING = (
    "crm_loyalty_transition",
    "crm_loyalty_decision",
    "crm_loyalty_call_log",
)
# Of what there is one per customer, and what it is one of.
SINGLE = {
    "crm_loyalty_profile": ("company_id",),
    "crm_loyalty_replenishment": ("company_id", "product_id"),
    "crm_loyalty_holdout": ("program_id",),
}


class CrmLoyaltyProfile(models.Model):
    """Customers who are merged: one profile with the history of all.

    Facts and scores are counted anew by the next run, which finds the documents moved.
    """

    _inherit = "crm.loyalty.profile"

    @api.model
    def _merge_customers(self, source, target):
        """Leave one row per customer before stock Odoo moves them to the target: it
        deletes all rows of the others where one is in the way."""
        self.env.flush_all()
        for table, keys in SINGLE.items():
            replaced = self._replaced_by_merge(table, keys, source, target)
            if table == self._table:
                self._move_history(replaced)
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE id IN %s",
                    SQL.identifier(table),
                    (*(row[0] for row in replaced), 0),
                )
            )
        self.env.invalidate_all()

    def _replaced_by_merge(self, table, keys, source, target):
        """Return pairs of rows, the second of which stays: that of the target, else
        the oldest."""
        return self.env.execute_query(
            SQL(
                """
                SELECT id, kept FROM (
                    SELECT id, FIRST_VALUE(id) OVER (
                               PARTITION BY %(keys)s
                               ORDER BY partner_id <> %(target)s, id) AS kept
                      FROM %(table)s WHERE partner_id IN %(partners)s
                ) found
                 WHERE id <> kept""",
                keys=SQL(", ").join(map(SQL.identifier, keys)),
                table=SQL.identifier(table),
                target=target.id,
                partners=tuple((source | target).ids),
            )
        )

    def _move_history(self, replaced):
        for gone, kept in replaced:
            # one profile moves once in a run, and both may have moved in the same
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_loyalty_transition move SET run_id = NULL
                     WHERE profile_id = %s AND EXISTS (
                        SELECT 1 FROM crm_loyalty_transition same
                         WHERE same.profile_id = %s AND same.field = move.field
                           AND same.run_id = move.run_id)""",
                    gone,
                    kept,
                )
            )
            for table in FOLLOWING:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET profile_id = %s WHERE profile_id = %s",
                        SQL.identifier(table),
                        kept,
                        gone,
                    )
                )
