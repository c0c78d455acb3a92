"""Customer loyalty: who the customers are, what they bring, how lately they bought,
what is at risk, what they need next, what their points owe."""

from .parts import COUNT, Chart, Dashboard, Filter, Scorecard, Source, Table, Total

MODEL = "crm.loyalty.profile"
MENU = "crm_loyalty.crm_loyalty_profile_menu"
CUSTOMERS = Source(MODEL, ('("order_count", ">", 0)',))
RECENT = CUSTOMERS.where('("last_order_date", ">=", "-90d")')
NEW = CUSTOMERS.where('("first_order_date", ">=", "-90d")')
SILENT = CUSTOMERS.where('("last_order_date", "<", "-12m")')
CALL, NEED, DEBT = (
    "crm.loyalty.call",
    "crm.loyalty.replenishment",
    "crm.loyalty.liability.report",
)
CALL_MENU = "crm_loyalty.crm_loyalty_call_menu"
NEED_MENU = "crm_loyalty.crm_loyalty_replenishment_menu"
DEBT_MENU = "crm_loyalty.crm_loyalty_liability_report_menu"
LATE = Source(CALL, ('("at_risk", ">", 0)',))
DUE = Source(NEED, ('("state", "in", ("due", "late"))',))
# programmes without a company are everybody's
OWED = Source(DEBT, company='("company_id", "in", (False, allowed_company_ids[0]))')
OWED_NOW = OWED.where('("date", ">=", "today =1d")')
STAGES = ("New", "One-time", "Growing", "Regular", "At risk", "Lost", "Won back")
SEGMENTS = ("Champions", "Loyal", "Potential", "New", "At risk", "Occasional", "Lost")

LOYALTY = Dashboard(
    addon="crm_loyalty",
    name="loyalty",
    scorecards=(
        Scorecard(
            "Customers",
            Total(CUSTOMERS, COUNT, 412),
            MENU,
            Total(RECENT, COUNT, 188),
            "bought in 90 days",
        ),
        Scorecard(
            "Revenue, 12 Months",
            Total(CUSTOMERS, "revenue_12m", 1_284_000),
            MENU,
            Total(CUSTOMERS, "revenue_total", 3_910_000),
            "in all",
        ),
        Scorecard(
            "New in 90 Days",
            Total(NEW, COUNT, 37),
            MENU,
            Total(NEW, "revenue_total", 61_500),
            "revenue",
            "#ECFDF5",
        ),
        Scorecard(
            "Silent for 12 Months",
            Total(SILENT, COUNT, 64),
            MENU,
            Total(SILENT, "revenue_total", 402_000),
            "revenue before",
            "#FEF2F2",
        ),
        Scorecard(
            "Margin at Risk",
            Total(LATE, "at_risk", 86_400),
            CALL_MENU,
            Total(LATE, COUNT, 57),
            "customers to call",
            "#FEF2F2",
        ),
        Scorecard(
            "Due to Reorder",
            Total(DUE, "expected_amount", 41_200),
            NEED_MENU,
            Total(DUE, COUNT, 93),
            "products due",
            "#FFF7ED",
        ),
        Scorecard(
            "Points Liability",
            Total(OWED_NOW, "liability", 12_900),
            DEBT_MENU,
            Total(OWED_NOW, "points_outstanding", 161_000),
            "points outstanding",
            "#F5F3FF",
        ),
    ),
    charts=(
        Chart(
            "Customers by Segment",
            "bar",
            CUSTOMERS,
            ("segment_id",),
            COUNT,
            MENU,
            tuple(zip(SEGMENTS, (22, 61, 74, 37, 48, 106, 64), strict=True)),
        ),
        Chart(
            "Revenue of 12 Months by Segment",
            "bar",
            CUSTOMERS,
            ("segment_id",),
            "revenue_12m",
            MENU,
            tuple(
                zip(
                    SEGMENTS,
                    (486_000, 402_000, 148_000, 61_500, 96_500, 90_000, 0),
                    strict=True,
                )
            ),
        ),
        Chart(
            "Customers by Stage",
            "bar",
            CUSTOMERS,
            ("stage_id",),
            COUNT,
            MENU,
            tuple(zip(STAGES, (37, 84, 69, 91, 48, 64, 19), strict=True)),
        ),
        Chart(
            "Points Liability by Month",
            "line",
            OWED,
            ("date:month",),
            "liability",
            DEBT_MENU,
            tuple(
                zip(
                    ("January", "February", "March", "April", "May", "June"),
                    (7_100, 8_300, 9_600, 10_800, 11_900, 12_900),
                    strict=True,
                )
            ),
        ),
        Chart(
            "Customers by Month of the Last Order",
            "bar",
            CUSTOMERS,
            ("last_order_date:month",),
            COUNT,
            MENU,
            tuple(
                zip(
                    ("January", "February", "March", "April", "May", "June"),
                    (31, 42, 55, 58, 63, 71),
                    strict=True,
                )
            ),
        ),
        Chart(
            "Customers by Recency Score",
            "pie",
            CUSTOMERS,
            ("rfm_r",),
            COUNT,
            MENU,
            tuple(zip("12345", (82, 83, 82, 83, 82), strict=True)),
        ),
    ),
    tables=(
        Table(
            "Largest Customers",
            CUSTOMERS,
            ("partner_id", "segment_id", "revenue_12m"),
            "revenue_12m",
            MENU,
            ("Customer", "Segment", "Revenue"),
            (
                ("Azure Interior", "Champions", 96_200),
                ("Deco Addict", "Champions", 81_400),
                ("Gemini Furniture", "Loyal", 44_900),
                ("Ready Mat", "Loyal", 39_300),
                ("The Jackson Group", "Potential", 20_100),
            ),
        ),
        Table(
            "Largest Customers Who Fell Silent",
            SILENT,
            ("partner_id", "last_order_date", "revenue_total"),
            "revenue_total",
            MENU,
            ("Customer", "Last Order", "Revenue"),
            (
                ("Lumber Inc", "2025-01-20", 88_700),
                ("Wood Corner", "2024-11-08", 51_000),
                ("Office Center", "2025-03-02", 12_400),
            ),
        ),
        Table(
            "Customers to Call First",
            LATE,
            ("partner_id", "overdue_days", "at_risk"),
            "at_risk",
            CALL_MENU,
            ("Customer", "Days Late", "At Risk"),
            (
                ("Wood Corner", 41, 9_800),
                ("Ready Mat", 23, 6_100),
                ("Gemini Furniture", 12, 3_300),
            ),
        ),
        Table(
            "Products Due to Reorder",
            DUE,
            ("display_name", "expected_date", "expected_amount"),
            "expected_amount",
            NEED_MENU,
            ("Customer and Product", "Expected", "Amount"),
            (
                ("Deco Addict: Desk Combination", "2026-06-12", 4_500),
                ("Azure Interior: Cabinet", "2026-06-20", 3_200),
                ("Ready Mat: Flipover", "2026-06-09", 1_100),
            ),
        ),
    ),
    filters=(
        Filter(
            "Salesperson",
            "res.users",
            {MODEL: "partner_id.user_id", CALL: "user_id", NEED: "partner_id.user_id"},
        ),
        Filter(
            "Segment",
            "crm.loyalty.segment",
            {MODEL: "segment_id", CALL: "segment_id"},
        ),
    ),
)
