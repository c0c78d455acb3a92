"""Nightly bonuses for events that are no purchase: who is due, cards, points, mails.

One query finds the due events of a bonus, one statement moves the points of all of
them. An event has a key, which the ledger takes once: a second run grants nothing.
"""

from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..sql import bonus as statements

# A night or a week without the job loses no birthday.
BIRTHDAY_DAYS = 7


class CrmLoyaltyBonusJob(models.AbstractModel):
    _name = "crm.loyalty.bonus.job"
    _description = "Loyalty Bonuses by Night"

    @api.model
    def _grant_due(self, company, today, run=None):
        """Grant what is due in the programmes scored with this company."""
        programs = self.env["loyalty.program"]._scored_with(company)
        bonuses = (
            self.env["crm.loyalty.bonus"]
            .sudo()  # the job grants whatever is due
            .search([("program_id", "in", programs.ids), ("event", "!=", "stage")])
        )
        return sum(
            self._grant(bonus, self._due(bonus, today), today) for bonus in bonuses
        )

    @api.model
    def _grant_for_stage(self, profiles, stage):
        """Grant the bonuses for entering a stage; return how many."""
        today = fields.Date.context_today(self)
        bonuses = self.env["crm.loyalty.bonus"].sudo()  # as above
        entered = statements.entered(profiles, today)
        return sum(
            self._grant(bonus, self._due_of(bonus, entered, today), today)
            for bonus in bonuses.search([("stage_id", "=", stage.id)])
        )

    @api.model
    def _grant_of_stage(self, profiles, stage):
        """Grant the points set on the stage itself to those who take part."""
        program = stage.bonus_program_id.sudo()  # as above
        today = fields.Date.context_today(self)
        open_to = profiles.filtered(
            lambda profile: (
                program
                not in program._closed_to(profile.partner_id, profile.company_id)
            )
        )
        self._give(
            program,
            stage.with_context(lang=program.company_id.partner_id.lang).name,
            [
                (
                    profile.partner_id.id,
                    f"stage:{stage.id}:{profile.id}:{today}",
                    stage.bonus_points,
                )
                for profile in open_to
            ],
            today,
        )

    @api.model
    def _due(self, bonus, today):
        """Return (partner id, what, points given this year) of the due events."""
        events = {
            "welcome": lambda: statements.first_purchases(bonus, today),
            "birthday": lambda: statements.birthdays(bonus, _birthdays(today)),
            "survey": lambda: statements.answers(bonus),
            "referral": lambda: statements.referrals(bonus, today),
        }[bonus.event]
        return self._due_of(bonus, events(), today)

    @api.model
    def _due_of(self, bonus, events, today):
        program = bonus.program_id
        profiles = self.env["crm.loyalty.profile"].sudo()  # as above
        audience = profiles._search(program._audience_domain())
        self.env.flush_all()
        return self.env.execute_query(
            statements.due(
                bonus,
                events,
                audience.subselect(),
                program._sql_takes_part(SQL("profile.partner_id")),
                date(today.year, 1, 1),
            )
        )

    @api.model
    def _grant(self, bonus, due, today):
        """Give the points of the due events; return how many were given."""
        program = bonus.program_id
        end = today + timedelta(days=bonus.valid_days) if bonus.valid_days else False
        cards = self._give(
            program,
            bonus.with_context(lang=program.company_id.partner_id.lang).name,
            [
                (partner, bonus._key(what), points)
                for partner, what, points in _capped(bonus, due)
            ],
            today,
            end,
        )
        self._send_mails(bonus.mail_template_id, cards)
        return len(cards)

    @api.model
    def _give(self, program, name, grants, today, end=False):
        """Give points to partners; return the card of each grant.

        :param str name: what the customer reads beside the points
        :param grants: sequence of (partner id, key, points)
        :param end: last day of a new coupon, where the programme makes coupons
        """
        if not grants:
            return []
        partner_ids = [partner for partner, _key, _points in grants]
        cards = self._cards(program, partner_ids, end)
        self.env.flush_all()
        self.env.cr.execute(
            statements.post(
                program,
                name,
                [
                    (card.id, key, points)
                    for card, (_partner, key, points) in zip(cards, grants, strict=True)
                ],
                today,
            )
        )
        self.env["loyalty.card"].invalidate_model()
        self.env["loyalty.history"].invalidate_model()
        return cards

    @api.model
    def _cards(self, program, partner_ids, end=False):
        """Return the card of each partner: his own, or a new coupon for each time."""
        partners = self.env["res.partner"].sudo().browse(partner_ids)  # as above
        if program.beneficiary == "commercial":
            owners = [partner.commercial_partner_id for partner in partners]
        else:
            owners = list(partners)
        if not program.is_nominative:
            return list(self._create_cards(program, owners, end))
        known = {
            card.partner_id: card
            for card in self.env["loyalty.card"]
            .sudo()  # as above
            .search(
                [
                    ("program_id", "=", program.id),
                    ("partner_id", "in", [owner.id for owner in owners]),
                ],
                order="id desc",
            )
        }
        missing = list(dict.fromkeys(owner for owner in owners if owner not in known))
        new = self._create_cards(program, missing)
        known |= dict(zip(missing, new, strict=True))
        return [known[owner] for owner in owners]

    @api.model
    def _create_cards(self, program, owners, end=False):
        quiet = {"loyalty_no_mail": True, "tracking_disable": True}
        return (
            self.env["loyalty.card"]
            .sudo()  # as above
            .with_context(**quiet)
            .create(
                [
                    {
                        "program_id": program.id,
                        "partner_id": owner.id,
                        "expiration_date": end,
                    }
                    for owner in owners
                ]
            )
        )

    @api.model
    def _send_mails(self, template, cards):
        if not template or self.env.context.get("loyalty_no_mail"):
            return
        reachable = {card.id for card in cards if card.partner_id.email}
        if reachable:
            template.send_mail_batch(
                sorted(reachable), email_layout_xmlid="mail.mail_notification_light"
            )

    @api.model
    def _granted_counts(self, bonuses):
        """Return how often each bonus was given."""
        if not bonuses.ids:
            return {}
        return dict(self.env.execute_query(statements.granted(bonuses.ids)))


def _capped(bonus, due):
    """Return (partner id, what, points) within the limit of the year."""
    given = defaultdict(float)
    grants = []
    for partner, what, before in due:
        points = bonus.points
        if bonus.cap:
            points = min(points, bonus.cap - before - given[partner])
        if points > 0:
            given[partner] += points
            grants.append((partner, what, points))
    return grants


def _birthdays(today):
    """Return (year, month, day) of the birthdays kept in the last days.

    Who was born on 29 February keeps it on the 28th in other years.
    """
    found = []
    for ago in range(BIRTHDAY_DAYS):
        day = today - timedelta(days=ago)
        found.append((day.year, day.month, day.day))
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            found.append((day.year, 2, 29))
    return found
