"""Make a synthetic trading company of any size: customers with rates and lifetimes of
their own, season, growth, teams, opportunities, deliveries, invoices and returns."""

from .. import databases, odoo_process, suite
from ..console import Failure
from ..provision import lock

DATABASE = "synthetic"


def add_arguments(parser):
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--lines", type=int, required=True, help="of all orders")
    parser.add_argument("--months", type=int, default=36, help="of history")
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="same seed, same company")
    parser.add_argument(
        "--orders-only",
        action="store_true",
        help="confirmed orders of services, without deliveries and invoices",
    )
    parser.add_argument(
        "--database", default=DATABASE, help="made with the suite if it is absent"
    )


NUMBERS = ("customers", "orders", "lines", "months", "products", "seed")


def run(options):
    if options.lines < options.orders:
        raise Failure("--lines must be at least --orders: every order has a line.")
    odoo_process.provision()
    if not databases.exists(options.database):
        with lock.exclusive():
            suite.ensure(options.database, demo=False)
    sizes = [f"--{name}={getattr(options, name)}" for name in NUMBERS]
    only = ["--orders-only"] if options.orders_only else []
    return odoo_process.tool(options.database, "loader.generate", *sizes, *only)
