"""Indicator facts, heat map and report data, inside Odoo."""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from odoo import fields
from odoo.tests import Form

from ..loader.generate import PARAMETER
from .rows import Row, timed_row

SERVER_LIMIT = 0.3  # seconds
REPEATS = 7


def main(env, arguments: list[str]) -> int:
    target, size = arguments
    identifier = int(env["ir.config_parameter"].get_param(PARAMETER))
    company = env["res.company"].browse(identifier)
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    found = [*facts(env, company, size), *screens(env, company, size)]
    env.cr.rollback()
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))
    return 0


def facts(env, company, size: str) -> list[Row]:
    first, lines = measure(env, company)
    a_day_passes(env, company)
    nightly, _ = measure(env, company)
    slowest = sorted(lines, key=lambda line: -line.duration)[:3]
    build = timed_row(f"{len(lines)} indicators, first build", size, first, 60)
    build.figures["slowest"] = {
        line.indicator_id.code or line.indicator_id.name: line.duration
        for line in slowest
    }
    build.figures["failed"] = [line.error for line in lines if line.failed]
    if build.figures["failed"]:
        build.passed = False
        build.measured += f", {len(build.figures['failed'])} failed"
    return [build, timed_row("indicators, nightly", size, nightly, 5)]


def measure(env, company):
    """Measure everything that can be measured in one company."""
    run = env["crm.indicator.run"].create({"trigger": "manual"})
    pairs = [(one, place) for one, place in run._get_pairs_left() if place == company]
    started = time.perf_counter()
    run._measure_all(pairs)
    env.flush_all()
    return time.perf_counter() - started, run.line_ids


def a_day_passes(env, company) -> None:
    """As if all but the newest orders had come in long before the first build: that
    is what a nightly run meets."""
    env["crm.indicator.measurement"].search([]).last_refresh = fields.Datetime.add(
        env.cr.now(), days=2
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE sale_order SET write_date = %s WHERE company_id = %s AND date_order > "
        "(SELECT max(date_order) FROM sale_order WHERE company_id = %s) - %s::interval",
        [fields.Datetime.add(env.cr.now(), days=2), *company.ids * 2, "1 day"],
    )
    env.cr.execute("ANALYZE crm_indicator_fact")


def screens(env, company, size: str) -> list[Row]:
    implementation = env["crm.implementation"].create(
        {"name": "Benchmark", "company_id": company.id, "budget": 1_000_000}
    )
    empty = form_queries(implementation)
    templates = env["crm.risk.template"].search([])
    add_risks(env, implementation, templates)
    full = form_queries(implementation)
    rows = [
        server_row(
            "heat map data",
            f"{len(templates)} risks",
            lambda: env["crm.risk"].get_heatmap(implementation.id),
        ),
        server_row(
            "board report data",
            size,
            lambda: env["report.crm_effects.report_return"]._get_report_values(
                implementation.ids
            ),
        ),
        Row(
            "opening an implementation",
            f"0 and {len(templates)} risks",
            "same query count",
            f"{empty} and {full} queries",
            full <= empty,
            figures={"empty": empty, "full": full},
        ),
    ]
    rows.append(
        Row("effect explorer data", size, "≤ 300 ms", note="not built yet")
        if "crm.effect" not in env or not hasattr(env["crm.effect"], "get_explorer")
        else server_row(
            "effect explorer data",
            size,
            lambda: env["crm.effect"].get_explorer(implementation.id),
        )
    )
    return rows


def add_risks(env, implementation, templates) -> None:
    env["crm.risk"].create(
        [
            {
                "name": template.name,
                "implementation_id": implementation.id,
                "template_id": template.id,
            }
            for template in templates
        ]
    )
    env.flush_all()


def server_row(name: str, size: str, call: Callable[[], object]) -> Row:
    call()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    median = statistics.median(times)
    return Row(
        name,
        size,
        f"≤ {SERVER_LIMIT * 1000:.0f} ms",
        f"{median * 1000:.0f} ms",
        median <= SERVER_LIMIT,
        figures={"milliseconds": median * 1000},
    )


def form_queries(record) -> int:
    """Queries to open the record's form, with warm caches of views and fields."""
    counts = []
    for _ in range(2):
        record.env.flush_all()
        record.env.invalidate_all()
        before = record.env.cr.sql_log_count
        Form(record)
        counts.append(record.env.cr.sql_log_count - before)
    return counts[-1]
