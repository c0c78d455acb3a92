from odoo import fields, models


class CrmLoyaltyFitDecile(models.Model):
    """A tenth of the customers: what the model said before, and what came."""

    _name = "crm.loyalty.fit.decile"
    _description = "Calibration of the Purchase Model"
    _order = "fit_id, number"
    _rec_name = "number"

    fit_id = fields.Many2one(
        "crm.loyalty.fit", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="fit_id.company_id")
    number = fields.Integer(
        "Tenth",
        readonly=True,
        aggregator=False,
        help="1: the tenth of the customers most likely to buy.",
    )
    customer_count = fields.Integer("Customers", readonly=True)
    alive = fields.Float("Probability Active", readonly=True, aggregator="avg")
    predicted = fields.Float(
        "Expected to Buy", readonly=True, aggregator="avg", help="Share of customers."
    )
    bought = fields.Float(readonly=True, aggregator="avg", help="Share of customers.")
    expected_visits = fields.Float("Visits Expected", readonly=True, digits=(16, 1))
    visits = fields.Integer("Visits Made", readonly=True)
