"""Where the measuring of one indicator in one company stands."""

from odoo import api, fields, models

HEALTH = [("new", "Not measured yet"), ("done", "Measured"), ("failed", "Failed")]


class CrmIndicatorMeasurement(models.Model):
    _name = "crm.indicator.measurement"
    _description = "State of an Indicator's Measuring"
    _order = "indicator_id, company_id"
    _rec_name = "indicator_id"

    indicator_id = fields.Many2one(
        "crm.indicator", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    state = fields.Selection(HEALTH, required=True, default="new")
    error = fields.Text(readonly=True)
    warning = fields.Text(readonly=True, help="What a reader of the figure must know.")
    definition_hash = fields.Char(
        readonly=True, help="Another definition means that all months are counted anew."
    )
    last_refresh = fields.Datetime(readonly=True)
    last_full = fields.Datetime(string="Last Full Count", readonly=True)
    closed_until = fields.Date(
        readonly=True, help="Latest month that no longer changes by itself."
    )
    date = fields.Date(string="As Of", readonly=True)
    has_value = fields.Boolean(readonly=True)
    value = fields.Float(digits=0, readonly=True, help="Over the latest 30 days.")
    denominator = fields.Float(digits=0, readonly=True)
    has_previous = fields.Boolean(readonly=True)
    previous = fields.Float(digits=0, readonly=True, help="Over the 30 days before.")

    _once = models.UniqueIndex("(indicator_id, company_id)")

    @api.model
    def _of(self, indicator, company):
        """The record of indicator and company, made at its first measurement."""
        found = self.search(
            [("indicator_id", "=", indicator.id), ("company_id", "=", company.id)]
        )
        return found or self.create(
            {"indicator_id": indicator.id, "company_id": company.id}
        )

    def _severity(self):
        """−1 at target … +1 at red; ``None`` without figure or thresholds."""
        self.ensure_one()
        if not self.has_value:
            return None
        return self.indicator_id._severity_of(self.value, self.denominator)
