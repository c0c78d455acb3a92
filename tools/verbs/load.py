"""Load the Online Retail file (UCI, see its README) into a company of its own: orders
confirmed and delivered, invoices, returns and credit notes, dated as in the file."""

from pathlib import Path

from .. import databases, odoo_process, paths, suite
from ..console import Failure
from ..provision import lock

DATABASE = "retail"
REPORTS = paths.LOCAL / "reports"


def add_arguments(parser):
    parser.add_argument("file", type=Path, help="…/online_retail_….csv or .csv.gz")
    parser.add_argument(
        "--database", default=DATABASE, help="made with the suite if it is absent"
    )
    parser.add_argument("--rows", type=int, help="load the first lines only")


def run(options):
    if not options.file.is_file():
        raise Failure(f"There is no file {options.file}.")
    if options.rows is not None and options.rows < 1:
        raise Failure("--rows must be 1 or more.")
    odoo_process.provision()
    if not databases.exists(options.database):
        with lock.exclusive():
            suite.ensure(options.database, demo=False)
    rows = ["--rows", str(options.rows)] if options.rows else []
    file = str(options.file.resolve())
    done = odoo_process.tool(options.database, "loader.main", file, str(REPORTS), *rows)
    print(f"Lines with a problem: {REPORTS}/load-{options.database}.csv")
    return done
