"""Where counted records were before they moved.

`write_date` finds the month to which an order belongs now. The month it left would
keep it until all months are counted anew; so a move out of a month is written down.
"""

from odoo import api, fields, models
from odoo.tools import SQL

KEPT_DAYS = 15
"""Longer than the time between two full counts, which need no departures."""


class CrmIndicatorDeparture(models.Model):
    _name = "crm.indicator.departure"
    _description = "Record That Left a Month"
    _order = "left_at desc, id desc"
    _rec_name = "res_model"
    _log_access = False  # one row per move, written by SQL

    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model")
    company_id = fields.Many2one("res.company", ondelete="cascade")
    moment = fields.Datetime(required=True, help="The date that the record had.")
    left_at = fields.Datetime(required=True, index=True)

    @api.model
    def _log(self, moments):
        """Write down former dates: {record: (company, [datetime, …])}."""
        rows = [
            (record._name, record.id, company.id or None, moment, self.env.cr.now())
            for record, (company, dates) in moments.items()
            for moment in dates
            if moment
        ]
        if rows:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_indicator_departure
                              (res_model, res_id, company_id, moment, left_at)
                       VALUES %s""",
                    SQL(", ").join(SQL("%s", row) for row in rows),
                )
            )

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("left_at", "<", limit)], limit=10_000).unlink()
