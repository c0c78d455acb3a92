"""Fixtures of the preparation tests, on top of those of the risk tests.

Company A of the risk tests; its customers are made by each test, and are the only
ones of their company: the audit of company A sees those shared by all companies too,
so these are archived first.
"""

from datetime import timedelta

from odoo import fields

from .risk_common import RiskCase


class PreparationCase(RiskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.implementation.manager_id = cls.officer
        cls.now = fields.Datetime.now()
        # Only customers of this test count.
        cls.env.cr.execute(
            """UPDATE res_partner SET active = FALSE
                WHERE active
                  AND id NOT IN (SELECT partner_id FROM res_users WHERE NOT share)
                  AND id NOT IN (SELECT partner_id FROM res_company)"""
        )
        cls.env.invalidate_all()

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_id": cls.company_a.id,
                **values,
            }
        )

    @classmethod
    def _order(cls, partner, days_ago=10, state="sale", **values):
        order = cls.env["sale.order"].create(
            {"partner_id": partner.id, "company_id": cls.company_a.id, **values}
        )
        order.write({"state": state, "date_order": cls.now - timedelta(days=days_ago)})
        return order

    @classmethod
    def _new(cls, model, user=None, **values):
        return (
            cls.env[model]
            .with_user(user or cls.officer)
            .create({"implementation_id": cls.implementation.id, **values})
        )
