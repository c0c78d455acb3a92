"""What the tests of indicators share: companies in different places of the world."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase


class IndicatorCase(TransactionCase):
    """Two companies of our own, next to whatever the database has.

    ========  =========  ==================  =========================
    company   currency   time zone           order rate (1 unit = …)
    ========  =========  ==================  =========================
    east      EUR        Asia/Vladivostok    USD 2.0 (an order of 300
                         (UTC+10)            USD is 150 EUR)
    west      USD        America/New_York    its own only
    ========  =========  ==================  =========================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                no_reset_password=True,
                mail_create_nosubscribe=True,
            )
        )
        cls.eur = cls.env.ref("base.EUR")
        cls.usd = cls.env.ref("base.USD")
        (cls.eur | cls.usd).active = True
        cls.east = cls._make_company("East", cls.eur, "Asia/Vladivostok")
        cls.west = cls._make_company("West", cls.usd, "America/New_York")
        cls.env["res.currency.rate"].create(
            {
                "name": "2000-01-01",
                "currency_id": cls.usd.id,
                "company_id": cls.east.id,
                "company_rate": 2.0,
            }
        )
        cls.env.user.write(
            {"company_ids": [Command.link(cls.east.id), Command.link(cls.west.id)]}
        )
        cls.alice, cls.bob, cls.carol = (
            cls._make_user(name, "sales_team.group_sale_salesman_all_leads")
            for name in ("Alice", "Bob", "Carol")
        )
        cls.carol.company_id = cls.west
        cls.shop, cls.field_team = cls.env["crm.team"].create(
            [{"name": "Shop", "company_id": False}, {"name": "Field"}]
        )
        cls.field_team.company_id = False
        cls.installed = cls.env["ir.module.module"]._installed()

    @contextmanager
    def _refused(self, message):
        """A save that must be refused with the given words, and undone."""
        with self.assertRaisesRegex(ValidationError, message):
            with self.env.cr.savepoint():
                yield
        self.env.invalidate_all()

    @classmethod
    def _make_company(cls, name, currency, zone):
        company = cls.env["res.company"].create(
            {"name": f"{name} Trading", "currency_id": currency.id}
        )
        company.resource_calendar_id.tz = zone
        return company

    @classmethod
    def _make_user(cls, name, *groups, companies=None):
        companies = companies or cls.east | cls.west
        return cls.env["res.users"].create(
            {
                "name": name,
                "login": f"{name.lower()}@example.com",
                "email": f"{name.lower()}@example.com",
                "company_id": companies[0].id,
                "company_ids": [Command.set(companies.ids)],
                "group_ids": [
                    Command.link(cls.env.ref(group).id)
                    for group in ("base.group_user", *groups)
                ],
            }
        )

    @classmethod
    def _in(cls, company):
        """The environment of somebody who works in one company only."""
        return cls.env(context=dict(cls.env.context, allowed_company_ids=company.ids))

    @classmethod
    def _make_partner(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def _make_order(cls, company, partner, amount, date, confirm=True, **values):
        """An order of one unit at the price `amount`, dated in naive UTC."""
        env = cls._in(company)
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "user_id": cls.alice.id,
                "team_id": cls.shop.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls._service(env).id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": False,
                        }
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        order.date_order = date
        return order

    @classmethod
    def _service(cls, env):
        product = env["product.product"].search([("default_code", "=", "T-SERVICE")])
        return product or env["product.product"].create(
            {
                "name": "Hour of advice",
                "default_code": "T-SERVICE",
                "type": "service",
                "taxes_id": False,
                "company_id": False,
            }
        )

    @classmethod
    def _indicator(cls, code):
        return cls.env["crm.indicator"].search([("code", "=", code)])

    @classmethod
    def _measure(cls, indicator, company, full=False):
        """Measure as the job does; returns the line of the log."""
        run = cls.env["crm.indicator.run"].create({"trigger": "manual"})
        if full:
            cls.env["crm.indicator.measurement"].search(
                [("indicator_id", "=", indicator.id), ("company_id", "=", company.id)]
            ).last_full = False
        run._measure_together([(indicator, company)])
        return run.line_ids

    @classmethod
    def _facts(cls, indicator, companies, granularity="month"):
        return cls.env["crm.indicator.fact"].search(
            [
                ("indicator_id", "=", indicator.id),
                ("company_id", "in", companies.ids),
                ("granularity", "=", granularity),
            ],
            order="date, team_id, id",
        )

    @classmethod
    def _months(cls, indicator, company):
        """{'YYYY-MM': (Σ numerator, Σ denominator)} of one company."""
        found = {}
        for fact in cls._facts(indicator, company):
            numerator, denominator = found.get(fact.date.strftime("%Y-%m"), (0, 0))
            found[fact.date.strftime("%Y-%m")] = (
                numerator + fact.numerator,
                denominator + fact.denominator,
            )
        return found
