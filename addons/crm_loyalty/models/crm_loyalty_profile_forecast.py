from odoo import fields, models

ABC = [("A", "A"), ("B", "B"), ("C", "C")]
XYZ = [("X", "X"), ("Y", "Y"), ("Z", "Z")]


class CrmLoyaltyProfile(models.Model):
    """What a customer's past says of his future; written by the scoring job.

    Unset figures are empty in the database, which a condition takes for zero: ask for
    `has_forecast` before `p_alive`, and for `next_order_date` before `overdue_ratio`.
    """

    _inherit = "crm.loyalty.profile"

    abc = fields.Selection(
        ABC,
        "ABC",
        readonly=True,
        help="Weight in the margin of the last 12 months (revenue where the margin is "
        "not known): A brings the first 80 %, B the next 15 %, C the rest.",
    )
    xyz = fields.Selection(
        XYZ,
        "XYZ",
        readonly=True,
        help="Regularity of the monthly revenue over the last 12 complete months: "
        "X steady, Y varying, Z irregular.",
    )
    monthly_variation = fields.Float(
        "Variation of Months",
        readonly=True,
        digits=(16, 6),
        aggregator="avg",
        help="Standard deviation over mean of the monthly revenue.",
    )
    return_rate = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator="avg",
        help="Share of the sales of the last 12 months that was given back.",
    )

    median_interval = fields.Float(
        "Usual Interval (days)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Median of the days between two visits, from three visits on.",
    )
    regularity_k = fields.Float(
        "Regularity",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="1: visits come at random; above 1.5: they keep a rhythm. "
        "From four visits on.",
    )
    next_order_date = fields.Date(
        "Next Order Expected",
        readonly=True,
        help="Last order plus the usual interval.",
    )
    overdue_ratio = fields.Float(
        "Overdue, Intervals",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Time since the last order in usual intervals: up to 1 in time, "
        "up to 1.25 due, up to 2 late, above that lapsed.",
    )

    has_forecast = fields.Boolean(
        readonly=True,
        help="The purchase model speaks of this customer: there are enough data.",
    )
    p_alive = fields.Float(
        "Probability Active",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Probability that the customer has not left for good.",
    )
    expected_orders_12m = fields.Float(
        "Expected Visits, 52 Weeks",
        readonly=True,
        digits=(16, 2),
        aggregator="sum",
        help="Days with an order expected in the next 52 weeks.",
    )
    clv = fields.Monetary(
        "Expected Value, 52 Weeks",
        readonly=True,
        help="Expected visits of the next 52 weeks times the expected margin of a "
        "visit (revenue where the margin is not known), in the company's currency, "
        "not discounted.",
    )

    model_first_date = fields.Date(
        "First Visit in the Model",
        readonly=True,
        help="First visit of the last three years, which the purchase model looks at.",
    )
    model_visits = fields.Integer("Visits in the Model", readonly=True)
    model_value = fields.Monetary(
        "Value of a Visit",
        readonly=True,
        help="Mean margin (revenue where the margin is not known) of the visits after "
        "the first in the model.",
    )
    documents_hash = fields.Integer(
        "Fingerprint of Documents",
        readonly=True,
        aggregator=False,
        help="Differs as soon as a document behind the profile does.",
    )

    _company_next_order_idx = models.Index(
        "(company_id, next_order_date) WHERE next_order_date IS NOT NULL"
    )
