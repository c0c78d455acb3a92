"""New and returning revenue, cohorts, indicators of a period."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command

from .common import LoyaltyCase

# Queries of one report, however many orders there are: companies, their partners and
# calendars, the report itself.
REPORT_QUERIES = 8


class CustomerBaseCase(LoyaltyCase):
    """Orders of Samovar; today is 15 June 2026.

    customer   January      February            June
    Anna       10th: 100    5th: 50             3rd: 30
    Boris      20th: 200
    Vera                    3rd: 40, 10th: 60   2nd: 10
    total      300          150                 40
    of new     300          100                 0
    """

    ORDERS = (
        ("Anna", "2026-01-10", 100),
        ("Anna", "2026-02-05", 50),
        ("Anna", "2026-06-03", 30),
        ("Boris", "2026-01-20", 200),
        ("Vera", "2026-02-03", 40),
        ("Vera", "2026-02-10", 60),
        ("Vera", "2026-06-02", 10),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {name: cls._customer(name) for name, _day, _sum in cls.ORDERS}
        for name, day, amount in cls.ORDERS:
            cls._order(cls.people[name], day, amount)
        cls.olga = cls._new_user("olga", "sales_team.group_sale_salesman_all_leads")
        cls.revenues = cls.env["crm.loyalty.revenue.report"].with_user(cls.olga)
        cls.cohorts = cls.env["crm.loyalty.cohort.report"].with_user(cls.olga)


class TestRevenueReport(CustomerBaseCase):
    def _by_month(self, *aggregates, domain=()):
        groups = self.revenues._read_group(
            list(domain), ["date:month"], list(aggregates)
        )
        return {month.month: values for month, *values in groups}

    def test_share_is_a_ratio_of_sums(self):
        found = self._by_month("revenue:sum", "revenue_new:sum", "new_share:avg")
        self.assertEqual(found[1], [300, 300, 1])
        self.assertEqual(found[2][:2], [150, 100])
        self.assertAlmostEqual(found[2][2], 2 / 3)
        self.assertEqual(found[6], [40, 0, 0])
        [[share]] = self.revenues._read_group([], [], ["new_share:avg"])
        self.assertAlmostEqual(share, 400 / 490)

    def test_the_year_of_the_first_purchase_makes_new_in_the_year(self):
        self._order(self.people["Anna"], "2025-12-30", 10)
        found = dict(
            self.revenues._read_group(
                [("date", ">=", "2026-01-01")], ["kind_year"], ["revenue:sum"]
            )
        )
        self.assertEqual(found, {"new": 200 + 110, "returning": 180})

    def test_figure_opens_the_orders_it_is_made_of(self):
        rows = self.revenues.search([("date", "<", "2026-02-28"), ("kind", "=", "new")])
        self.assertEqual(len(rows.order_id), 4)
        self.assertEqual(
            sum(rows.order_id.sudo().mapped("amount_untaxed")),
            sum(rows.mapped("revenue")),
        )
        action = rows[0].action_open_document()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(action["res_id"], rows[0].order_id.id)

    def test_sum_is_that_of_the_profiles(self):
        self._score()
        [[total]] = self.revenues._read_group([], [], ["revenue:sum"])
        profiles = self.profiles.search([("company_id", "=", self.company.id)])
        self.assertEqual(total, sum(profiles.mapped("revenue_total")))

    def test_months_are_the_company_s(self):
        # 22:00 in London on 31 March is 1 April in Moscow
        self._order(self.people["Boris"], "2026-03-31 22:00:00", 7)
        self.assertEqual(self._by_month("revenue:sum")[4], [7])

    def test_gift_makes_no_customer(self):
        guest = self._customer("Guest")
        self._order(guest, "2026-01-02", 0)
        self._order(guest, "2026-06-04", 5)
        row = self.revenues.search([("partner_id", "=", guest.id), ("revenue", ">", 0)])
        self.assertEqual((row.first_date, row.kind), (date(2026, 6, 4), "new"))

    def test_orders_dated_ahead_wait(self):
        self._order(self.people["Boris"], "2026-06-20", 1000)
        self.assertEqual(self._by_month("revenue:sum")[6], [40])

    def test_customer_of_a_branch_is_no_new_one_of_another(self):
        branch = self.env["res.company"].create(
            {"name": "Samovar North", "parent_id": self.company.id}
        )
        stranger = self._new_company("Other")
        self.env.user.company_ids += branch
        self.olga.company_ids += branch + stranger
        boris = self.people["Boris"]
        self._order(boris, "2026-05-05", 70, company=branch)
        self._order(boris, "2026-05-06", 80, company=stranger)
        both = self.revenues.with_context(allowed_company_ids=(branch + stranger).ids)
        kinds = {row.company_id: row.kind for row in both.search([])}
        self.assertEqual(kinds, {branch: "returning", stranger: "new"})

    def test_invoices_where_customers_are_scored_from_them(self):
        company = self.env["res.company"].create({"name": "Invoicing"})
        self.env.user.company_ids += company
        self.env["account.chart.template"].with_company(company).try_loading(
            "generic_coa", company, install_demo=False
        )
        company.loyalty_basis = "invoice"
        customer = self._customer("Invoiced")
        self._order(customer, "2026-01-01", 5000, company=company)
        moves = self.env["account.move"].with_company(company)
        for kind, amount in (("out_invoice", 100), ("out_refund", 40)):
            moves.create(
                {
                    "move_type": kind,
                    "partner_id": customer.id,
                    "company_id": company.id,
                    "invoice_date": "2026-05-11",
                    "invoice_line_ids": [
                        Command.create({"name": "Tea", "price_unit": amount})
                    ],
                }
            ).action_post()
        self.olga.company_ids += company
        rows = self.revenues.with_context(allowed_company_ids=company.ids).search([])
        self.assertEqual(sorted(rows.mapped("revenue")), [-40, 100])
        self.assertEqual(set(rows.mapped("kind")), {"new"})
        self.assertEqual(len(rows.move_id), 2)
        self.assertFalse(rows.order_id)

    def test_only_the_reader_s_companies(self):
        other = self._new_company("Other")
        self._order(self.people["Boris"], "2026-05-06", 80, company=other)
        self.assertEqual(self.revenues.search([]).company_id, self.company)
        eve = self._new_user("eve", "sales_team.group_sale_salesman_all_leads", other)
        hers = self.revenues.with_user(eve).with_context(allowed_company_ids=other.ids)
        self.assertEqual(hers.search([]).mapped("revenue"), [80])

    def test_who_sees_a_part_of_the_customers_sees_no_report(self):
        ivan = self._new_user("ivan", "sales_team.group_sale_salesman")
        for report in (self.revenues, self.cohorts):
            with self.assertRaises(AccessError):
                report.with_user(ivan).search([])

    def test_number_of_queries(self):
        self.revenues.search_count([])  # rights and companies are read
        self.env.invalidate_all()
        with self.assertQueryCount(REPORT_QUERIES):
            self._by_month("revenue:sum", "new_share:avg")


class TestCohortReport(CustomerBaseCase):
    """Cohorts of the orders above, by months since the first purchase.

    month      customers   0     1    2   3   4    5
    January    2           2     1    0   0   0    1     buying
                           300   50   0   0   0    30    revenue
    February   1           1     0    0   0   1
                           100   0    0   0   10
    """

    def _cells(self, *aggregates):
        groups = self.cohorts._read_group(
            [], ["cohort_date:month", "months_since"], list(aggregates)
        )
        return {(month.month, age): values for month, age, *values in groups}

    def test_cells(self):
        cells = self._cells("active_count:sum", "revenue:sum", "retention:avg")
        self.assertEqual(
            {age: cells[1, age] for age in range(6)},
            {
                0: [2, 300, 1],
                1: [1, 50, 0.5],
                2: [0, 0, 0],
                3: [0, 0, 0],
                4: [0, 0, 0],
                5: [1, 30, 0.5],
            },
        )
        self.assertEqual([cells[2, age][0] for age in range(5)], [1, 0, 0, 0, 1])
        self.assertEqual(len(cells), 6 + 5, "no month ahead of today's")

    def test_retention_of_several_cohorts_is_a_ratio_of_sums(self):
        groups = self.cohorts._read_group(
            [], ["months_since"], ["customer_count:sum", "retention:avg"]
        )
        found = {age: (customers, share) for age, customers, share in groups}
        self.assertEqual(found[0], (3, 1))
        self.assertEqual(found[1][0], 3)
        self.assertAlmostEqual(found[1][1], 1 / 3)
        self.assertAlmostEqual(found[4][1], 1 / 3, msg="Vera alone came back")
        self.assertEqual(found[5], (2, 0.5), "February is not that old yet")

    def test_customers_of_a_cohort_count_once(self):
        groups = self.cohorts._read_group(
            [], ["cohort_date:month"], ["customer_count:sum"]
        )
        self.assertEqual([count for _month, count in groups], [2, 1])
        [[total, revenue]] = self.cohorts._read_group(
            [], [], ["customer_count:sum", "revenue_per_customer:avg"]
        )
        self.assertEqual(total, 3)
        self.assertAlmostEqual(revenue, 490 / (2 * 6 + 1 * 5))

    def test_cell_opens_the_documents_of_its_revenue(self):
        for cell in self.cohorts.search([]):
            action = cell.action_view_documents()
            rows = self.revenues.search(action["domain"])
            self.assertAlmostEqual(sum(rows.mapped("revenue")), cell.revenue)

    def test_ids_differ(self):
        other = self._new_company("Other")
        self.olga.company_ids += other
        self._order(self.people["Boris"], "2026-01-06", 80, company=other)
        every = self.cohorts.with_context(
            allowed_company_ids=(self.company + other).ids
        ).search([])
        self.assertEqual(len(set(every.ids)), 6 + 5 + 6)

    def test_number_of_queries(self):
        self.cohorts.search_count([])
        self.env.invalidate_all()
        with self.assertQueryCount(REPORT_QUERIES):
            self._cells("retention:avg")
