"""Orders confirmed and forms opened with our addons and without, in turns."""

import json
import statistics
import subprocess

from .. import databases, odoo_process, paths
from ..console import Failure, say
from ..provision import lock
from .rows import Row, Sizes

STOCK = "bench_stock"  # what our addons depend on, without them
MODULES = (
    *("sale_crm", "sale_loyalty", "sale_stock", "survey", "digest"),
    "spreadsheet_dashboard",
)
MORE_QUERIES = 3
MORE_TIME = 1.05
FORM_QUERIES = 10
WARM_UP = 3
WITH_LEDGER = "confirm with ledger"


def ensure_stock() -> None:
    with lock.exclusive():
        if not databases.exists(STOCK):
            draft = f"{STOCK}_draft"
            databases.drop(draft)
            odoo_process.install(draft, MODULES, title="Installing stock Odoo")
            databases.rename(draft, STOCK)


def measure(suite_database: str, sizes: Sizes) -> list[Row]:
    ensure_stock()
    say("• Confirming orders with our addons and without …")
    with Worker(STOCK) as stock, Worker(suite_database) as ours:
        for worker in (stock, ours):
            for _ in range(WARM_UP):
                worker("confirm")
        runs = [(stock("confirm"), ours("confirm")) for _ in range(sizes.pairs)]
        forms = stock("forms"), ours("forms")
        for _ in range(WARM_UP):
            ours(WITH_LEDGER)
        ledger = [(stock("confirm"), ours(WITH_LEDGER)) for _ in range(sizes.pairs)]
    return [
        *confirmations(runs),
        *confirmations(ledger, "confirming an order on a points ledger"),
        *openings(*forms),
    ]


class Worker:
    """A process on a database; calling it sends a command and waits."""

    def __init__(self, database: str):
        runner = paths.ROOT / "tools" / "in_odoo.py"
        code = "from tools.bench.confirm import main; sys.exit(main(env, arguments))"
        self._process = subprocess.Popen(
            [paths.VENV_PYTHON, runner, database, odoo_process.addons_path(), code],
            env=odoo_process.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._database = database
        self._read()

    def __call__(self, command: str) -> dict:
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict:
        for line in self._process.stdout:
            if line.startswith("BENCH "):
                return json.loads(line.removeprefix("BENCH "))
        raise Failure(f"The worker on database {self._database} stopped; see above.")

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        self._process.wait()


def confirmations(
    runs: list[tuple[dict, dict]], title: str = "confirming an order"
) -> list[Row]:
    ratio = statistics.median(
        ours["seconds"] / stock["seconds"] for stock, ours in runs
    )
    seconds = [
        statistics.median(run[side]["seconds"] for run in runs) for side in (0, 1)
    ]
    queries = [
        statistics.median(run[side]["queries"] for run in runs) for side in (0, 1)
    ]
    size = f"{len(runs)} pairs, 5 lines"
    took = f"{seconds[1] * 1e3:.0f} ms, stock {seconds[0] * 1e3:.0f} ms"
    more = queries[1] - queries[0]
    return [
        Row(
            f"{title}, time",
            size,
            "≤ 5 % slower than stock",
            f"{ratio - 1:+.1%} ({took})",
            ratio <= MORE_TIME,
            figures={"ratio": ratio, "stock": seconds[0], "ours": seconds[1]},
        ),
        Row(
            f"{title}, queries",
            size,
            f"≤ {MORE_QUERIES} more than stock",
            f"{more:+.0f} ({queries[1]:.0f}, stock {queries[0]:.0f})",
            more <= MORE_QUERIES,
            figures={"stock": queries[0], "ours": queries[1]},
        ),
    ]


def openings(stock: dict, ours: dict) -> list[Row]:
    return [
        Row(
            f"opening a form: {form}",
            "1 and 20 orders",
            f"≤ {FORM_QUERIES} more than stock, same for both",
            "{} and {} queries, stock {} and {}".format(*ours[form], *stock[form]),
            ours[form][1] - stock[form][1] <= FORM_QUERIES
            and ours[form][1] - ours[form][0] <= stock[form][1] - stock[form][0],
            figures={"stock": stock[form], "ours": ours[form]},
        )
        for form in ("partner", "lead", "order")
    ]
