import hashlib
from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..engine import points as engine

DIGEST_SIZE = 8


class Posted(NamedTuple):
    """What an order has moved on a card so far."""

    earned: float = 0.0
    redeemed: float = 0.0
    rows: int = 0


class SaleOrder(models.Model):
    """target - posted = the next movement, for what is earned and what is redeemed."""

    _inherit = "sale.order"

    def _crm_loyalty_confirmed(self):
        """Fix the terms of orders just confirmed, and post what they earn and spend."""
        for order in self.sudo():  # whoever confirms may not read all programmes
            if order.loyalty_enrolled:
                for earning in order.loyalty_earning_ids:
                    order._renew_terms(earning)
                order._crm_loyalty_enrol()
                order._crm_loyalty_sync()
            else:
                # nothing is posted or reached yet: what would be read is known
                order._sync_points({}, None, order._crm_loyalty_enrol(), fresh=True)
            order.loyalty_enrolled = True

    def _crm_loyalty_enrol(self):
        """Add the programmes the order does not earn in yet; return all it earns in."""
        order = self.sudo()  # as above
        programs = order._ledger_programs_to_earn()
        earnings = self.env["crm.loyalty.earning"].sudo()  # as above
        if order.loyalty_enrolled:
            earnings = order.loyalty_earning_ids
        missing = programs - earnings.program_id
        if missing:
            earnings += earnings.create(order._prepare_earnings(missing))
        return earnings

    def _ledger_programs_to_earn(self):
        """Return the programmes with a ledger that apply to the order."""
        self.ensure_one()
        Program = self.env["loyalty.program"]
        if self.partner_id.is_public:
            return Program
        programs = Program.browse(Program._ledger_program_ids())
        return programs.filtered_domain(self._get_program_domain())

    def _prepare_earnings(self, programs):
        entries = {entry.coupon_id.program_id: entry for entry in self.coupon_point_ids}
        now = programs.filtered(lambda program: program._is_posted_by_stock())
        multipliers = self._tier_multipliers(programs)
        later = self._full_points(programs - now, multipliers)
        nothing = self.env["sale.order.coupon.points"]
        return [
            {
                "order_id": self.id,
                "program_id": program.id,
                "card_id": entries.get(program, nothing).coupon_id.id
                if program in now
                else False,
                "earn_event": program.earn_event,
                "full_points": later[program]
                if program in later
                else entries.get(program, nothing).points,
                "multiplier": multipliers.get(program, 1),
                **self._prepare_base(program),
            }
            for program in programs
        ]

    def _prepare_base(self, program):
        terms = self.with_context(**program._ledger_terms())
        lines = self._points_lines(program)
        return {
            "base_amount": sum(
                terms._get_order_line_price(line, "price_total") for line in lines
            ),
            "fingerprint": self._points_fingerprint(),
        }

    def _renew_terms(self, earning):
        [values] = self._prepare_earnings(earning.program_id)
        earning.write(values | {"is_capped": False, "cap_points": 0})

    def _refresh_terms(self, earning):
        """Evaluate the points again if the lines have changed since."""
        if earning.fingerprint == self._points_fingerprint():
            return
        program = earning.program_id
        full = self._full_points(program, {program: earning.multiplier})
        earning.write(
            {"full_points": full.get(program, 0)} | self._prepare_base(program)
        )

    def _full_points(self, programs, multipliers):
        """Return {program: points of the whole order}, where it applies."""
        status = self._compute_ledger_points(programs, multipliers)
        return {
            program: found["points"][0]
            for program, found in status.items()
            if "points" in found
        }

    def _points_fingerprint(self):
        """Return a short text that changes with whatever the points depend on."""
        content = ";".join(
            f"{line.product_id.id},{line.product_uom_qty:.6f},{line.price_total:.6f},"
            f"{line.reward_id.id}"
            for line in self.order_line.sorted("id")
            if line.product_id
        )
        return hashlib.blake2s(content.encode(), digest_size=DIGEST_SIZE).hexdigest()

    def _points_lines(self, program):
        """Return the lines that the programme's rules count, discounts among them."""
        payments = ("ewallet", "gift_card", program.program_type)
        lines = self.order_line.filtered(
            lambda line: (
                line.product_id
                and not line.combo_item_id
                and not line.is_downpayment
                and line.reward_id.program_id.program_type not in payments
            )
        )
        lines -= self._get_no_effect_on_threshold_lines()
        by_rule = program._with_own_rules()._get_valid_products(lines.product_id)
        products = self.env["product.product"].union(*by_rule.values())
        return lines.filtered(lambda line: line.product_id in products)

    # --------------------------------------------------------------------- sync

    def _crm_loyalty_sync(self, account_move=None):
        """Post, for each order and card, what its target and its rows differ by.

        Safe to call at any time and as often as one likes: with nothing to post it
        writes nothing. Called when an order is confirmed, edited or cancelled, when
        its goods move, when its invoices are posted, paid, reset or cancelled, and
        nightly for whatever changed since.
        """
        if not self or not self._has_ledger():
            return
        orders = self.sudo()  # whoever ships, invoices or pays moves the points
        posted = orders._ledger_posted()
        for order in orders:
            if order.loyalty_earning_ids or order.id in posted:
                order._sync_points(
                    posted.get(order.id, {}), account_move, order.loyalty_earning_ids
                )

    def _sync_points(self, posted, account_move, earnings, fresh=False):
        movements = [
            *self._earn_movements(posted, earnings, fresh),
            *self._redeem_movements(posted),
        ]
        # what is given comes first, so that it can be taken
        for amount, card, kind in sorted(movements, key=lambda move: -move[0]):
            details = {
                "document": self,
                "account_move": account_move,
                "key": self._movement_key(kind, card, posted.get(card.id, Posted())),
            }
            if kind == "redeem":
                self._post_redeemed(card, amount, posted, details)
            else:
                self._post_earned(card, amount, earnings, details)

    def _earn_movements(self, posted, earnings, fresh):
        open_cards = {card for card, sums in posted.items() if sums.earned}
        for earning in earnings.filtered("program_id.use_ledger"):
            if self.state == "sale" and not fresh:
                self._refresh_terms(earning)
            share = self._points_share(earning, fresh)
            target = self._earning_target(earning, share, posted)
            card = earning.card_id
            if not card and target:
                card = earning.card_id = self._beneficiary_card(earning.program_id)
            open_cards.discard(card.id)
            delta = target - posted.get(card.id, Posted()).earned
            if not engine.is_zero(delta):
                yield delta, card, "earn"
        settled = self.state != "sale"
        for card in self.env["loyalty.card"].browse(open_cards):
            # what was earned before the ledger was kept stays until the order goes
            if settled or card.program_id in earnings.program_id:
                yield -posted[card.id].earned, card, "earn"

    def _earning_target(self, earning, share, posted):
        if (
            earning.program_id.earn_limit
            and not earning.is_capped
            and earning._target(share) > posted.get(earning.card_id.id, Posted()).earned
        ):
            left = earning.program_id.earn_limit - self._points_in_period(
                earning.program_id, "earn"
            )
            earning.write({"is_capped": True, "cap_points": max(left, 0)})
        return earning._target(share)

    def _redeem_movements(self, posted):
        costs = self._redeem_targets() if self.state == "sale" else {}
        for card in self.env["loyalty.card"].browse({*costs, *posted}):
            delta = costs.get(card.id, 0) - posted.get(card.id, Posted()).redeemed
            if not engine.is_zero(delta):
                yield -delta, card, "redeem"

    def _redeem_targets(self):
        """Return {card id: points} of the rewards that the order still has.

        The cost of a reward of several lines is on one of them; a reward whose lines
        are all set to no quantity is given up.
        """
        costs = defaultdict(float)
        lines = self.order_line.filtered(lambda line: line.coupon_id.use_ledger)
        for group in lines.grouped("reward_identifier_code").values():
            if any(group.mapped("product_uom_qty")):
                for line in group:
                    costs[line.coupon_id.id] += line.points_cost
        return costs

    def _post_earned(self, card, amount, earnings, details):
        earning = earnings.filtered(lambda each: each.program_id == card.program_id)
        if earning.full_points:
            share = amount / earning.full_points
            details["currency_amount"] = earning.base_amount * share
        if amount > 0:
            card._post_movement("earn", amount, **details)
        else:
            card._claw_back(-amount, **details)

    def _post_redeemed(self, card, amount, posted, details):
        if amount > 0:
            card._give_back(amount, **details)
            return
        self._check_spend_limit(card, -amount, posted.get(card.id, Posted()))
        card._post_movement("redeem", amount, **details)

    def _movement_key(self, kind, card, posted):
        return f"{kind}:{self._name}:{self.id}:card{card.id}:v{posted.rows + 1}"

    def _beneficiary_card(self, program):
        """Return the card the order earns on, a new one if there is none."""
        partner = self.partner_id
        if program.beneficiary == "commercial":
            partner = partner.commercial_partner_id
        Card = self.env["loyalty.card"]
        return Card.search(
            [("program_id", "=", program.id), ("partner_id", "=", partner.id)], limit=1
        ) or Card.with_context(loyalty_no_mail=True, tracking_disable=True).create(
            {
                "program_id": program.id,
                "partner_id": partner.id,
                "points": 0,
                "order_id": self.id,
            }
        )

    def _ledger_posted(self):
        """Return {order id: {card id: Posted}} of the orders, in one query.

        What stock Odoo logged before the ledger was kept counts as well.
        """
        self.env["loyalty.history"].flush_model()
        query = SQL(
            """
            SELECT history.order_id, card.id,
                   COALESCE(SUM(issued) FILTER (
                       WHERE COALESCE(move_type, 'earn') = 'earn'), 0)
                   - COALESCE(SUM(used) FILTER (WHERE move_type = 'reverse'), 0),
                   COALESCE(SUM(used) FILTER (
                       WHERE COALESCE(move_type, 'redeem') = 'redeem'), 0)
                   - COALESCE(SUM(issued) FILTER (WHERE move_type = 'reverse'), 0),
                   COUNT(*)
              FROM loyalty_history history
              JOIN loyalty_card card ON card.id = history.card_id AND card.use_ledger
             WHERE history.order_model = %s AND history.order_id IN %s
             GROUP BY history.order_id, card.id""",
            self._name,
            tuple(self.ids) or (0,),
        )
        result = defaultdict(dict)
        for order, card, *sums in self.env.execute_query(query):
            result[order][card] = Posted(*sums)
        return result
