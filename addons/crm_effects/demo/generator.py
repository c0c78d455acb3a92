"""Writes the story of the trading house into the database (demo data only)."""

from odoo import api, fields, models

from ..engine.returns import add_months
from . import story
from .book import Book
from .customers import Customers

PLACES = (
    *("Ashford", "Brook", "Cliff", "Dale", "Elm", "Fern", "Glen", "Hill", "Isle"),
    *("Kirk", "Lake", "Marsh", "North Bay", "Oak", "Park", "Quay", "River", "Stone"),
    *("Thorn", "Upton", "Vale", "West End", "Yew", "Zennor"),
)
KINDS = ("", "New ", "Old ", "Upper ", "Lower ")
TRADES = ("Builders", "Heating", "Plumbing", "Installations")  # one per team


class Generator(models.AbstractModel):
    _name = "crm.effects.demo"
    _description = "Generator of Demo History"

    @api.model
    def _write_history(self, teams, warehouses, products):
        """Four years of orders of four teams, delivered from two warehouses and, where
        the company has accounts, invoiced and paid.

        Ids; the teams in the order of the story.
        """
        today = fields.Date.context_today(self)
        months = [add_months(today, i - story.MONTHS) for i in range(story.MONTHS)]
        book = Book(self.env, self.env["product.product"].browse(products))
        stores = self.env["stock.warehouse"].browse(warehouses)
        told = story.teams(months[0].month)
        for number, done in enumerate(told.values()):
            book.open(
                team=teams[number],
                warehouse=stores[number % len(stores)],
                customers=Customers(
                    self._make_customers(TRADES[number]), months[0], today, number
                ),
            )
            for first, month in zip(months, done, strict=True):
                book.add_month(first, month)
        book.save()

    def _make_customers(self, trade):
        return (
            self.env["res.partner"]
            .create(
                [
                    {
                        "name": f"{kind}{place} {trade}",
                        "is_company": True,
                        "customer_rank": 1,
                    }
                    for kind in KINDS
                    for place in PLACES
                ]
            )
            .ids
        )

    @api.model
    def _write_stock_value(self, indicator):
        """Typed figures of the value of the stock, month by month."""
        today = fields.Date.context_today(self)
        self.env["crm.indicator.fact"].create(
            [
                {
                    "indicator_id": indicator,
                    "date": add_months(today, i - story.MONTHS),
                    "numerator": value,
                }
                for i, value in enumerate(story.stock())
            ]
        )

    @api.model
    def _measure(self, indicators):
        """Measure built-in indicators of the company over the four years."""
        run = self.env["crm.indicator.run"].create({"trigger": "manual"})
        company = self.env.company
        found = self.env["crm.indicator"].browse(indicators)
        run._measure_all([(indicator, company) for indicator in found])
