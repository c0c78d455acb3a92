"""The register's screens with many risks, inside Odoo."""

import random

from odoo.fields import Command

from .rows import Row, server_row

RISKS = 500
INDICATORS_PER_RISK = 3
SEED = 7


def rows(env, company, size: str) -> list[Row]:
    """Heat map, overview and register of an implementation full of risks.

    The indicators of the company have been measured over years before.
    """
    implementation = env["crm.implementation"].create(
        {
            "name": "Five hundred risks",
            "company_id": company.id,
            "budget": 1_000_000,
            "state": "active",
        }
    )
    make_risks(env, implementation)
    implementation.action_simulate()
    implementation._refresh_board()
    env.flush_all()
    words = f"{RISKS} risks, {size}"
    fields = list(overview_fields(env))

    def overview() -> None:
        env.invalidate_all()
        implementation.read(fields)

    return [
        server_row(
            "heat map with many risks",
            words,
            lambda: env["crm.risk"].get_heatmap(implementation.id),
        ),
        server_row("overview of an implementation", words, overview),
    ]


def make_risks(env, implementation) -> None:
    """Risks of every chance and size, each with a response and live indicators."""
    draw = random.Random(SEED)
    watched = env["crm.indicator"].search([("measure", "=", "builtin")])
    env["crm.risk"].create(
        [
            {
                "name": f"Risk {number}",
                "implementation_id": implementation.id,
                "category_id": draw.choice(env["crm.risk.category"].search([])).id,
                "p_inherent": draw.uniform(0.01, 0.95),
                "impact_min": 100,
                "impact_mode": draw.uniform(1_000, 200_000),
                "impact_max": 500_000,
                "response_ids": [
                    Command.create(
                        {
                            "name": "Response",
                            "p_reduction": draw.uniform(0, 0.6),
                            "state": draw.choice(("planned", "done")),
                            "cost_planned": 1_000,
                        }
                    )
                ],
                "indicator_ids": [
                    Command.create({"indicator_id": indicator.id})
                    for indicator in draw.sample(list(watched), INDICATORS_PER_RISK)
                ],
            }
            for number in range(RISKS)
        ]
    )
    env.flush_all()


def overview_fields(env):
    """What the form of an implementation shows before a tab is opened for its lists."""
    arch = env["crm.implementation"].get_view(view_type="form")["models"]
    model = env["crm.implementation"]
    return (
        name
        for name in arch["crm.implementation"]
        if model._fields[name].type not in ("one2many", "many2many")
    )
