"""`./run generate` inside Odoo: a synthetic company of any size."""

import argparse
import gc
import resource
import time
from datetime import timedelta

from . import company
from .main import Progress, claim
from .moments import Moment
from .synthetic import Size, Synthetic
from .writer import Writer

SETTING = company.Setting("Synthetic Trading", "ST", "EUR", "GB", "Europe/London")
TEAMS = ("North", "South", "Wholesale", "Web")
SELLERS_PER_TEAM = 5
PARAMETER = "crm_suite.synthetic_company"


def main(env, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    for name in ("customers", "orders", "lines", "months", "seed", "products"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--orders-only", action="store_true")
    options = vars(parser.parse_args(arguments))
    orders_only = options.pop("orders_only")
    try:
        generate(env, Size(**options), orders_only)
    except ValueError as problem:
        print(f"✗ {problem}", flush=True)
        env.cr.rollback()
        return 1
    env.cr.commit()
    return 0


def generate(env, size: Size, orders_only: bool = False) -> None:
    """Make the company; the caller commits.

    :raises ValueError: when the database holds a synthetic company already
    """
    started = time.monotonic()
    claim(env)
    if env["ir.config_parameter"].get_param(PARAMETER):
        raise ValueError(
            "This database holds a synthetic company already. Make another one in "
            "another database: ./run generate … --database NAME"
        )
    gc.disable()  # millions of objects that refer to each other in no circles
    inside = company.create(env, SETTING)
    print("• Drawing customers and purchases …", flush=True)
    made = Synthetic(size, _sellers(inside), goods=not orders_only)
    print(f"• Writing {size.orders:,} orders with {size.lines:,} lines …", flush=True)
    start = Moment(size.start - timedelta(days=1))
    progress = Progress(0)
    Writer(inside).load(
        made.customers, made.products, made.documents(), start, progress
    )
    env["ir.config_parameter"].set_param(PARAMETER, str(inside.company.id))
    env.flush_all()
    env.cr.execute("ANALYZE")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = time.monotonic() - started
    print(f"Done in {took:.0f} s, {memory:.0f} MB at most.", flush=True)


def _sellers(env) -> list[tuple[int, int]]:
    """Salespeople in teams; pairs of user and team."""
    group = env.ref("sales_team.group_sale_salesman").id
    sellers = []
    for name in TEAMS:
        team = env["crm.team"].create({"name": name, "company_id": env.company.id})
        users = env["res.users"].create(
            [
                {
                    "name": f"{name} {number}",
                    "login": f"synthetic_{name.lower()}_{number}",
                    "company_id": env.company.id,
                    "company_ids": [(6, 0, env.company.ids)],
                    "group_ids": [(4, group)],
                }
                for number in range(1, SELLERS_PER_TEAM + 1)
            ]
        )
        team.member_ids = users
        sellers += [(user.id, team.id) for user in users]
    return sellers
