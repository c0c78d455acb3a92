"""Refresh the .pot files and ru.po of every addon from a fresh installation, and name
the terms that have no Russian yet. --check changes nothing."""

from .. import odoo_process, suite
from ..console import say
from ..provision import lock

DATABASE = "crm_translate"


def add_arguments(parser):
    parser.add_argument("--check", action="store_true")


def run(options):
    odoo_process.provision()
    with lock.exclusive():
        suite.fresh_copy(DATABASE)
    flags = ["--check"] if options.check else []
    code = odoo_process.tool(DATABASE, "translations", *flags)
    say("✓ translations complete" if not code else "✗ translations incomplete")
    return code
