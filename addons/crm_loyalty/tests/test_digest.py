from datetime import datetime

from odoo.exceptions import AccessError

from .common import LoyaltyCase

JUNE = "2026-06-10"


class TestDigest(LoyaltyCase):
    """Figures of the digest; today is 15 June 2026.

    company   customer   first order   revenue, 12 months   segment
    Samovar   Anna       1 June        100                  Champions
    Samovar   Boris      14 June       20                   At risk
    Samovar   Vera       15 June       3                    At risk
    Samovar   Gleb       2 May 2025    0 (older than 12 m)  At risk
    Other     Dora       14 June       1000                 At risk
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._new_company("Other")
        rows = (
            ("Anna", "2026-06-01", 100, cls.company, "champions"),
            ("Boris", "2026-06-14", 20, cls.company, "at_risk"),
            ("Vera", "2026-06-15", 3, cls.company, "at_risk"),
            ("Gleb", "2025-05-02", 7, cls.company, "at_risk"),
            ("Dora", "2026-06-14", 1000, cls.other, "at_risk"),
        )
        for name, date, amount, company, _segment in rows:
            cls._order(cls._customer(name), date, amount, company=company)
        cls._score()
        cls._score(cls.other)
        for name, _date, _amount, company, segment in rows:
            # set by hand: which scores lead to which segment is tested elsewhere
            profile = cls.profiles.search(
                [("partner_id.name", "=", name), ("company_id", "=", company.id)]
            )
            profile.segment_id = cls.env.ref(
                f"crm_loyalty.crm_loyalty_segment_{segment}"
            )
        cls.olga = cls._new_user("olga", "sales_team.group_sale_salesman_all_leads")
        cls.ivan = cls._new_user("ivan", "sales_team.group_sale_salesman")
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Samovar",
                "company_id": cls.company.id,
                "kpi_crm_loyalty_new": True,
                "kpi_crm_loyalty_at_risk": True,
            }
        )

    def _digest(self, start, end, user=None):
        return self.digest.with_user(user or self.olga).with_context(
            start_datetime=datetime.fromisoformat(start),
            end_datetime=datetime.fromisoformat(end),
        )

    def test_new_customers_of_the_period(self):
        day = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00")
        self.assertEqual(day.kpi_crm_loyalty_new_value, 1, "Boris; Vera's day is open")
        month = self._digest("2026-05-15 12:00:00", "2026-06-15 12:00:00")
        month.invalidate_recordset()
        self.assertEqual(month.kpi_crm_loyalty_new_value, 2, "Anna and Boris")

    def _make_late(self):
        """Boris buys every 5 days and is silent for 10, what he brings a year is 100;
        the customer of the other company is as late."""
        for name, company in (("Boris", self.company), ("Dora", self.other)):
            self.profiles.search(
                [("partner_id.name", "=", name), ("company_id", "=", company.id)]
            ).write(
                {
                    "last_order_date": "2026-06-05",
                    "median_interval": 5,
                    "revenue_12m": 100,
                    "margin_12m": 100,
                }
            )

    def test_at_risk_is_as_of_now(self):
        self._make_late()
        for start in ("2026-06-14 12:00:00", "2026-05-15 12:00:00"):
            digest = self._digest(start, "2026-06-15 12:00:00")
            digest.invalidate_recordset()
            # 1 − e^(−10/5) = 0.8647
            self.assertEqual(digest.kpi_crm_loyalty_at_risk_value, 86.47)

    def test_at_risk_equals_the_call_list(self):
        self._make_late()
        digest = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00")
        calls = self.env["crm.loyalty.call"].with_user(self.olga)
        listed = calls.search([("company_id", "=", self.company.id)])
        self.assertEqual(listed.partner_id.mapped("name"), ["Boris"])
        self.assertEqual(
            digest.kpi_crm_loyalty_at_risk_value, sum(listed.mapped("at_risk"))
        )

    def test_nobody_is_late(self):
        digest = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00")
        self.assertEqual(digest.kpi_crm_loyalty_at_risk_value, 0)

    def test_digest_without_company_takes_the_current_one(self):
        self._make_late()
        self.digest.company_id = False
        digest = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00")
        self.assertEqual(digest.kpi_crm_loyalty_at_risk_value, 86.47)
        self.assertEqual(digest.kpi_crm_loyalty_new_value, 1)

    def test_share_of_new_customers(self):
        """Last month Anna 100 and Boris 20 were new, Gleb brought 40 more."""
        gleb = self.env["res.partner"].search([("name", "=", "Gleb")], limit=1)
        self._order(gleb, JUNE, 40)
        day = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00")
        self.assertEqual(day.kpi_crm_loyalty_new_share_value, 100, "Boris alone")
        month = self._digest("2026-05-15 12:00:00", "2026-06-15 12:00:00")
        month.invalidate_recordset()
        self.assertAlmostEqual(month.kpi_crm_loyalty_new_share_value, 75)
        before = self._digest("2026-04-15 12:00:00", "2026-05-15 12:00:00")
        before.invalidate_recordset()
        self.assertEqual(before.kpi_crm_loyalty_new_share_value, 0, "no sale")

    def test_due_to_reorder(self):
        """Due 60 and late 25; the others are on time, lapsed or elsewhere."""
        partner = self.env["res.partner"].search([("name", "=", "Anna")], limit=1)
        products = self.env["product.product"]
        for state, amount, company in (
            ("due", 60, self.company),
            ("late", 25, self.company),
            ("on_time", 1000, self.company),
            ("lapsed", 1000, self.company),
            ("due", 1000, self.other),
        ):
            self.env["crm.loyalty.replenishment"].create(
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "product_id": products.create({"name": state}).id,
                    "state": state,
                    "expected_amount": amount,
                }
            )
        digest = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00")
        self.assertEqual(digest.kpi_crm_loyalty_due_value, 85)

    def test_points_liability(self):
        """1,000 points worth 0.1 each, half of which will be redeemed: 50; the
        programme of the other company is not this one's debt."""
        for company, points in ((self.company, 1000), (self.other, 777)):
            program = self.env["loyalty.program"].create(
                {
                    "name": "Bonus",
                    "program_type": "loyalty",
                    "applies_on": "both",
                    "trigger": "auto",
                    "company_id": company.id,
                    "use_ledger": True,
                    "point_value": 0.1,
                    "expected_redemption": 50,
                }
            )
            card = {"program_id": program.id, "partner_id": self.olga.partner_id.id}
            self.env["loyalty.card"].create(card)._post_points("bonus", points)
        boss = self._new_user("boss", "sales_team.group_sale_manager")
        digest = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00", boss)
        self.assertEqual(digest.kpi_crm_loyalty_liability_value, 50)

    def test_share_is_written_as_a_percentage(self):
        self.digest.kpi_crm_loyalty_new_share = True
        [share] = [
            kpi
            for kpi in self.digest._compute_kpis(self.company, self.olga)
            if kpi["kpi_name"] == "kpi_crm_loyalty_new_share"
        ]
        self.assertEqual(share["kpi_col1"]["value"], "100.00 %")
        self.assertIn("revenue_report", share["kpi_action"])

    def test_salesperson_with_own_customers_gets_no_figure(self):
        digest = self._digest("2026-06-14 12:00:00", "2026-06-15 12:00:00", self.ivan)
        with self.assertRaises(AccessError):
            _ = digest.kpi_crm_loyalty_new_value
        with self.assertRaises(AccessError):
            _ = digest.kpi_crm_loyalty_at_risk_value
        for name in ("new_share", "due", "liability"):
            with self.assertRaises(AccessError):
                _ = digest[f"kpi_crm_loyalty_{name}_value"]

    def test_mail_holds_the_figures_with_their_link(self):
        self._make_late()
        kpis = {
            kpi["kpi_name"]: kpi
            for kpi in self.digest._compute_kpis(self.company, self.olga)
        }
        new, at_risk = kpis["kpi_crm_loyalty_new"], kpis["kpi_crm_loyalty_at_risk"]
        self.assertEqual(new["kpi_col1"]["value"], 1)
        self.assertEqual(new["kpi_col3"]["value"], 2)
        self.assertEqual(at_risk["kpi_col1"]["value"], "86.5€")
        for kpi, model in ((new, "crm.loyalty.profile"), (at_risk, "crm.loyalty.call")):
            xmlid = kpi["kpi_action"].partition("?")[0]
            self.assertEqual(self.env.ref(xmlid).res_model, model)
        self.assertFalse(self.digest._compute_kpis(self.company, self.ivan))

    def test_default_digest_has_them_on(self):
        default = self.env.ref("digest.digest_digest_default")
        self.assertTrue(default.kpi_crm_loyalty_new)
        self.assertTrue(default.kpi_crm_loyalty_at_risk)
        self.assertTrue(default.kpi_crm_loyalty_new_share)
        self.assertTrue(default.kpi_crm_loyalty_due)
        self.assertTrue(default.kpi_crm_loyalty_liability)
