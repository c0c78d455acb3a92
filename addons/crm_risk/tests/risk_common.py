"""Fixtures of the risk tests: one company, one implementation, round numbers.

=============  ======================================================
implementation budget 100 000, payroll 50 000, margin 200 000 a month
officer        assesses risks of company A
manager        as officer, plus catalogue and confidential risks
seller         salesperson of company A: reports and reads open risks
stranger       officer of company B
=============  ======================================================
"""

from contextlib import contextmanager

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class RiskCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company_a = cls.env["res.company"].create({"name": "Risk A"})
        cls.company_b = cls.env["res.company"].create({"name": "Risk B"})
        cls.officer = cls._user("risk_officer", "crm_risk.crm_risk_group_officer")
        cls.manager = cls._user("risk_manager", "crm_risk.crm_risk_group_manager")
        cls.seller = cls._user("risk_seller", "sales_team.group_sale_salesman")
        cls.stranger = cls._user(
            "risk_stranger", "crm_risk.crm_risk_group_officer", cls.company_b
        )
        cls.implementation = cls._implementation("CRM for A", cls.company_a)

    @contextmanager
    def refused(self, words, error=ValidationError):
        """Refused with these words, and nothing of it kept."""
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            yield

    @classmethod
    def _user(cls, login, group, company=None):
        company = company or cls.company_a
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _implementation(cls, name, company):
        return cls.env["crm.implementation"].create(
            {
                "name": name,
                "company_id": company.id,
                "manager_id": cls.env.uid,
                "date_start": "2026-01-01",
                "budget": 100_000,
                "monthly_payroll": 50_000,
                "monthly_margin": 200_000,
            }
        )

    @classmethod
    def _template(cls, code):
        return cls.env.ref(f"crm_risk.template_{code.lower()}")

    @classmethod
    def _risk(cls, **values):
        """p .4 × PERT 10/20/60 000: mean impact 25 000, EMV 10 000."""
        return cls.env["crm.risk"].create(
            {
                "name": "Refusal of the system",
                "implementation_id": cls.implementation.id,
                "owner_id": cls.officer.id,
                "cause": "Fear",
                "event": "Refusal",
                "consequence": "Empty CRM",
                "p_inherent": 0.4,
                "impact_min": 10_000,
                "impact_mode": 20_000,
                "impact_max": 60_000,
                **values,
            }
        )
