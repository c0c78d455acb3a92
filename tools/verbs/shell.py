"""Open an interactive Python shell with an Odoo environment on a database."""

from .. import odoo_process


def add_arguments(parser):
    parser.add_argument("--database", default="demo")


def run(options):
    odoo_process.provision()
    return odoo_process.run(
        *odoo_process.options(options.database), "--no-http", verb="shell"
    )
