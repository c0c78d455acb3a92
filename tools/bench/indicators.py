"""Indicator facts, heat map and report data, inside Odoo."""

import json
import time
from pathlib import Path

from odoo import fields
from odoo.tests import Form

from ..loader.generate import PARAMETER
from . import register
from .rows import Row, server_row, timed_row

ESTIMATE_LIMIT = 0.5  # seconds
FOUNDATION = "R01 R04 R05 C01 C04 F01 F02 F03 K04 K06 K15 L01 S01 A01".split()
EFFECTS = 20


def main(env, arguments: list[str]) -> int:
    target, size = arguments
    identifier = int(env["ir.config_parameter"].get_param(PARAMETER))
    company = env["res.company"].browse(identifier)
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    found = [
        *facts(env, company, size),
        *board(env, company, size),
        *screens(env, company, size),
        *register.rows(env, company, size),
    ]
    env.cr.rollback()
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))
    return 0


def facts(env, company, size: str) -> list[Row]:
    """The indicators that estimators of effects read, over years of lines."""
    first, lines = measure(env, company, FOUNDATION)
    a_day_passes(env, company)
    nightly, again = measure(env, company, FOUNDATION)
    return [
        measured_row(f"{len(lines)} indicators, first build", size, first, 60, lines),
        measured_row(f"{len(again)} indicators, nightly", size, nightly, 5, again),
    ]


def measured_row(
    name: str, size: str, seconds: float, limit: float | None, lines
) -> Row:
    """A row that fails too when an indicator failed."""
    row = timed_row(name, size, seconds, limit)
    slowest = sorted(lines, key=lambda line: -line.duration)[:3]
    row.figures["slowest"] = {
        line.indicator_id.code or line.indicator_id.name: line.duration
        for line in slowest
    }
    row.figures["failed"] = [line.error for line in lines if line.failed]
    if row.figures["failed"]:
        row.passed = False
        row.measured += f", {len(row.figures['failed'])} failed"
    return row


def measure(env, company, codes: list[str] | None = None):
    """Measure everything that can be measured in one company, or some of it."""
    run = env["crm.indicator.run"].create({"trigger": "manual"})
    pairs = [
        (one, place)
        for one, place in run._get_pairs_left()
        if place == company and (codes is None or one.code in codes)
    ]
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


def board(env, company, size: str) -> list[Row]:
    """The indicator board of an implementation, after a baseline of twelve weeks."""
    implementation = env["crm.implementation"].create(
        {
            "name": "Board",
            "company_id": company.id,
            "state": "active",
            "date_start": "2000-01-01",
            "date_go_live": fields.Date.subtract(fields.Date.today(), weeks=20),
        }
    )
    started = time.perf_counter()
    implementation._refresh_board()
    env.flush_all()
    seconds = time.perf_counter() - started
    lines = implementation.board_line_ids
    names = ["value_text", "threshold_text", "status", "note", "chart"]

    def show() -> None:
        env.invalidate_all()
        env["crm.implementation.indicator"].search(
            [("implementation_id", "=", implementation.id)]
        ).read(names)

    return [
        Row(
            "board with baseline and dip, first time",
            size,
            "no demand",
            f"{seconds:.2f} s",
            figures={"seconds": seconds},
        ),
        server_row("indicator board data", f"{len(lines)} indicators", show),
    ]


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
    explored = introduce(env, company)
    rows.append(
        server_row(
            "effect explorer data",
            f"{len(explored.effect_ids)} effects of 36 months",
            lambda: env["crm.effect"].get_explorer(explored.id),
        )
    )
    one = explored.effect_ids[0]

    def estimate() -> None:
        env.invalidate_all()
        one.action_estimate()
        env.flush_all()

    rows.append(
        server_row("one estimate", "an effect of 36 months", estimate, ESTIMATE_LIMIT)
    )
    return rows


def introduce(env, company):
    """An implementation with effects estimated from the facts measured above."""
    today = fields.Date.start_of(fields.Date.today(), "month")
    implementation = env["crm.implementation"].create(
        {
            "name": "Explored",
            "company_id": company.id,
            "date_start": fields.Date.subtract(today, months=14),
            "date_go_live": fields.Date.subtract(today, months=12),
        }
    )
    category = env.ref("crm_effects.crm_effect_category_direct_sales")
    indicators = env["crm.indicator"].search([("code", "in", ("R01", "R04"))])
    effects = env["crm.effect"].create(
        [
            {
                "name": f"{indicator.name} {number}",
                "implementation_id": implementation.id,
                "category_id": category.id,
                "indicator_id": indicator.id,
                "margin_ratio": 0.25,
                "share": 1 / EFFECTS,
            }
            for indicator in indicators
            for number in range(EFFECTS // len(indicators))
        ]
    )
    effects.action_estimate()
    env.flush_all()
    return implementation


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
