"""Nightly scoring against the bare aggregate over the same orders, inside Odoo."""

import json
import resource
import time
from pathlib import Path

from odoo.tools import SQL

from ..loader.generate import PARAMETER
from .rows import Row

# Steps of the scoring itself. What builds on the scores (stages, tiers, ledger) has its
# own laps on the run and is no part of this requirement; the purchase model has a row.
STEPS = ("changes", "facts", "write", "limits", "insert", "scores", "segments", "log")
CHANGED_SHARE = 100  # one customer in so many has changed before the second run

BARE = """
    INSERT INTO bench_aggregate (
           create_uid, write_uid, company_id, partner_id,
           first_order_date, last_order_date,
           order_count, order_days, revenue_total, revenue_12m)
    SELECT 1, 1, min(o.company_id), partner.commercial_partner_id,
           min(o.date_order), max(o.date_order), count(*),
           count(DISTINCT o.date_order::date),
           sum(o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)),
           sum(o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1))
               FILTER (WHERE o.date_order > now() - interval '1 year')
      FROM sale_order o
      JOIN res_partner partner ON partner.id = o.partner_id
     WHERE o.state = 'sale' AND o.company_id = %s
     GROUP BY partner.commercial_partner_id
"""


def main(env, arguments: list[str]) -> int:
    target, size = arguments
    identifier = int(env["ir.config_parameter"].get_param(PARAMETER))
    company = env["res.company"].browse(identifier)
    found = measure(env, company, size)
    env.cr.rollback()
    Path(target).write_text(json.dumps([row.as_dict() for row in found]))
    return 0


def measure(env, company, size: str) -> list[Row]:
    bare = bare_aggregate(env, company)
    run = refresh(env, company)
    first = scoring_seconds(run)
    second = scoring_seconds(refresh(env, company))
    change_some(env, company)
    changed = scoring_seconds(refresh(env, company))
    model = purchase_model(env, company, size)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Row(
            "nightly scoring, first run",
            size,
            "≤ 1.5 × bare aggregate",
            f"{first / bare:.2f} × ({first:.2f} s, bare {bare:.2f} s)",
            first <= 1.5 * bare,
            figures={"seconds": first, "bare": bare, "ratio": first / bare},
        ),
        Row(
            "nightly scoring, 1 % changed",
            size,
            "≤ 20 % of the first",
            f"{changed / first:.0%} ({changed:.2f} s; unchanged {second:.2f} s)",
            changed <= 0.2 * first,
            figures={"seconds": changed, "unchanged": second, "first": first},
        ),
        model,
        Row(
            "nightly scoring, memory",
            size,
            "< 700 MB",
            f"{memory:.0f} MB",
            memory < 700,
            figures={"megabytes": memory},
        ),
    ]


def bare_aggregate(env, company) -> float:
    """Best of two: the first also warms the cache, for both."""
    times = []
    for _ in range(2):
        make_table(env)
        started = time.perf_counter()
        env.cr.execute(BARE, [company.id])
        times.append(time.perf_counter() - started)
        env.cr.execute("DROP TABLE bench_aggregate")
    return min(times)


def make_table(env) -> None:
    """A twin of the profiles' table: whoever writes one row per customer pays for its
    indexes and foreign keys."""
    env.cr.execute(
        "CREATE TABLE bench_aggregate (LIKE crm_loyalty_profile INCLUDING ALL)"
    )
    env.cr.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = 'crm_loyalty_profile'::regclass"
    )
    for (definition,) in env.cr.fetchall():
        env.cr.execute(f"ALTER TABLE bench_aggregate ADD {definition}")


def refresh(env, company):
    run = env["crm.loyalty.scoring"]._refresh_company(company)
    env.flush_all()
    env.cr.execute("ANALYZE crm_loyalty_profile")
    return run


def scoring_seconds(run) -> float:
    return sum(run.durations.get(step, 0) for step in STEPS)


def purchase_model(env, company, size: str) -> Row:
    """A night of the model with its weekly fit and back-test, and one without."""
    fits = env["crm.loyalty.fit"].search([("company_id", "=", company.id)])
    fits.unlink()
    weekly = refresh(env, company)
    nightly = refresh(env, company)
    if weekly.fit_id.reason:
        return Row(
            "purchase model in the job",
            size,
            "measured",
            note=weekly.fit_id.explanation,
        )
    fitting = weekly.durations["forecast"]
    scoring = nightly.durations["forecast"]
    return Row(
        "purchase model in the job",
        size,
        "measured",
        f"{fitting:.2f} s with fit and back-test, {scoring:.2f} s a night without",
        figures={"weekly": fitting, "nightly": scoring},
    )


def change_some(env, company) -> None:
    env.cr.execute(
        SQL(
            "UPDATE sale_order SET amount_untaxed = amount_untaxed + 1 "
            "WHERE company_id = %s AND partner_id %% %s = 0",
            company.id,
            CHANGED_SHARE,
        )
    )
