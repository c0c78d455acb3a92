from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

NOW = "2026-06-15 12:00:00"


@tagged("post_install", "-at_install")
class LoyaltyCase(TransactionCase):
    """A company of its own, in euro and Moscow time; today is Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.euro = cls.env.ref("base.EUR")
        cls.dollar = cls.env.ref("base.USD")
        (cls.euro | cls.dollar).active = True
        cls.company = cls._new_company("Samovar")
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            }
        )
        cls.service = cls.env["product.product"].create(
            {"name": "Repair", "type": "service", "taxes_id": [Command.clear()]}
        )
        cls.scoring = cls.env["crm.loyalty.scoring"]
        cls.profiles = cls.env["crm.loyalty.profile"]

    @classmethod
    def _new_company(cls, name, tz="Europe/Moscow"):
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": cls.euro.id}
        )
        company.partner_id.tz = tz
        cls.env.user.company_ids += company
        return company

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def _order(cls, partner, date, amount, company=None, **values):
        """Return a confirmed order; `date` is a day (noon UTC) or a UTC instant."""
        if len(date) == 10:
            date += " 12:00:00"
        company = company or cls.company
        return (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date_order": datetime.fromisoformat(date),
                    "state": "sale",
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.service.id,
                                "product_uom_qty": 1,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _score(cls, company=None):
        return cls.scoring._refresh_company(company or cls.company)

    @classmethod
    def _profile(cls, partner, company=None):
        return cls.profiles.with_context(active_test=False).search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    @classmethod
    def _new_user(cls, login, group, companies=None):
        companies = companies or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )
