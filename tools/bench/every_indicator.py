"""All built-in indicators from nothing, inside Odoo."""

import json
from pathlib import Path

from ..loader.generate import PARAMETER
from .indicators import a_day_passes, measure, measured_row
from .rows import Row

LIMIT = 30  # seconds, at 200,000 orders


def main(env, arguments: list[str]) -> int:
    target, size = arguments
    identifier = int(env["ir.config_parameter"].get_param(PARAMETER))
    company = env["res.company"].browse(identifier)
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    found = rows(env, company, size)
    env.cr.rollback()
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))
    return 0


def rows(env, company, size: str) -> list[Row]:
    first, lines = measure(env, company)
    a_day_passes(env, company)
    nightly, again = measure(env, company)
    return [
        measured_row(
            f"all {len(lines)} indicators, first build", size, first, LIMIT, lines
        ),
        Row(
            f"all {len(again)} indicators, nightly",
            size,
            "no demand",
            f"{nightly:.2f} s",
            figures={"seconds": nightly},
        ),
    ]
