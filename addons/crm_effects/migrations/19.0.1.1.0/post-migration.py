"""Effects that claim the same money, entered before that was refused."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["crm.implementation"].search([])._settle_claims()
