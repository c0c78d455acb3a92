"""What was expected of a month when it began: the base of the forecast error."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..indicators import parts

FIRST_DAYS = 3
"""A night or two may be missed; later, part of the month has been won already."""


class CrmForecastSnapshot(models.Model):
    _name = "crm.forecast.snapshot"
    _description = "Forecast of a Month at its Beginning"
    _order = "month desc, revenue desc, id"
    _rec_name = "lead_id"
    _log_access = False  # written by one statement per month

    lead_id = fields.Many2one("crm.lead", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    month = fields.Date(required=True, help="First day of the month.")
    revenue = fields.Float(digits=0, help="Expected revenue times its probability.")

    _lead_month_unique = models.UniqueIndex("(company_id, month, lead_id)")

    @api.model
    def _take(self, window):
        """Keep the forecast of the current month, once, when the month is young."""
        month = window.today.replace(day=1)
        if window.today.day > FIRST_DAYS or self.search_count(
            [("company_id", "=", window.company_id), ("month", "=", month)], limit=1
        ):
            return
        period = window.only(month)
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_forecast_snapshot (lead_id, company_id, month, revenue)
                SELECT l.id, %(company)s, %(month)s, COALESCE(l.prorated_revenue, 0)
                  FROM crm_lead l %(joins)s
                 WHERE l.active AND l.type = 'opportunity' AND %(owned)s
                   AND l.won_status = 'pending'
                   AND l.date_deadline BETWEEN %(first)s AND %(last)s
                RETURNING id""",
                company=window.company_id,
                month=month,
                joins=parts.LEAD_JOINS,
                owned=window.owns(parts.LEAD_COMPANY),
                first=period.first,
                last=period.last,
            )
        )
        self.invalidate_model()
