"""Run Odoo's own server command with the project's addons, data folder and database
server, for example: ./run odoo -- -d mine -u crm_risk --stop-after-init"""

from .. import odoo_process


def add_arguments(parser):
    parser.add_argument("arguments", nargs="*", help="passed on to Odoo, after --")


def run(options):
    odoo_process.provision()
    return odoo_process.run(*odoo_process.options(), *options.arguments)
