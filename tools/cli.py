"""Verbs of `./run`: each is a module in tools/verbs with `add_arguments` and `run`."""

import argparse
import errno
import importlib
import sys
from collections.abc import Sequence

from .console import Failure

VERBS = {
    "demo": "set everything up and serve the suite with demo data",
    "test": "set everything up and run all tests",
    "serve": "serve a database that is already there",
    "lint": "run every linter over the project",
    "load": "load the Online Retail file into a database",
    "generate": "make a synthetic database of any size",
    "bench": "measure speed and memory as ratios in one run",
    "translate": "refresh the .pot files and Russian translations",
    "screenshots": "make the pictures of the documentation anew",
    "shell": "open a Python shell on a database",
    "odoo": "run Odoo's own server command with the project's settings",
    "pytest": "run pytest on an installed database",
    "clean": "remove databases and everything that ./run installed",
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, summary in VERBS.items():
        verbs.add_parser(name, help=summary, add_help=False)
    if not arguments or arguments[0] not in VERBS:
        parser.parse_args(arguments or ["--help"])
    return _run(arguments[0], arguments[1:])


def _run(verb: str, arguments: Sequence[str]) -> int:
    module = importlib.import_module(f".verbs.{verb}", __package__)
    parser = argparse.ArgumentParser(prog=f"./run {verb}", description=module.__doc__)
    module.add_arguments(parser)
    try:
        return module.run(parser.parse_args(arguments)) or 0
    except Failure as failure:
        print(f"\n✗ {failure}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. The same command continues where it stopped.")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(
            "\n✗ The disk is full: free some space and start the same command again; "
            "it continues where it stopped.",
            file=sys.stderr,
        )
    return 1
