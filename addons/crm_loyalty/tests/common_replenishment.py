from datetime import date, timedelta

from odoo.fields import Command
from odoo.tools import SQL

from .common import LoyaltyCase

TODAY = date(2026, 6, 15)
WRITTEN = (
    "res_partner",
    "sale_order",
    "sale_order_line",
    "account_move",
    "stock_move",
)


class ReplenishmentCase(LoyaltyCase):
    """Coffee (kg) and cups (units), bought on days counted back from today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env["crm.loyalty.replenishment.job"]
        cls.rows = cls.env["crm.loyalty.replenishment"]
        cls.kilogram = cls.env.ref("uom.product_uom_kgm")
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.category = cls.env["product.category"].create({"name": "Supplies"})
        cls.coffee = cls._product("Coffee", uom_id=cls.kilogram.id, list_price=20)
        cls.cups = cls._product("Cups", list_price=0.5)
        cls.company.loyalty_minimum_intervals = 2

    @classmethod
    def _product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "categ_id": cls.category.id,
                "taxes_id": [Command.clear()],
                **values,
            }
        )

    @classmethod
    def _buy(cls, partner, product, *purchases, company=None, **line_values):
        """Return orders of (days ago, quantity); they ask nothing of the stock."""
        company = company or cls.company
        orders = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                [
                    {
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "date_order": f"{TODAY - timedelta(days=ago)} 12:00:00",
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": product.id,
                                    "product_uom_qty": quantity,
                                    **line_values,
                                }
                            )
                        ],
                    }
                    for ago, quantity in purchases
                ]
            )
        )
        orders.write({"state": "sale"})
        return orders

    @classmethod
    def _forecast(cls, company=None):
        return cls.job._refresh_company(company or cls.company)

    @classmethod
    def _row(cls, partner, product, company=None):
        return cls.rows.with_context(active_test=False).search(
            [
                ("partner_id", "=", partner.id),
                ("product_id", "=", product.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    @classmethod
    def _stock(cls, product, quantity):
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )
        return warehouse

    def _age(self):
        """Push everything written so far before the last run and its overlap."""
        self.env.flush_all()
        for table in WRITTEN:
            # the database writes the real time, whatever day the test is frozen at
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = %s", SQL.identifier(table), "2026-06-01"
                )
            )
        self.env.cr.execute(
            """UPDATE sale_order SET date_order = date_order - interval '2 days'
                WHERE company_id = %s""",
            self.company.ids,
        )
        self.env.invalidate_all()
