"""All built-in indicators from nothing and a night later, inside Odoo.

The machine is told apart from the code by a bare aggregate over the same order lines,
such as anybody would write for a report: a figure in such scans holds on any machine.
"""

import json
import re
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


KEY = re.compile(r"K\d\d")  # the indicators of the risks


def main(env, arguments: list[str]) -> int:
    target, size, limits = arguments
    identifier = int(env["ir.config_parameter"].get_param(PARAMETER))
    company = env["res.company"].browse(identifier)
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    found = rows(env, company, size, json.loads(limits))
    env.cr.rollback()
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))
    return 0


def rows(env, company, size: str, limits: dict[str, float]) -> list[Row]:
    """:param limits: seconds for `keys`, `first` and `nightly`, where demanded"""
    bare = bare_aggregate(env, company)
    _first, lines = measure(env, company)
    keys = lines.filtered(lambda line: KEY.fullmatch(line.indicator_id.code or ""))
    a_day_passes(env, company)
    _nightly, again = measure(env, company)
    measured = [
        (f"{len(keys)} indicators of risks, first build", keys, "keys"),
        (f"all {len(lines)} indicators, first build", lines, "first"),
        (f"all {len(again)} indicators, nightly", again, "nightly"),
    ]
    return [
        in_scans(
            measured_row(
                name, size, sum(some.mapped("duration")), limits.get(limit), some
            ),
            bare,
        )
        for name, some, limit in measured
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
