"""What the tests of costs from documents share: a ledger, a vendor, two accounts."""

from datetime import date

from odoo.fields import Command

from .common import EffectsCase


class CostCase(EffectsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.own = cls.company.currency_id
        cls.foreign = cls.env["res.currency"].create({"name": "TSF", "symbol": "F"})
        for day, rate in ((date(2025, 1, 1), 2.0), (date(2025, 6, 1), 4.0)):
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": cls.foreign.id,
                    "name": day,
                    "rate": rate,
                    "company_id": cls.company.id,
                }
            )
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        plan = cls.env["account.analytic.plan"].create({"name": "Projects of ours"})
        cls.project, cls.elsewhere = cls.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": cls.company.id}
                for name in ("CRM project", "Something else")
            ]
        )

    def _new_bill(self, *lines, day=date(2025, 3, 10), currency=None):
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.company.id,
                "partner_id": self.vendor.id,
                "invoice_date": day,
                "date": day,
                "currency_id": (currency or self.own).id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Seats", "quantity": 1, "tax_ids": [], **line}
                    )
                    for line in lines
                ],
            }
        )

    def _tag(self, **values):
        return {"crm_implementation_id": self.implementation.id, **values}

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_effects.ir_cron_sync_costs").method_direct_trigger()
        self.env.invalidate_all()

    def _costs(self):
        return self.implementation.cost_ids.sorted("id")

    def _source(self, cost_type="integration"):
        return self.env["crm.effect.cost.source"].create(
            {
                "implementation_id": self.implementation.id,
                "analytic_account_id": self.project.id,
                "cost_type": cost_type,
            }
        )
