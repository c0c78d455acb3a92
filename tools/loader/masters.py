"""Customers and products."""

import json
from collections.abc import Iterable

from .bulk import NULL, Identifiers, Rows, money, text
from .model import Customer, Product
from .moments import Moment
from .pattern import Patterns, product_variant


def write_customers(
    cr, patterns: Patterns, customers: Iterable[Customer], moment: Moment
) -> None:
    identifier = Identifiers(cr, "res_partner")
    writers: dict[str, Rows] = {}
    for customer in customers:
        variant = f"{customer.country}/{customer.is_company}"
        if variant not in writers:
            writers[variant] = _partner_rows(patterns["res_partner", variant])
        customer.id = identifier()
        name = text(customer.name)
        writers[variant].add(
            moment,
            customer.id,
            customer.id,
            name,
            name,
            name if customer.is_company else NULL,
            text(customer.reference),
        )
    for rows in writers.values():
        rows.flush(cr)


def _partner_rows(pattern) -> Rows:
    return Rows(
        pattern,
        "id",
        "commercial_partner_id",
        "name",
        "complete_name",
        "commercial_company_name",
        "ref",
    )


class ProductWriter:
    def __init__(self, cr, patterns: Patterns, company):
        self._cr = cr
        self._company = company.id
        self._user = company.env.user.name
        self._template_id = Identifiers(cr, "product_template")
        self._product_id = Identifiers(cr, "product_product")
        self._value_id = Identifiers(cr, "product_value")
        variants = ("goods", "goods without cost", "service")
        self._templates = {
            v: Rows(
                patterns["product_template", v],
                *("id", "name", "default_code", "list_price"),
            )
            for v in variants
        }
        self._products = {
            v: Rows(
                patterns["product_product", v],
                *("id", "product_tmpl_id", "default_code", "standard_price"),
            )
            for v in variants
        }
        self._values = {
            v: Rows(
                patterns["product_value", v],
                *("id", "product_id", "value", "description"),
            )
            for v in variants
        }

    def write(self, products: Iterable[Product], moment: Moment) -> None:
        for product in products:
            self._write(product, moment)
        for group in (self._templates, self._products, self._values):
            for rows in group.values():
                rows.flush(self._cr)

    def _write(self, product: Product, moment: Moment) -> None:
        variant = product_variant(product)
        template = self._template_id()
        product.id = self._product_id()
        code = text(product.code)
        name = text(json.dumps({"en_US": product.name}))
        price = {str(self._company): product.cost / 100}
        cost = text(json.dumps(price)) if product.cost else NULL
        self._templates[variant].add(moment, template, name, code, money(product.price))
        self._products[variant].add(moment, product.id, template, code, cost)
        self._values[variant].add(
            moment,
            self._value_id(),
            product.id,
            money(product.cost),
            self._description(product),
        )

    def _description(self, product: Product) -> str:
        """As Odoo words the first price of a product."""
        before = 0 if product.cost else None
        return f"Price update from {before} to {product.cost / 100} by {self._user}"
