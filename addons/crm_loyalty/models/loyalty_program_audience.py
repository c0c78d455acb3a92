import secrets
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import holdout

# Whatever decides who may take part; a change empties the cache of restricted ones.
RESTRICTIONS = frozenset(
    (
        "active",
        "segment_ids",
        "stage_ids",
        "tier_ids",
        "requires_consent",
        "holdout_percent",
    )
)
SECRET_BYTES = 16


class Restriction(NamedTuple):
    """Who may take part in a programme, as ids."""

    program: int
    owner: int | bool
    segments: frozenset[int]
    stages: frozenset[int]
    tiers: frozenset[int]
    needs_consent: bool
    holds_out: bool


class LoyaltyProgram(models.Model):
    """Who may take part in a programme, and who is kept out to measure it.

    Conditions of one kind are alternatives, kinds add up. Kept out are whole firms,
    by chance (`engine/holdout.py`); who held a card before the draw is not kept out,
    so nobody loses what he has.
    """

    _inherit = "loyalty.program"

    segment_ids = fields.Many2many(
        "crm.loyalty.segment",
        string="Segments",
        context={"active_test": False},  # an archived one must not open the programme
        help="Only customers of these segments take part; everybody where none is set.",
    )
    stage_ids = fields.Many2many(
        "crm.loyalty.stage",
        string="Stages",
        context={"active_test": False},  # as above
        help="Only customers in these stages take part; everybody where none is set.",
    )
    tier_ids = fields.Many2many(
        "crm.loyalty.tier",
        "crm_loyalty_tier_loyalty_program_rel",
        string="Tiers of Other Programmes",
        help="Only customers who hold one of these tiers take part; everybody where "
        "none is set.",
    )
    requires_consent = fields.Boolean(
        "Only With Consent",
        help="Only customers who agreed to the terms of loyalty take part.",
    )
    holdout_percent = fields.Float(
        "Kept Out (%)",
        digits=(5, 2),
        copy=False,
        help="Share of customers, drawn by chance, who take no part, so that the "
        "effect of the programme can be measured against them. The draw is stable.",
    )
    holdout_secret = fields.Char(readonly=True, copy=False, groups="base.group_system")
    holdout_date = fields.Date(
        "Kept Out Since", readonly=True, copy=False, help="Day of the draw."
    )

    _holdout_percent_valid = models.Constraint(
        "CHECK (holdout_percent >= 0 AND holdout_percent < 100)",
        "The share of customers kept out is at least 0 % and below 100 %.",
    )

    @api.constrains("tier_ids")
    def _check_tier_ids(self):
        for program in self:
            if program in program.tier_ids.program_id:
                raise ValidationError(
                    self.env._(
                        "%(program)s cannot be restricted to its own tiers: nobody "
                        "could reach the first.",
                        program=program.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        self.env.registry.clear_cache()
        programs.filtered("holdout_percent")._draw_holdout()
        return programs

    def write(self, vals):
        if "holdout_percent" in vals:
            self._check_holdout_change(vals["holdout_percent"])
        result = super().write(vals)
        if RESTRICTIONS & vals.keys():
            self.env.registry.clear_cache()
        if vals.get("holdout_percent"):
            self.filtered(lambda program: not program.holdout_date)._draw_holdout()
        elif "holdout_percent" in vals:
            self.filtered("holdout_date")._end_holdout()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _check_holdout_change(self, percent):
        for program in self:
            before = program.holdout_percent
            if before and percent and abs(before - percent) > 0.001:
                raise ValidationError(
                    self.env._(
                        "The share kept out of %(program)s is fixed while the effect "
                        "is measured. Set it to 0 to end the measurement; a new share "
                        "then makes a new draw.",
                        program=program.name,
                    )
                )

    def _draw_holdout(self):
        """Draw anew: from today on the customers below the share are kept out."""
        # an earlier measurement is over, its result stays
        self.env["crm.loyalty.holdout"].sudo().search(  # nobody writes it by hand
            [("program_id", "in", self.ids)]
        ).unlink()
        self.env["crm.loyalty.effect"].sudo().search(  # as above
            [("program_id", "in", self.ids), ("is_automatic", "=", True)]
        ).is_automatic = False
        for program in self:
            program.sudo().write(  # who configures it need not know the secret
                {
                    "holdout_secret": secrets.token_hex(SECRET_BYTES),
                    "holdout_date": fields.Date.context_today(self),
                }
            )

    def _end_holdout(self):
        self.sudo().write({"holdout_secret": False, "holdout_date": False})  # as above

    # who takes part

    @api.model
    @tools.ormcache()
    def _restrictions(self):
        """Return the terms of the active programmes not open to everybody."""
        restricted = self.sudo().search(  # the cache is everybody's
            Domain.OR(
                [
                    Domain("segment_ids", "!=", False),
                    Domain("stage_ids", "!=", False),
                    Domain("tier_ids", "!=", False),
                    Domain("requires_consent", "=", True),
                    Domain("holdout_percent", ">", 0),
                ]
            )
        )
        return tuple(
            Restriction(
                program.id,
                program.company_id.id,
                frozenset(program.segment_ids.ids),
                frozenset(program.stage_ids.ids),
                frozenset(program.tier_ids.ids),
                program.requires_consent,
                bool(program.holdout_secret),
            )
            for program in restricted
        )

    @api.model
    def _closed_to(self, partner, company):
        """Return the restricted programmes in which the partner takes no part."""
        owners = (company.id, company.parent_id.id, False)
        restrictions = [
            terms for terms in self._restrictions() if terms.owner in owners
        ]
        if not restrictions:
            return self.browse()
        known = partner.sudo()  # who may take part does not depend on who asks
        customer = known.commercial_partner_id
        facts = self._audience_facts(restrictions, partner | customer, company)
        return self.browse(
            terms.program
            for terms in restrictions
            if not self._takes_part(terms, customer, facts)
        )

    def _audience_facts(self, restrictions, partners, company):
        """Return the profile and the cards of a customer, where they matter."""
        profile = self.env["crm.loyalty.profile"].sudo()  # as above
        if any(terms.segments or terms.stages for terms in restrictions):
            profile = profile.with_context(active_test=False).search_fetch(
                [
                    ("partner_id", "in", partners.ids),
                    ("company_id", "=", company.id),
                ],
                ["segment_id", "stage_id"],
                limit=1,
            )
        cards = self.env["loyalty.card"].sudo()  # as above
        if any(terms.tiers or terms.holds_out for terms in restrictions):
            cards = cards.search_fetch(
                [("partner_id", "in", partners.ids)],
                ["program_id", "tier_id", "create_date"],
            )
        return profile, cards

    def _takes_part(self, terms, customer, facts):
        profile, cards = facts
        return (
            (not terms.segments or profile.segment_id.id in terms.segments)
            and (not terms.stages or profile.stage_id.id in terms.stages)
            and (not terms.tiers or not terms.tiers.isdisjoint(cards.tier_id.ids))
            and (not terms.needs_consent or customer._has_loyalty_consent())
            and not (
                terms.holds_out
                and self.browse(terms.program)._is_held_out(customer, cards)
            )
        )

    def _is_held_out(self, customer, cards=None):
        """Tell whether the customer is kept out for the sake of measuring."""
        self.ensure_one()
        program = self.sudo()  # the secret is nobody's
        if not program.holdout_secret or not customer:
            return False
        if not holdout.is_held_out(
            program.holdout_secret, customer.id, program.holdout_percent
        ):
            return False
        if cards is None:
            cards = (
                self.env["loyalty.card"]
                .sudo()  # as above
                .search(
                    [
                        ("program_id", "=", self.id),
                        ("partner_id.commercial_partner_id", "=", customer.id),
                    ]
                )
            )
        return not any(
            card.program_id.id == self.id
            and card.create_date.date() < program.holdout_date
            for card in cards
        )

    def _sql_held_out(self, customer):
        """Return the condition that the customer's place is below the share.

        The same draw as in `engine/holdout.py`, for the jobs.
        """
        self.ensure_one()
        program = self.sudo()  # the secret is nobody's
        if not program.holdout_secret:
            return SQL("FALSE")
        return SQL(
            """('x' || SUBSTR(ENCODE(SHA256(CONVERT_TO(
                    CONCAT(%s::text, ':', %s), 'UTF8')), 'hex'), 1, %s)
                )::bit(32)::bigint < %s""",
            program.holdout_secret,
            customer,
            holdout.HEX_DIGITS,
            holdout.threshold(program.holdout_percent),
        )

    def _sql_held_card_before(self, customer):
        """Return the condition that the firm had a card before the draw."""
        return SQL(
            """EXISTS (SELECT 1 FROM loyalty_card held_card
                  JOIN res_partner holder ON holder.id = held_card.partner_id
                 WHERE held_card.program_id = %s
                   AND holder.commercial_partner_id = %s
                   AND held_card.create_date < %s)""",
            self.id,
            customer,
            self.holdout_date or None,
        )

    def _sql_takes_part(self, customer):
        """Return the condition that the customer is not kept out."""
        return SQL(
            "(NOT (%s) OR %s)",
            self._sql_held_out(customer),
            self._sql_held_card_before(customer),
        )

    def _audience_domain(self):
        """Return the condition on profiles of who takes part, kept out or not."""
        self.ensure_one()
        domain = Domain("company_id", "in", self._scored_companies().ids)
        domain &= Domain("active", "=", True)
        if self.segment_ids:
            domain &= Domain("segment_id", "in", self.segment_ids.ids)
        if self.stage_ids:
            domain &= Domain("stage_id", "in", self.stage_ids.ids)
        if self.tier_ids:
            holders = Domain("tier_id", "in", self.tier_ids.ids)
            domain &= self._audience_partners("loyalty.card", holders)
        if self.requires_consent:
            domain &= Domain("partner_id.loyalty_consent_date", "!=", False)
        return domain

    def _audience_partners(self, model, domain):
        """Return profiles of firms of which any contact has such a record."""
        records = self.env[model].sudo()  # the company's audience, not its reader's
        partners = records._search(domain).subselect("partner_id")
        contacts = self.env["res.partner"].sudo()  # as above
        contacts = contacts.with_context(active_test=False)
        firms = contacts._search([("id", "in", partners)])
        return Domain("partner_id", "in", firms.subselect("commercial_partner_id"))

    def _scored_companies(self):
        """Return the companies whose customers the programme is for."""
        self.ensure_one()
        companies = self.env["res.company"].sudo()  # branches of the programme's
        if not self.company_id:
            return companies.search([("active", "=", True)])
        return companies.search([("id", "child_of", self.company_id.id)])

    @api.model
    def _scored_with(self, company):
        """Return the programmes looked after by the job of the company; shared ones
        by that of the first."""
        companies = self.env["res.company"].sudo()  # also where the user works not
        first = companies.search([], limit=1, order="id")
        owners = [company.id, False] if company == first else [company.id]
        programs = self.sudo()  # a job looks after every programme
        return programs.search([("company_id", "in", owners)])
