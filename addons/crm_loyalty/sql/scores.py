"""Facts to scores and classes; rules and reasons in `engine/segmentation.py`.

The scores of a customer follow from his own facts and a few limits that hold for the
whole company. So limits are found first, in one sort per dimension, and every row is
then compared with constants: nothing is ranked row by row.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from odoo.tools import SQL

SCORES = 5
# dimension → the fact it scores
DIMENSIONS = {"r": "last_order_date", "f": "order_count", "m": "revenue_total"}
# A customer later than this many of his intervals is gone: without an end the figure
# of every lost customer would be rewritten night after night.
OVERDUE_LIMIT = 9.9
# Shares of the customers below a score's limit, a trace less: 0.6 · n must not become
# the next whole number where it is one already.
TRACE = 1e-12
SHARES = [(score - 1) / SCORES - TRACE for score in range(2, SCORES + 1)]
# Written into profiles after the facts, in this order.
SCORED = (
    "rfm_r",
    "rfm_f",
    "rfm_m",
    "rfm_score",
    "abc",
    "xyz",
    "overdue_ratio",
)


@dataclass
class Limits:
    """What a fact must reach for the scores 2 to 5 and for the classes A and B.

    ``fixed`` limits, set by hand, are reached at their value, the ``fifths`` of the
    ranking above it.
    """

    today: date
    xyz: tuple[float, float]
    fixed: dict[str, list[Any]]
    fifths: dict[str, list[Any] | None]
    abc: tuple[Any, Any]

    def of(self, dimension: str) -> list[Any]:
        """Return the limits of the scores 2 to 5; none where there is no customer."""
        found = self.fixed.get(dimension) or self.fifths[dimension]
        return found or [None] * len(SHARES)


def found_limits(universe: SQL) -> SQL:
    """Return by dimension the values at which one to four fifths of the customers
    end: who is above gets the better score."""
    return SQL(
        "SELECT %s FROM (%s) universe WHERE counts",
        SQL(", ").join(
            SQL(
                "PERCENTILE_DISC(%s::float[]) WITHIN GROUP (ORDER BY %s)",
                SHARES,
                SQL.identifier(column),
            )
            for column in DIMENSIONS.values()
        ),
        universe,
    )


def found_classes(universe: SQL, first: float, second: float) -> SQL:
    """Return the lowest weight of class A and of class B.

    A customer belongs to the class in which his own part of the total begins.
    """
    return SQL(
        """
        SELECT MIN(weight) FILTER (WHERE before < %(first)s::numeric * total),
               MIN(weight) FILTER (WHERE before < %(second)s::numeric * total)
          FROM (
            SELECT weight, SUM(SUM(weight)) OVER () AS total,
                   SUM(SUM(weight)) OVER (ORDER BY weight DESC) - SUM(weight) AS before
              FROM (%(universe)s) universe
             WHERE counts AND weight > 0
             GROUP BY weight
          ) heavier""",
        first=str(first),
        second=str(second),
        universe=universe,
    )


def scored(rows: SQL, limits: Limits, weight: SQL) -> SQL:
    """Add the scores and classes to rows of facts."""
    return SQL(
        """
        SELECT *, CASE WHEN rfm_r > 0 THEN CONCAT(rfm_r, rfm_f, rfm_m) END AS rfm_score
          FROM (
            SELECT *, %(scores)s, %(abc)s AS abc, %(xyz)s AS xyz,
                   CASE WHEN counts AND median_interval > 0 THEN LEAST(%(longest)s,
                       ROUND((%(today)s::date - last_order_date) / median_interval, 1)
                   ) END AS overdue_ratio
              FROM (SELECT *, active AND order_count > 0 AS counts,
                           %(weight)s AS weight FROM (%(rows)s) fact) customer
          ) scored""",
        scores=SQL(", ").join(
            SQL(
                "%s AS %s",
                _score(dimension, column, limits),
                SQL.identifier(f"rfm_{dimension}"),
            )
            for dimension, column in DIMENSIONS.items()
        ),
        abc=_abc(limits),
        xyz=_xyz(limits),
        longest=OVERDUE_LIMIT,
        today=limits.today,
        weight=weight,
        rows=rows,
    )


def _score(dimension: str, column: str, limits: Limits) -> SQL:
    """Fifths of the ranking begin above their limit, fixed scores at it."""
    reached = SQL(">=") if dimension in limits.fixed else SQL(">")
    cases = [
        SQL(
            "WHEN %s %s %s THEN %s",
            SQL.identifier(column),
            reached,
            limit,
            score,
        )
        for score, limit in zip(
            range(SCORES, 1, -1), reversed(limits.of(dimension)), strict=True
        )
    ]
    return SQL("CASE WHEN NOT counts THEN 0 %s ELSE 1 END", SQL(" ").join(cases))


def _abc(limits: Limits) -> SQL:
    first, second = limits.abc
    return SQL(
        """CASE WHEN NOT counts THEN NULL
                WHEN weight > 0 AND weight >= %s THEN 'A'
                WHEN weight > 0 AND weight >= %s THEN 'B' ELSE 'C' END""",
        first,
        second,
    )


def _xyz(limits: Limits) -> SQL:
    return SQL(
        """CASE WHEN NOT counts OR monthly_variation IS NULL THEN NULL
                WHEN monthly_variation <= %s THEN 'X'
                WHEN monthly_variation <= %s THEN 'Y' ELSE 'Z' END""",
        *limits.xyz,
    )


def reached(company_id: int) -> SQL:
    """Return the lowest facts of every combination of scores: what "this score starts
    at" means."""
    return SQL(
        """
        SELECT rfm_r, rfm_f, rfm_m,
               MIN(last_order_date), MIN(order_count), MIN(revenue_total)
          FROM crm_loyalty_profile
         WHERE company_id = %s AND rfm_r > 0
         GROUP BY rfm_r, rfm_f, rfm_m""",
        company_id,
    )
