"""CRM risks: what may be lost, where, and what asks for action today."""

from .parts import COUNT, Chart, Dashboard, Filter, Scorecard, Source, Table, Total

MODEL, RESPONSE, INDICATOR = "crm.risk", "crm.risk.response", "crm.indicator"
MENU = "crm_risk.crm_risk_menu"
RESPONSE_MENU = "crm_risk.crm_risk_response_menu"
INDICATOR_MENU = "crm_risk.crm_indicator_menu"
SCENARIO = "crm.risk.simulation.scenario"
SCENARIO_MENU = "crm_risk.crm_risk_simulation_scenario_menu"
# whole registers as they stood; runs with confidential risks are for managers alone
EXPOSURE = Source(
    SCENARIO,
    (
        '("scenario", "=", "current")',
        '("base_id", "=", False)',
        '("simulation_id.has_confidential", "=", False)',
    ),
)
OPEN = Source(MODEL, ('("state", "!=", "closed")',))
OVERDUE = Source(RESPONSE, ('("is_overdue", "=", True)',))
RESPONSES = Source(RESPONSE, ('("state", "!=", "cancelled")',))
UNDONE = Source(RESPONSE, ('("state", "in", ("planned", "in_progress"))',))
# a status is that of the company one works in
RED = Source(INDICATOR, ('("status", "=", "red")',), company="")
AMBER = Source(INDICATOR, ('("status", "=", "amber")',), company="")

RISKS = Dashboard(
    addon="crm_risk",
    name="risks",
    scorecards=(
        Scorecard(
            "Open Risks",
            Total(OPEN, COUNT, 24),
            MENU,
        ),
        Scorecard(
            "Loss Now",
            Total(OPEN, "emv_current", 186_000),
            MENU,
            Total(OPEN, "emv_inherent", 312_000),
            "inherent",
            "#FEF2F2",
        ),
        Scorecard(
            "Loss after Responses",
            Total(OPEN, "emv_residual", 121_000),
            MENU,
            color="#ECFDF5",
        ),
        Scorecard(
            "Red Indicators",
            Total(RED, COUNT, 3),
            INDICATOR_MENU,
            Total(AMBER, COUNT, 5),
            "amber",
            "#FEF2F2",
        ),
        Scorecard(
            "Overdue Responses",
            Total(OVERDUE, COUNT, 2),
            RESPONSE_MENU,
            Total(UNDONE, COUNT, 11),
            "to be done",
            "#FFF7ED",
        ),
    ),
    charts=(
        Chart(
            "Open Risks by Rating",
            "bar",
            OPEN,
            ("rating_current_id",),
            COUNT,
            MENU,
            (("Low", 9), ("Medium", 8), ("High", 5), ("Critical", 2)),
        ),
        Chart(
            "Expected Loss by Category",
            "bar",
            OPEN,
            ("category_id",),
            "emv_current",
            MENU,
            (
                ("People", 62_000),
                ("Data", 48_000),
                ("Process", 31_000),
                ("Integration", 26_000),
                ("Supplier", 19_000),
            ),
        ),
        Chart(
            "Expected Loss by Origin",
            "bar",
            OPEN,
            ("nature",),
            "emv_current",
            MENU,
            (
                ("Reduced by CRM", 54_000),
                ("Introduced with CRM", 91_000),
                ("Technology and timing", 41_000),
            ),
        ),
        Chart(
            "Expected Loss by Owner",
            "bar",
            OPEN,
            ("owner_id",),
            "emv_current",
            MENU,
            (("Sales", 88_000), ("IT", 64_000), ("Project", 34_000)),
        ),
        Chart(
            "Exposure P80 by Month",
            "line",
            EXPOSURE,
            ("date:month", "implementation_id"),
            "p80",
            SCENARIO_MENU,
            (
                ("February 2026", 305_000),
                ("March 2026", 322_000),
                ("April 2026", 288_000),
                ("May 2026", 251_000),
            ),
        ),
        Chart(
            "Responses by State",
            "pie",
            RESPONSES,
            ("state",),
            COUNT,
            RESPONSE_MENU,
            (("Planned", 7), ("In Progress", 4), ("Done", 6)),
        ),
    ),
    tables=(
        Table(
            "Top Risks",
            OPEN,
            ("name", "rating_current_id", "emv_current"),
            "emv_current",
            MENU,
            ("Risk", "Rating", "Expected Loss"),
            (
                ("Salespeople do not use the CRM", "Critical", 38_000),
                ("Duplicate customers after migration", "High", 22_500),
                ("Integration with accounting is late", "High", 19_000),
                ("Key user leaves", "Medium", 9_400),
            ),
        ),
        Table(
            "Indicators in Red",
            RED,
            ("name", "last_value_text", "last_date"),
            "sequence",
            INDICATOR_MENU,
            ("Indicator", "Value", "As Of"),
            (
                ("Open opportunities without next step", "41.0 %", "2026-05-31"),
                ("Overdue activities", "23.5 %", "2026-05-31"),
            ),
            ascending=True,
        ),
        Table(
            "Overdue Responses to Risks",
            OVERDUE,
            ("name", "owner_id", "date_deadline"),
            "date_deadline",
            RESPONSE_MENU,
            ("Response", "Responsible", "Deadline"),
            (
                ("Support on the floor", "Sales", "2026-05-17"),
                ("Clean the customer base", "IT", "2026-05-20"),
            ),
            ascending=True,
        ),
    ),
    filters=(
        Filter(
            "Implementation",
            "crm.implementation",
            {
                MODEL: "implementation_id",
                RESPONSE: "implementation_id",
                SCENARIO: "implementation_id",
            },
        ),
    ),
)
