"""Spreadsheet dashboards: they open, and their figures are those of the records."""

from datetime import date, timedelta
from unittest.mock import patch

from dashboard_support import script

from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import config, file_open

from odoo.addons.crm_effects.tests.common import EffectsCase
from odoo.addons.crm_risk.tests.risk_common import RiskCase

from tools.dashboards import definitions, workbook


class DashboardCase(HttpCase):
    browser_size = "1366x1800"  # figures out of view are not painted

    def _open(self, name, user, companies=None, **expected):
        """Open the dashboard as the user and compare it with what is expected."""
        [dashboard] = [one for one in definitions.DASHBOARDS if one.name == name]
        record = self.env.ref(f"{dashboard.addon}.spreadsheet_dashboard_{name}")
        self.browser_js(
            f"/odoo/dashboards?dashboard_id={record.id}",
            script(**expected),
            ready="odoo.isReady",
            login=user.login,
            timeout=180,
            cookies={"cids": "-".join(map(str, (companies or user.company_id).ids))},
        )


@tagged("post_install", "-at_install")
class TestLoyaltyDashboardTour(DashboardCase):
    """Customers of Samovar, all with one order:

    Anna   100, 10 days ago      Boris  20, 100 days ago      Vera  3, 400 days ago

    and Dora of the other company, 1000, 10 days ago. Anna needs tea for 60 and holds
    1,000 points worth 0.1 each, half of which will be redeemed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.samovar, cls.other = cls.env["res.company"].create(
            [{"name": "Samovar"}, {"name": "Other"}]
        )
        both = cls.samovar + cls.other
        cls.env.user.company_ids += both
        cls.olga = new_test_user(
            cls.env,
            "olga",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            company_id=cls.samovar.id,
            company_ids=[Command.set(both.ids)],
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Tea", "type": "service"}
        )
        cls._order("Anna", 100, 10, cls.samovar)
        cls._order("Boris", 20, 100, cls.samovar)
        cls._order("Vera", 3, 400, cls.samovar)
        cls._order("Dora", 1000, 10, cls.other)
        cls.env["crm.loyalty.scoring"]._refresh(both)

    @classmethod
    def _order(cls, name, amount, days, company):
        line = {
            "product_id": cls.product.id,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }
        cls.env["sale.order"].with_company(company).create(
            {
                "partner_id": cls.env["res.partner"].create({"name": name}).id,
                "company_id": company.id,
                "date_order": Datetime.now() - timedelta(days=days),
                "state": "sale",
                "order_line": [Command.create(line)],
            }
        )

    def _needs_and_points(self):
        anna = self.env["res.partner"].search([("name", "=", "Anna")], limit=1)
        here = {"company_id": self.samovar.id, "partner_id": anna.id}
        self.env["crm.loyalty.replenishment"].create(
            [
                {
                    **here,
                    "product_id": product.id,
                    "state": state,
                    "expected_amount": amount,
                }
                for product, state, amount in (
                    (self.product, "late", 60),
                    (self.env["product.product"].create({"name": "A"}), "on_time", 7),
                )
            ]
        )
        program = self.env["loyalty.program"].create(
            {
                "name": "Bonus",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "company_id": self.samovar.id,
                "use_ledger": True,
                "point_value": 0.1,
                "expected_redemption": 50,
            }
        )
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": anna.id}
        )
        card._post_points("bonus", 1000)

    def test_figures(self):
        self._needs_and_points()
        late = self.env["crm.loyalty.call"].search(
            [("company_id", "=", self.samovar.id), ("at_risk", ">", 0)]
        )
        profiles = self.env["crm.loyalty.profile"].search(
            [("company_id", "=", self.samovar.id), ("order_count", ">", 0)]
        )
        segments = profiles.grouped("segment_id").items()
        self._open(
            "loyalty",
            self.olga,
            values={
                **{"B1": 3, "C1": 1},  # customers, of whom Anna bought in 90 days
                **{"B2": 120, "C2": 123},  # revenue of 12 months, revenue in all
                **{"B3": 1, "C3": 100},  # new in 90 days
                **{"B4": 1, "C4": 3},  # silent for 12 months
                **{"B5": sum(late.mapped("at_risk")), "C5": len(late)},  # to call
                **{"B6": 60, "C6": 1},  # due to reorder
                **{"B7": 50, "C7": 1000},  # points liability
            },
            charts={
                "Customers by Segment": {
                    segment.name: len(customers) for segment, customers in segments
                },
                "Revenue of 12 Months by Segment": {
                    segment.name: sum(customers.mapped("revenue_12m"))
                    for segment, customers in segments
                },
                "Customers by Stage": {
                    stage.name: len(customers)
                    for stage, customers in profiles.grouped("stage_id").items()
                },
            },
            cells=["Anna", "Boris", "Vera", "Anna: Tea"],
        )

    def test_in_russian(self):
        self.olga.lang = "ru_RU"
        self._open(
            "loyalty",
            self.olga,
            values={"B1": 3},
            cells=["Крупнейшие клиенты", "Клиент", "Сегмент", "Anna"],
        )

    def test_only_the_company_one_works_in(self):
        self._open(
            "loyalty",
            self.olga,
            companies=self.other + self.samovar,
            values={"B1": 1, "B2": 1000},
            cells=["Dora"],
        )


@tagged("post_install", "-at_install")
class TestRisksDashboardTour(RiskCase, DashboardCase):
    """Refusal: 0.4 × 25 000; its planned response is overdue and halves the chance.
    Bad data: 0.2 × 25 000. The closed risk and that of the other company count nowhere.
    One indicator is red, one is amber.
    """

    def test_figures(self):
        late = {"name": "Talks", "date_deadline": "2020-01-01", "p_reduction": 0.5}
        self._risk(response_ids=[Command.create(late)])
        self._risk(name="Bad data", p_inherent=0.2)
        self._risk(name="Past", state="closed", close_reason="expired")
        elsewhere = self._implementation("CRM for B", self.company_b)
        self._risk(implementation_id=elsewhere.id, owner_id=self.stranger.id)
        self._measure("Late deliveries", 4)
        self._measure("Duplicates", 2.5)
        self.implementation.with_user(self.officer).action_simulate()
        run = self.implementation.with_user(self.officer).simulation_id
        now = run.scenario_ids.filtered(lambda one: one.scenario == "current")
        self._open(
            "risks",
            self.officer,
            values={
                "B1": 2,
                **{"B2": 15_000, "C2": 15_000},  # now, before CRM and responses
                "B3": 10_000,  # after responses
                **{"B4": 1, "C4": 1},  # red, amber
                **{"B5": 1, "C5": 1},  # overdue, to be done
            },
            charts={
                "Expected Loss by Owner": {self.officer.name: 15_000},
                "Expected Loss by Origin": {"Introduced with CRM": 15_000},
                "Exposure P80 by Month": {f"{run.date:%B %Y}": now.p80},
                "Responses by State": {"Planned": 1},
            },
            cells=["Refusal of the system", "Bad data", "Late deliveries", "Talks"],
        )

    def _measure(self, name, value):
        indicator = self.env["crm.indicator"].create(
            {
                "code": name,
                "name": name,
                "kind": "sum",
                "direction": "lower",
                "target": 1,
                "amber": 2,
                "red": 3,
            }
        )
        measurements = self.env["crm.indicator.measurement"]
        measurements._of(indicator, self.company_a).write(
            {"has_value": True, "value": value, "state": "done"}
        )


@tagged("post_install", "-at_install")
class TestEffectsDashboardTour(EffectsCase, DashboardCase):
    """Cost 900, planned 250 more. Declared: 100 a month, twelve months measured and
    twelve ahead; a risk of 20 % would cost half of the latter, so they count 0.9 times.
    Measured: the effect of the history, whatever the estimate says. One effect has no
    figures, and so no answer.
    """

    def test_figures(self):
        self._new_cost(900, date(2024, 7, 10))
        self._new_cost(250, date(2190, 1, 1), nature="plan")
        declared = {
            "name": "Fewer phone calls",
            "estimator": "manual",
            "indicator_id": False,
            "declared_monthly": 100,
        }
        effect = self._new_effect(**declared)
        effect.action_estimate()
        risk = self.env["crm.risk"].create(
            {
                "name": "People go on telephoning",
                "implementation_id": self.implementation.id,
                "p_inherent": 0.2,
                "impact_min": 1,
                "impact_mode": 2,
                "impact_max": 3,
            }
        )
        effect.risk_link_ids = [
            Command.create({"risk_id": risk.id, "share": 0.5}),
        ]
        empty = self._new_indicator("empty", "Nothing", "sum")
        self._new_effect(indicator_id=empty.id).action_estimate()
        measured = self._new_effect(estimator="did", control_team_ids=self._control())
        measured.action_estimate()
        self.assertEqual(measured.proof_class, "proven")
        self._open(
            "effects",
            self.officer,
            values={
                "B1": 1200 - 900 + measured.money_to_date,
                "C1": 0.9 * 1200 - 250 + measured.money_ahead,
                **{"B2": measured.money_to_date, "C2": measured.money_low},
                **{"B3": 900, "C3": 250},
                **{"B4": 3, "C4": 1},
            },
            charts={
                "Cost by Type": {"Licence": 900},
                "Effects by Proof": {"Proven": 1, "Hoped": 1, "None": None},
                "Benefit to Date by Proof": {"Hoped": 1200, "None": None},
            },
            cells=["Fewer phone calls", "More revenue"],
        )

    def _control(self):
        return [Command.set((self.east | self.west).ids)]


@tagged("post_install", "-at_install")
class TestSampleDashboardTour(DashboardCase):
    """Without a record a sample is shown instead of an empty picture."""

    def test_sample(self):
        self.env["crm.effect"].search([]).unlink()
        self.env["crm.risk"].search([]).unlink()
        company = self.env["res.company"].create({"name": "New"})
        groups = "crm_effects.crm_effects_group_officer,crm_risk.crm_risk_group_officer"
        user = new_test_user(
            self.env,
            "newcomer",
            groups=f"base.group_user,{groups}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self._open("effects", user, sample=True, values={"B3": 118_000})
        self._open("risks", user, sample=True, values={"B1": 24})


@tagged("post_install", "-at_install")
class TestDashboardFiles(TransactionCase):
    def test_files_are_what_their_definitions_say(self):
        for dashboard in definitions.DASHBOARDS:
            for path, text in workbook.files(dashboard).items():
                with file_open(path) as file:
                    self.assertEqual(
                        file.read(), text, "run python -m tools.dashboards"
                    )

    def test_models_fields_and_menus_exist(self):
        for dashboard in definitions.DASHBOARDS:
            with self.subTest(dashboard.name):
                record = self.env.ref(
                    f"{dashboard.addon}.spreadsheet_dashboard_{dashboard.name}"
                )
                with patch.dict(config.options, {"test_enable": True}):
                    record._check_spreadsheet_data()  # Odoo's own check

    def test_names_in_russian(self):
        russian = ("Лояльность клиентов", "Риски CRM", "Эффекты CRM")
        for dashboard, name in zip(definitions.DASHBOARDS, russian, strict=True):
            record = self.env.ref(
                f"{dashboard.addon}.spreadsheet_dashboard_{dashboard.name}"
            )
            self.assertEqual(record.with_context(lang="ru_RU").name, name)

    def test_samples_need_no_records(self):
        for dashboard in definitions.DASHBOARDS:
            sample = workbook.Sample(dashboard).build()
            live = workbook.Workbook(dashboard).build()
            self.assertFalse(sample["pivots"] or sample["lists"])
            self.assertEqual(
                [figure["id"] for figure in sample["sheets"][0]["figures"]],
                [figure["id"] for figure in live["sheets"][0]["figures"]],
            )
