"""All built-in indicators from nothing and a night later, inside Odoo.

The machine is told apart from the code by a bare aggregate over the same order lines,
such as anybody would write for a report: a figure in such scans holds on any machine.
"""

import json
import time
from pathlib import Path

from ..loader.generate import PARAMETER
from .indicators import a_day_passes, measure, measured_row
from .rows import Row

BARE = """
    SELECT date_trunc('month', s.date_order), s.team_id, s.warehouse_id,
           sum(l.price_subtotal), count(DISTINCT s.id), count(*)
      FROM sale_order_line l JOIN sale_order s ON s.id = l.order_id
     WHERE s.state = 'sale' AND s.company_id = %s
     GROUP BY 1, 2, 3
"""


def main(env, arguments: list[str]) -> int:
    target, size, *limits = arguments
    identifier = int(env["ir.config_parameter"].get_param(PARAMETER))
    company = env["res.company"].browse(identifier)
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    found = rows(env, company, size, *(float(limit) for limit in limits))
    env.cr.rollback()
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))
    return 0


def rows(env, company, size: str, first_limit: float, night_limit: float) -> list[Row]:
    bare = bare_aggregate(env, company)
    first, lines = measure(env, company)
    a_day_passes(env, company)
    nightly, again = measure(env, company)
    return [
        in_scans(
            measured_row(
                f"all {len(lines)} indicators, first build",
                size,
                first,
                first_limit,
                lines,
            ),
            bare,
        ),
        in_scans(
            measured_row(
                f"all {len(again)} indicators, nightly",
                size,
                nightly,
                night_limit,
                again,
            ),
            bare,
        ),
    ]


def bare_aggregate(env, company) -> float:
    """Best of two: the first also warms the cache."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        env.cr.execute(BARE, company.ids)
        times.append(time.perf_counter() - started)
    return min(times)


def in_scans(row: Row, bare: float) -> Row:
    """The row with its time as a multiple of the bare aggregate."""
    ratio = row.figures["seconds"] / bare
    row.measured += f" = {ratio:.0f} scans of {bare:.2f} s"
    row.figures |= {"bare": bare, "ratio": ratio}
    return row
