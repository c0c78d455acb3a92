"""Engines, without Odoo: `python -m tools.bench.engines small|full FILE`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import rows

RISKS = 60
REPEATS = 3  # the best of them counts: the machine has other things to do


def main(scale: str, target: str) -> None:
    sizes = rows.FULL if scale == "full" else rows.SMALL
    found = [simulation(sizes), *purchase_model(sizes)]
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))


def best(call: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times)


def simulation(sizes: rows.Sizes) -> rows.Row:
    from crm_risk.engine.distributions import Fixed, Lognormal, Pert, Triangular
    from crm_risk.engine.simulation import Risk, simulate

    impacts = [
        Fixed(10_000),
        Triangular(1_000, 5_000, 20_000),
        Pert(1_000, 5_000, 20_000),
        Lognormal(1_000, 50_000),
    ]
    register = [
        Risk(
            **({"rate": 1.5} if number % 5 == 4 else {"probability": 0.2}),
            impact=impacts[number % len(impacts)],
            driver=("people", "data", None)[number % 3],
        )
        for number in range(RISKS)
    ]
    seconds = best(lambda: simulate(register, iterations=sizes.draws))
    size = f"{RISKS} risks × {sizes.draws:,} draws"
    return rows.timed_row("risk simulation", size, seconds, 1)


def histories(customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers drawn from the model itself: Poisson purchases until they drop out
    (BG/NBD with r=0.8, α=12, a=0.8, b=2.5), whole weeks over three years."""
    random = np.random.default_rng(7)
    age = random.integers(4, 156, customers).astype(float)
    pace = random.gamma(0.8, 1 / 12, customers)
    leaving = random.beta(0.8, 2.5, customers)
    frequency = np.zeros(customers)
    recency = np.zeros(customers)
    clock = np.zeros(customers)
    active = np.arange(customers)
    while active.size:
        clock[active] += random.exponential(1 / np.maximum(pace[active], 1e-12))
        active = active[clock[active] < age[active]]
        frequency[active] += 1
        recency[active] = np.floor(clock[active])
        active = active[random.uniform(size=active.size) >= leaving[active]]
    return frequency, recency, age


def purchase_model(sizes: rows.Sizes) -> list[rows.Row]:
    from crm_loyalty.engine import purchase

    frequency, recency, age = histories(sizes.model_customers)
    distinct, back, weights = np.unique(
        np.column_stack([frequency, recency, age]),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    models = []
    fitting = best(
        lambda: models.append(purchase.fit_mbg_nbd(*distinct.T, weights)), repeats=1
    )

    def score() -> None:
        models[0].expected_purchases(52.0, *distinct.T)[back.ravel()]
        models[0].probability_alive(*distinct.T)[back.ravel()]

    size = f"{sizes.model_customers:,} customers, {len(distinct):,} distinct"
    return [
        rows.timed_row("purchase model, fit", size, fitting, 15),
        rows.timed_row("purchase model, scoring", size, best(score), 2),
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
