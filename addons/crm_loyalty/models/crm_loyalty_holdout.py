from odoo import api, fields, models
from odoo.tools import SQL


class CrmLoyaltyHoldout(models.Model):
    """A customer of a measured programme, on either side of the draw.

    Written by the nightly job on the day he could first take part; never rewritten,
    so both groups are compared as they were before the programme touched them.
    """

    _name = "crm.loyalty.holdout"
    _description = "Customer of a Measured Programme"
    _order = "program_id, id"
    _rec_name = "partner_id"

    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Date(
        "Counted From",
        required=True,
        readonly=True,
        help="What the customer buys from this day on is compared.",
    )
    is_held_out = fields.Boolean("Kept Out", readonly=True)

    _program_partner_uniq = models.Constraint(
        "UNIQUE (program_id, partner_id)",
        "A customer is counted once per programme.",
    )

    @api.model
    def _enrol(self, company, today, run=None):
        """Add the customers who could take part for the first time today."""
        programs = self.env["loyalty.program"]._scored_with(company)
        for program in programs.filtered("holdout_date"):
            self._enrol_program(program, today)

    @api.model
    def _enrol_program(self, program, today):
        """Add the new customers of a programme; return how many."""
        profiles = self.env["crm.loyalty.profile"].sudo()  # the whole company's
        audience = profiles._search(program._audience_domain())
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_loyalty_holdout (
                    program_id, company_id, partner_id, date, is_held_out,
                    create_date, create_uid, write_date, write_uid)
                SELECT DISTINCT ON (profile.partner_id)
                       %(program)s, profile.company_id, profile.partner_id,
                       %(today)s::date, %(held_out)s,
                       %(now)s, %(user)s, %(now)s, %(user)s
                  FROM crm_loyalty_profile profile
                 WHERE profile.id IN %(audience)s
                   AND NOT EXISTS (SELECT 1 FROM crm_loyalty_holdout known
                        WHERE known.program_id = %(program)s
                          AND known.partner_id = profile.partner_id)
                   AND NOT %(had_card)s
                 ORDER BY profile.partner_id, profile.company_id
                ON CONFLICT (program_id, partner_id) DO NOTHING""",
                program=program.id,
                today=today,
                held_out=program._sql_held_out(SQL("profile.partner_id")),
                now=fields.Datetime.now(),
                user=self.env.uid,
                audience=audience.subselect(),
                # who had a card before is not kept out, so he is not compared
                had_card=program._sql_held_card_before(SQL("profile.partner_id")),
            )
        )
        return self.env.cr.rowcount
