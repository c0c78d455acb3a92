from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_loyalty_replenishment_stock import MOVES_TO_COME, _end_of_day


class CrmLoyaltyShortage(models.Model):
    """Products whose expected purchases our stock cannot serve, by company.

    Demand is what customers are expected to buy until the horizon, lapsed ones left
    out; the stock is what the warehouses will hold on that day without it.
    """

    _name = "crm.loyalty.shortage"
    _description = "Stock for Expected Purchases"
    _auto = False
    _order = "short_qty desc, id"
    _rec_name = "product_id"
    _depends = {
        "crm.loyalty.replenishment": ["active", "expected_date", "expected_qty"],
        "stock.quant": ["location_id", "quantity"],
        "stock.move": ["date", "location_dest_id", "location_id", "product_qty"],
        "res.company": ["loyalty_horizon_days"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(related="product_id.categ_id", string="Product Category")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    customer_count = fields.Integer("Customers", readonly=True)
    first_date = fields.Date("First Expected", readonly=True, aggregator="min")
    horizon_date = fields.Date("Until", readonly=True, aggregator="max")
    demand_qty = fields.Float("Expected Demand", readonly=True, digits="Product Unit")
    forecast_qty = fields.Float(
        "Forecast Stock",
        readonly=True,
        digits="Product Unit",
        help="On hand, plus receipts, less deliveries planned until the horizon.",
    )
    short_qty = fields.Float("Short By", readonly=True, digits="Product Unit")
    expected_amount = fields.Monetary("Expected Revenue", readonly=True)

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            SQL("(%s)", self._company_query(company)) for company in self.env.companies
        )

    def action_view_customers(self):
        """Open the forecasts whose quantities make up the demand."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_replenishment_action"
        )
        domain = self._demand_domain(self.company_id) & Domain(
            "product_id", "=", self.product_id.id
        )
        return {
            **action,
            "name": self.env._(
                "Customers waiting for %(product)s",
                product=self.product_id.display_name,
            ),
            "domain": list(domain),
            "context": {},
        }

    @api.model
    def _horizon(self, company):
        """Return the last day of the company's horizon, or of the one asked for."""
        usual = company.sudo().loyalty_horizon_days  # a setting, for every reader
        days = self.env.context.get("loyalty_horizon_days", usual)
        return self.env["crm.loyalty.scoring"]._today(company) + timedelta(days=days)

    @api.model
    def _demand_domain(self, company):
        return (
            Domain("company_id", "=", company.id)
            & Domain("active", "=", True)
            & Domain("state", "!=", "lapsed")
            & Domain("expected_date", "<=", self._horizon(company))
            & Domain("product_id.is_storable", "=", True)
        )

    def _company_query(self, company):
        rows = self.env["crm.loyalty.replenishment"].sudo()  # demand is everybody's
        horizon = self._horizon(company)
        return SQL(
            """
            WITH demand AS (
                SELECT MIN(id) AS id, product_id,
                       COUNT(DISTINCT partner_id)::integer AS customer_count,
                       MIN(expected_date) AS first_date,
                       SUM(expected_qty) AS demand_qty,
                       SUM(expected_amount) AS expected_amount
                  FROM crm_loyalty_replenishment
                 WHERE id IN %(rows)s
                 GROUP BY product_id
            ),
            held AS (
                SELECT product_id, SUM(quantity) AS quantity
                  FROM (%(stock)s) stock
                 GROUP BY product_id
            )
            SELECT demand.*, %(company)s AS company_id, %(horizon)s AS horizon_date,
                   COALESCE(held.quantity, 0) AS forecast_qty,
                   GREATEST(demand.demand_qty - COALESCE(held.quantity, 0), 0)
                       AS short_qty
              FROM demand
              LEFT JOIN held ON held.product_id = demand.product_id""",
            rows=rows._search(self._demand_domain(company)).subselect(),
            stock=self._stock_query(company, horizon),
            company=company.id,
            horizon=horizon,
        )

    def _stock_query(self, company, horizon):
        """Return signed quantities per product: on hand, to come in, to go out."""
        products = (
            self.env["product.product"]
            .sudo()  # a quantity is for everyone who sells, the moves behind it are not
            .with_context(allowed_company_ids=company.ids)
        )
        quants, incoming, outgoing = products._get_domain_locations()
        planned = Domain("state", "in", MOVES_TO_COME) & Domain(
            "date", "<=", _end_of_day(horizon, company._loyalty_tz())
        )
        moves = products.env["stock.move"]
        return SQL(
            """SELECT product_id, quantity FROM stock_quant WHERE id IN %s
                UNION ALL
               SELECT product_id, product_qty FROM stock_move WHERE id IN %s
                UNION ALL
               SELECT product_id, -product_qty FROM stock_move WHERE id IN %s""",
            products.env["stock.quant"]._search(quants).subselect(),
            moves._search(planned & incoming).subselect(),
            moves._search(planned & outgoing).subselect(),
        )
