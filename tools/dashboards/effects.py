"""CRM effects: what it brought, what it cost, how well that is proven."""

from .parts import COUNT, Chart, Dashboard, Filter, Scorecard, Source, Table, Total

EFFECT, COST, FLOW = "crm.effect", "crm.effect.cost", "crm.effect.cashflow"
EFFECT_MENU = "crm_effects.crm_effect_menu"
COST_MENU = "crm_effects.crm_effect_cost_menu"
FLOW_MENU = "crm_effects.crm_effect_cashflow_menu"
FLOWS = Source(FLOW)
PAST = FLOWS.where('("is_forecast", "=", False)')
AHEAD = FLOWS.where('("is_forecast", "=", True)')
BENEFITS = PAST.where('("kind", "in", ("benefit", "release"))')
EFFECTS = Source(EFFECT)
PROOFS = EFFECTS.where('("proof_class", "!=", False)')  # those with an answer
COUNTED = PROOFS.where('("include_in_roi", "=", True)')
PROVEN = COUNTED.where('("proof_class", "=", "proven")')
REFUSED = EFFECTS.where('("state", "=", "refused")')
ACTUAL = Source(COST, ('("nature", "=", "actual")',))
PLANNED = Source(COST, ('("nature", "=", "plan")',))
CLASSES = ("Proven", "Probable", "Hoped")

EFFECTS_DASHBOARD = Dashboard(
    addon="crm_effects",
    name="effects",
    scorecards=(
        Scorecard(
            "Benefits less Costs to Date",
            Total(PAST, "amount", 74_000),
            FLOW_MENU,
            Total(AHEAD, "adjusted", 212_000),
            "ahead, after risks",
        ),
        Scorecard(
            "Proven Benefit to Date",
            Total(PROVEN, "money_to_date", 148_000),
            EFFECT_MENU,
            Total(PROVEN, "money_low", 96_000),
            "at least",
            "#ECFDF5",
        ),
        Scorecard(
            "Cost so Far",
            Total(ACTUAL, "amount_company", 118_000),
            COST_MENU,
            Total(PLANNED, "amount_company", 125_000),
            "planned",
            "#FFF7ED",
        ),
        Scorecard(
            "Effects",
            Total(EFFECTS, COUNT, 9),
            EFFECT_MENU,
            Total(REFUSED, COUNT, 2),
            "without an answer",
        ),
    ),
    charts=(
        Chart(
            "Benefit by Month",
            "bar",
            BENEFITS,
            ("date:month",),
            "amount",
            FLOW_MENU,
            tuple(
                zip(
                    ("January", "February", "March", "April", "May", "June"),
                    (9_000, 17_000, 26_000, 34_000, 51_000, 55_000),
                    strict=True,
                )
            ),
        ),
        Chart(
            "Cost by Type",
            "bar",
            ACTUAL,
            ("cost_type",),
            "amount_company",
            COST_MENU,
            (
                ("Licence", 42_000),
                ("Integration", 28_000),
                ("Training", 21_000),
                ("Internal Labour", 19_000),
                ("Support", 8_000),
            ),
        ),
        Chart(
            "Effects by Proof",
            "pie",
            PROOFS,
            ("proof_class",),
            COUNT,
            EFFECT_MENU,
            tuple(zip(CLASSES, (3, 2, 2), strict=True)),
        ),
        Chart(
            "Benefit to Date by Proof",
            "bar",
            COUNTED,
            ("proof_class",),
            "money_to_date",
            EFFECT_MENU,
            tuple(zip(CLASSES, (148_000, 33_000, 11_000), strict=True)),
        ),
    ),
    tables=(
        Table(
            "Largest Effects",
            EFFECTS,
            ("name", "proof_class", "money_to_date"),
            "money_to_date",
            EFFECT_MENU,
            ("Effect", "Proof", "To Date"),
            (
                ("More revenue of the wholesale team", "Proven", 92_000),
                ("Fewer late deliveries", "Proven", 56_000),
                ("Faster quotations", "Probable", 33_000),
            ),
        ),
        Table(
            "Largest Costs",
            ACTUAL,
            ("display_name", "date", "amount_company"),
            "amount_company",
            COST_MENU,
            ("Cost", "Date", "Amount"),
            (
                ("Licences of the first year", "2025-10-01", 42_000),
                ("Link to accounting", "2025-12-15", 28_000),
                ("Training of the sales teams", "2026-01-20", 21_000),
            ),
        ),
    ),
    filters=(
        Filter(
            "Implementation",
            "crm.implementation",
            dict.fromkeys((EFFECT, COST, FLOW), "implementation_id"),
        ),
    ),
)
