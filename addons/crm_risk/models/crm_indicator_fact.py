"""What was measured: sums whose ratio is the figure, at any grouping."""

from odoo import fields, models

GRANULARITIES = [("month", "Month"), ("rolling30", "Rolling 30 days")]


class CrmIndicatorFact(models.Model):
    _name = "crm.indicator.fact"
    _description = "Indicator Fact"
    _order = "date desc, indicator_id, company_id, team_id"
    _log_access = False  # millions of rows written by SQL; the run keeps who and when

    indicator_id = fields.Many2one("crm.indicator", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency")
    granularity = fields.Selection(GRANULARITIES, required=True, default="month")
    date = fields.Date(
        required=True, help="First day of the month, or last day of the 30 days."
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    warehouse_id = fields.Integer(
        help="A plain number here, because stock need not be installed; the addon that"
        " depends on stock makes it a link to the warehouse over the same column.",
    )
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="set null")
    numerator = fields.Float(digits=0, aggregator="sum")
    denominator = fields.Float(digits=0, aggregator="sum")
    record_count = fields.Integer(string="Records", aggregator="sum")
    value = fields.Float(digits=0, aggregator="avg")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], required=True, default="open"
    )
    revision = fields.Integer(
        default=0, aggregator=None, help="How often the month changed after its close."
    )
    computed_at = fields.Datetime()

    _cell_unique = models.UniqueIndex(
        "(indicator_id, company_id, granularity, date, COALESCE(team_id, 0),"
        " COALESCE(warehouse_id, 0), COALESCE(user_id, 0))"
    )
