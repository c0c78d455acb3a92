"""What a customer may see and ask for on the portal, and nothing else.

Portal users have no rights on these models. Every method takes the customer's own
contact, looks up what belongs to him, and returns it with elevated rights; an id that
is not his own finds nothing.
"""

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

PROGRAM_TYPES = ("loyalty", "ewallet")
AHEAD = relativedelta(days=30)  # products needed later are not shown yet
QUANTITY_LIMIT = 1_000_000  # more than that is a slip of the finger
NOTE_LENGTH = 1000
LATEST_ORDERS = 20
LEDGER_FILTERS = {
    "given": Domain("points", ">", 0),
    "taken": Domain("points", "<", 0),
    "expired": Domain("move_type", "=", "expire"),
}
LEDGER_ORDERS = {
    "newest": "date desc, id desc",
    "oldest": "date, id",
    "points": "points desc, id desc",
}


class CrmLoyaltyPortal(models.AbstractModel):
    _name = "crm.loyalty.portal"
    _description = "Loyalty on the Portal"

    # cards

    @api.model
    def _get_cards(self, partner):
        """Return the contact's cards, and those his firm shares with him."""
        cards = self.env["loyalty.card"].sudo()  # the domain names the owner
        return cards.search(self._cards_domain(partner))

    @api.model
    def _get_card(self, partner, card_id):
        return self._get_cards(partner).filtered(lambda card: card.id == card_id)

    @api.model
    def _cards_domain(self, partner):
        own = Domain("partner_id", "=", partner.id)
        shared = Domain("partner_id", "=", partner.commercial_partner_id.id) & Domain(
            "program_id.beneficiary", "=", "commercial"
        )
        today = fields.Date.context_today(self)
        valid = Domain("expiration_date", "=", False) | Domain(
            "expiration_date", ">=", today
        )
        return (
            (own | shared)
            & valid
            & Domain("program_id.active", "=", True)
            & Domain("program_id.portal_visible", "=", True)
            & Domain("program_id.program_type", "in", PROGRAM_TYPES)
        )

    @api.model
    def _get_rewards(self, card):
        """Return (reward, points still missing) of the card, the nearest first."""
        if card.program_type != "loyalty":
            return []
        rewards = card.program_id.reward_ids.sorted("required_points")
        available = card.points_available
        return [
            (reward, max(reward.required_points - available, 0)) for reward in rewards
        ]

    # ledger

    @api.model
    def _ledger_filters(self):
        """Return label and domain of the choices of movements, by their key."""
        labels = {
            "all": self.env._("All"),
            "given": self.env._("Points Given"),
            "taken": self.env._("Points Taken"),
            "expired": self.env._("Expired"),
            "pending": self.env._("Pending"),
        }
        today = fields.Date.context_today(self)
        domains = {
            **LEDGER_FILTERS,
            "all": Domain.TRUE,
            "pending": Domain("date_available", ">", today)
            & Domain("remaining", ">", 0),
        }
        return {
            key: {"label": label, "domain": domains[key]}
            for key, label in labels.items()
        }

    @api.model
    def _ledger_sortings(self):
        labels = {
            "newest": self.env._("Newest"),
            "oldest": self.env._("Oldest"),
            "points": self.env._("Points"),
        }
        return {
            key: {"label": label, "order": LEDGER_ORDERS[key]}
            for key, label in labels.items()
        }

    @api.model
    def _ledger_domain(self, card, domain):
        kept = Domain("move_type", "!=", False) if card.use_ledger else Domain.TRUE
        return Domain("card_id", "=", card.id) & kept & domain

    # time to reorder

    @api.model
    def _get_replenishment(self, partner):
        """Return what the contact's firm will need soon, the most urgent first."""
        today = self.env.company._loyalty_today()
        return (
            self.env["crm.loyalty.replenishment"]
            .sudo()  # the domain names the firm
            .search(
                Domain("partner_id", "=", partner.commercial_partner_id.id)
                & Domain("state", "!=", "lapsed")
                & Domain("expected_date", "<=", today + AHEAD)
            )
        )

    @api.model
    def _get_quantity(self, row):
        """Return the quantity to offer, as short as it is: 6, not 6.0."""
        return f"{row._quantity_in(row.sale_uom_id or row.uom_id):g}"

    @api.model
    def _request_quotation(self, partner, quantities, note=""):
        """Make draft quotations of what the firm needs and tell the salesperson.

        :param dict quantities: quantity by id of the replenishment, all of the
            contact's own firm
        :return: the quotations; none where everything is quoted or ordered already
        """
        rows = self._get_replenishment(partner).filtered(
            lambda row: row.id in quantities
        )
        known = rows._open_orders()
        fresh = rows.filtered(lambda row: row not in known)
        quotations = fresh._create_quotations()
        wanted = {(row.company_id, row.product_id): quantities[row.id] for row in fresh}
        for line in quotations.order_line:
            line.product_uom_qty = wanted[line.company_id, line.product_id]
        for quotation in quotations:
            self._remind_salesperson(
                quotation,
                self.env._("Quotation requested on the portal"),
                self.env._("Asked for by %(contact)s.", contact=partner.name),
                note,
            )
        return quotations

    @api.model
    def _remind_salesperson(self, order, summary, text, note):
        lines = [text, *note[:NOTE_LENGTH].splitlines()]
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=Markup("<br/>").join(lines),
            user_id=self._get_responsible(order).id,
        )

    @api.model
    def _get_responsible(self, order):
        """Return who answers the customer: his salesperson, else the leader of the
        team, else a sales manager of the company."""
        leader = order.user_id or order.team_id.user_id
        if leader:
            return leader
        group = self.env.ref("sales_team.group_sale_manager").sudo()  # only its members
        return group.all_user_ids.filtered(
            lambda user: order.company_id in user.company_ids and user.active
        ).sorted("id")[-1:]

    # surveys

    @api.model
    def _get_surveys(self, partner):
        """Return the surveys the contact was invited to and has not finished."""
        now = fields.Datetime.now()
        open_still = Domain("deadline", "=", False) | Domain("deadline", ">=", now)
        answers = self.env["survey.user_input"].sudo()  # the domain names the contact
        return answers.search(
            Domain("partner_id", "=", partner.id)
            & Domain("state", "!=", "done")
            & Domain("test_entry", "=", False)
            & Domain("survey_id.active", "=", True)
            & open_still
        )

    # complaints

    @api.model
    def _get_complaints(self, partner):
        """Return the model and the domain of the complaints of the contact's firm."""
        complaints = self.env["crm.loyalty.complaint"].sudo()  # the domain is the firm
        return complaints, complaints._portal_domain(partner)

    @api.model
    def _complaint_choices(self, partner):
        """Return the firm's latest orders and the causes to choose from."""
        orders = self.env["sale.order"].sudo()  # the domain names the firm
        firm = partner.commercial_partner_id
        return {
            "orders": orders.search(
                [
                    ("partner_id.commercial_partner_id", "=", firm.id),
                    ("state", "=", "sale"),
                ],
                order="date_order desc",
                limit=LATEST_ORDERS,
            ),
            "causes": self.env["crm.loyalty.complaint.cause"]
            .sudo()  # a public list
            .search([("active", "=", True)]),
        }

    # recommending

    @api.model
    def _get_referrals(self, cards):
        """Return (card, bonus, code) of the programmes that reward recommending."""
        bonuses = self._referral_bonuses(
            Domain("program_id", "in", cards.program_id.ids)
        )
        by_program = bonuses.grouped("program_id")
        return [
            (card, by_program[card.program_id][0], card._get_referral_code())
            for card in cards
            if card.program_id in by_program
        ]

    @api.model
    def _may_name_referrer(self, partner):
        """Tell whether the firm is new and somebody could have recommended us."""
        customer = partner.commercial_partner_id.sudo()  # the contact's own firm
        if customer.loyalty_referrer_id or customer._loyalty_has_bought():
            return False
        companies = Domain("company_id", "in", (False, self.env.company.id))
        return bool(self._referral_bonuses(companies))

    @api.model
    def _referral_bonuses(self, domain):
        bonuses = self.env["crm.loyalty.bonus"].sudo()  # told to every customer
        return bonuses.search(Domain("event", "=", "referral") & domain)

    @api.model
    def _name_referrer(self, partner, code):
        """Note who recommended us; return whether the code was good."""
        return self._may_name_referrer(partner) and self.env["loyalty.card"]._refer(
            code, partner
        )

    # consent

    @api.model
    def _get_consent(self, partner):
        """Return what the firm agreed to, or the terms it may agree to."""
        customer = partner.commercial_partner_id.sudo()  # the contact's own firm
        current = self.env["crm.loyalty.terms"]._current(self.env.company)
        return {
            "terms": customer.loyalty_terms_id or current,
            "consent_date": customer.loyalty_consent_date,
            "is_profiled": not customer.loyalty_no_profiling,
        }

    @api.model
    def _set_consent(self, partner, agrees, is_profiled):
        """Note what the firm agrees to; only what changes is written."""
        customer = partner.commercial_partner_id.sudo()  # the contact's own firm
        if agrees and not customer._has_loyalty_consent():
            if self.env["crm.loyalty.terms"]._current(self.env.company):
                customer._give_loyalty_consent(self.env.company)
        elif not agrees:
            customer._withdraw_loyalty_consent()
        if customer.loyalty_no_profiling == is_profiled:
            customer.loyalty_no_profiling = not is_profiled
