"""Spreadsheet dashboards: they open, and their figures are those of the records."""

from datetime import timedelta
from unittest.mock import patch

from dashboard_support import script

from odoo.fields import Command, Date
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import config, file_open

from tools.dashboards import definitions, workbook


class DashboardCase(HttpCase):
    """A company of its own, in dollars like the main one, and its manager."""

    groups = "base.group_user"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Samovar"})
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.env.user.company_ids += cls.company + cls.other
        cls.today = Date.context_today(cls.env.user)
        cls.user = new_test_user(
            cls.env,
            "reader",
            groups=cls.groups,
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company + cls.other).ids)],
        )

    def _open(self, xmlid, companies=None, **expected):
        dashboard = self.env.ref(xmlid)
        self.browser_js(
            f"/odoo/dashboards?dashboard_id={dashboard.id}",
            script(**expected),
            ready="odoo.isReady",
            login="reader",
            timeout=120,
            cookies={"cids": "-".join(map(str, (companies or self.company).ids))},
        )


@tagged("post_install", "-at_install")
class TestLoyaltyDashboardTour(DashboardCase):
    """Customers of Samovar, all with one order:

    Anna   100, 10 days ago      Boris  20, 100 days ago      Vera  3, 400 days ago

    and Dora of the other company, 1000, 10 days ago.
    """

    groups = "base.group_user,sales_team.group_sale_salesman_all_leads"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env["product.product"].create({"name": "Tea", "type": "service"})
        for name, amount, days, company in (
            ("Anna", 100, 10, cls.company),
            ("Boris", 20, 100, cls.company),
            ("Vera", 3, 400, cls.company),
            ("Dora", 1000, 10, cls.other),
        ):
            line = {
                "product_id": product.id,
                "price_unit": amount,
                "tax_ids": [Command.clear()],
            }
            cls.env["sale.order"].with_company(company).create(
                {
                    "partner_id": cls.env["res.partner"].create({"name": name}).id,
                    "company_id": company.id,
                    "date_order": cls.today - timedelta(days=days),
                    "state": "sale",
                    "order_line": [Command.create(line)],
                }
            )
        cls.env["crm.loyalty.scoring"]._refresh(cls.company + cls.other)

    def test_figures(self):
        profiles = self.env["crm.loyalty.profile"].search(
            [("company_id", "=", self.company.id), ("order_count", ">", 0)]
        )
        segments = profiles.grouped("segment_id").items()
        self._open(
            "crm_loyalty.spreadsheet_dashboard_loyalty",
            values={
                **{"B1": 3, "C1": 1},  # customers, of whom Anna bought in 90 days
                **{"B2": 120, "C2": 123},  # revenue of 12 months, revenue in all
                **{"B3": 1, "C3": 100},  # new in 90 days
                **{"B4": 1, "C4": 3},  # silent for 12 months
            },
            charts={
                "Customers by Segment": {
                    segment.name: len(customers) for segment, customers in segments
                },
                "Revenue of 12 Months by Segment": {
                    segment.name: sum(customers.mapped("revenue_12m"))
                    for segment, customers in segments
                },
            },
            cells=["Anna", "Boris", "Vera"],
        )

    def test_only_the_company_one_works_in(self):
        self._open(
            "crm_loyalty.spreadsheet_dashboard_loyalty",
            companies=self.other + self.company,
            values={"B1": 1, "B2": 1000},
            cells=["Dora"],
        )


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

    def test_samples_need_no_records(self):
        for dashboard in definitions.DASHBOARDS:
            sample = workbook.Sample(dashboard).build()
            live = workbook.Workbook(dashboard).build()
            self.assertFalse(sample["pivots"] or sample["lists"])
            self.assertEqual(
                [figure["id"] for figure in sample["sheets"][0]["figures"]],
                [figure["id"] for figure in live["sheets"][0]["figures"]],
            )
