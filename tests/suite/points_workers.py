"""Many at once on the points of the same cards, and a night's job killed on the way.

Runs inside a process with Odoo; every worker has a connection of its own and goes
through `retrying`, as requests of users do.
"""

import random
import threading
import time
from contextlib import closing

from psycopg2 import Error, OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

WORKERS = 8
CUSTOMERS = 3
BAGS = 10  # of an order; 100 points
KINDS = ("confirm", "redeem", "cancel")
PATIENCE = 120  # seconds more on a busy machine until each kind happened once
CONTEXT = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True}


def environment(cr):
    return api.Environment(cr, SUPERUSER_ID, dict(CONTEXT))


def prepare(env):
    """Two programmes with a ledger; customers without a card yet."""
    env["loyalty.program"].search([]).active = False
    programs = env["loyalty.program"].create(
        [
            {
                "name": f"Rush {policy}",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "use_ledger": True,
                "negative_policy": policy,
                "expire_after": 30,
                "rule_ids": [
                    (5,),
                    (0, 0, {"reward_point_mode": "money", "reward_point_amount": 1}),
                ],
                "reward_ids": [
                    (5,),
                    (
                        0,
                        0,
                        {
                            "discount_mode": "per_point",
                            "discount": 0.1,
                            "required_points": 1,
                        },
                    ),
                ],
            }
            for policy in ("floor", "allow")
        ]
    )
    product = env["product.product"].create(
        {"name": "Rush", "type": "service", "list_price": 10, "taxes_id": [(5,)]}
    )
    partners = env["res.partner"].create(
        [{"name": f"Rush {number}"} for number in range(CUSTOMERS)]
    )
    return programs, product, partners


class Team:
    """The workers, who start together."""

    def __init__(self):
        self.start = threading.Barrier(WORKERS)
        self.workers = []

    def count(self, name):
        return sum(worker.done[name] for worker in self.workers)

    def did_everything(self):
        return all(self.count(kind) for kind in KINDS)


class Worker(threading.Thread):
    """Confirms, redeems and cancels until the time is over."""

    def __init__(self, database, product, partners, seed, seconds, team):
        super().__init__(daemon=True)
        self.database, self.product, self.partners = database, product, partners
        self.chance = random.Random(seed)
        self.seconds, self.team = seconds, team
        self.done = {
            "confirm": 0,
            "redeem": 0,
            "cancel": 0,
            "refused": 0,
            "given up": 0,
        }
        self.orders, self.crash = [], None

    def run(self):
        try:
            self.team.start.wait()
            started = time.monotonic()
            self.attempt("confirm", self.partners[0])  # all at the same new customer
            while self.goes_on(time.monotonic() - started):
                self.attempt(
                    self.chance.choice(("confirm", "redeem", "redeem", "cancel")),
                    self.chance.choice(self.partners),
                )
        except Exception as error:
            self.crash = repr(error)

    def goes_on(self, elapsed):
        if elapsed < self.seconds:
            return True
        return elapsed < self.seconds + PATIENCE and not self.team.did_everything()

    def attempt(self, name, partner):
        with closing(Registry(self.database).cursor()) as cr:
            env = environment(cr)
            try:
                order = retrying(lambda: getattr(self, name)(env, partner), env)
            except UserError:  # not enough points: what the user would read
                self.done["refused"] += 1
            except (OperationalError, ConcurrencyError):
                self.done["given up"] += 1  # five tries were not enough: nothing moved
            else:
                self.done[name] += bool(order)
                if name != "cancel" and order:
                    self.orders.append(order)

    def order(self, env, partner):
        return env["sale.order"].create(
            {
                "partner_id": partner,
                "order_line": [
                    (0, 0, {"product_id": self.product, "product_uom_qty": BAGS})
                ],
            }
        )

    def confirm(self, env, partner):
        order = self.order(env, partner)
        order.action_confirm()
        return order.id

    def redeem(self, env, partner):
        order = self.order(env, partner)
        cards = order._spendable_cards()
        if not cards:
            return False
        card = self.chance.choice(list(cards))
        points = int(order._usable_points(card))
        if points < 1:
            return False
        order.loyalty_points_chosen = {str(card.id): self.chance.randint(1, points)}
        order._update_programs_and_rewards()
        order._apply_program_reward(card.program_id.reward_ids, card)
        order.action_confirm()
        return order.id

    def cancel(self, env, partner):
        if not self.orders:
            return False
        order = env["sale.order"].browse(self.chance.choice(self.orders))
        if order.state != "sale":
            return False
        order._action_cancel()
        return order.id


def rush(env, seconds):
    """Let the workers loose; return what they did and what is wrong afterwards."""
    programs, product, partners = prepare(env)
    env.cr.commit()
    team = Team()
    team.workers = [
        Worker(env.cr.dbname, product.id, partners.ids, seed, seconds, team)
        for seed in range(WORKERS)
    ]
    for worker in team.workers:
        worker.start()
    for worker in team.workers:
        worker.join()
    env.cr.rollback()
    env.invalidate_all()
    done = {name: team.count(name) for name in team.workers[0].done}
    crashes = [worker.crash for worker in team.workers if worker.crash]
    return {"done": done, "wrong": crashes + list(wrong(env, programs, partners))}


def wrong(env, programs, partners):
    """Yield what does not hold: the books against the orders, card by card."""
    for program in programs:
        cards = env["loyalty.card"].search([("program_id", "=", program.id)])
        owners = cards.mapped("partner_id")
        if len(owners) != len(cards):
            yield f"{program.name}: {len(cards)} cards of {len(owners)} customers"
        for card in cards:
            yield from wrong_card(env, program, card)
    rows = env["loyalty.history"].search_count([])
    env["sale.order"].search([("partner_id", "in", partners.ids)])._crm_loyalty_sync()
    if env["loyalty.history"].search_count([]) != rows:
        yield "a second sync posts something"


def wrong_card(env, program, card):
    name = f"{program.name}, {card.partner_id.name}"
    rows = env["loyalty.history"].search([("card_id", "=", card.id)])
    total = sum(rows.mapped("points"))
    if abs(total - card.points) > 0.005:
        yield f"{name}: balance {card.points}, rows {total}"
    left = sum(rows.mapped("remaining"))
    if abs(left - max(card.points, 0)) > 0.005:
        yield f"{name}: balance {card.points}, left of awards {left}"
    if program.negative_policy == "floor" and card.points < -0.005:
        yield f"{name}: below zero, {card.points}"
    # no update was lost: what the orders say, and what was waived, is the balance
    orders = env["sale.order"].search(
        [("partner_id", "=", card.partner_id.id), ("state", "=", "sale")]
    )
    earned = sum(
        earning.full_points
        for earning in orders.loyalty_earning_ids
        if earning.program_id == program
    )
    spent = sum(
        line.points_cost for line in orders.order_line if line.coupon_id == card
    )
    waived = sum(rows.filtered(lambda r: r.move_type == "adjust").mapped("points"))
    if abs(earned - spent + waived - card.points) > 0.005:
        yield (
            f"{name}: orders earned {earned}, spent {spent}, waived {waived}, "
            f"balance {card.points}"
        )


CARDS = 150
ORDERS = 20


def kills(env, count):
    """Kill the night's job at random moments; return what is wrong afterwards."""
    (program, by_delivery), product, _partners = prepare(env)
    by_delivery.earn_event = "delivery"
    partners = env["res.partner"].create(
        [{"name": f"Night {number}"} for number in range(CARDS)]
    )
    cards = env["loyalty.card"].create(
        [
            {"program_id": program.id, "partner_id": partner.id, "points": 10}
            for partner in partners
        ]
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 100})
                ],
            }
            for partner in partners[:ORDERS]
        ]
    )
    program.rule_ids.active = False  # its cards only see awards come and go
    orders.action_confirm()
    env.cr.commit()
    add_work(env, program, cards)
    clock = time.monotonic()
    env["crm.loyalty.ledger.job"]._cron_nightly()
    env.cr.commit()
    whole = time.monotonic() - clock
    chance, killed = random.Random(1), 0
    for _ in range(count):
        add_work(env, program, cards)
        killed += kill_once(env, chance.uniform(0, whole))
    env["crm.loyalty.ledger.job"]._cron_nightly()
    env.cr.commit()
    env.invalidate_all()
    problems = [
        *wrong_night(env, program, cards),
        *wrong_deliveries(env, by_delivery, orders),
    ]
    return {"killed": killed, "wrong": problems}


def add_work(env, program, cards):
    """An award of 5 on every card whose last day is over, and one bag more delivered
    of every order, behind the back of our hooks."""
    env.flush_all()
    env.cr.execute(
        """
        WITH award AS (
            INSERT INTO loyalty_history (card_id, partner_id, program_id, move_type,
                description, date, date_available, expiration_date,
                issued, used, points, remaining)
            SELECT id, partner_id, program_id, 'bonus', 'Night', now(), now(),
                   now()::date - 10, 5, 0, 5, 5
              FROM loyalty_card WHERE id = ANY(%s) RETURNING card_id)
        UPDATE loyalty_card SET points = points + 5
         WHERE id IN (SELECT card_id FROM award)""",
        [cards.ids],
    )
    env.cr.execute(
        """
        UPDATE sale_order_line line
           SET qty_delivered = qty_delivered + 1, write_date = now()
          FROM sale_order o
         WHERE o.id = line.order_id AND o.partner_id = ANY(%s) AND o.state = 'sale'""",
        [cards.partner_id.ids],
    )
    env.cr.commit()
    env.invalidate_all()


def kill_once(env, delay):
    """Start the job and cut its connection after a while; return whether it was cut."""
    with closing(Registry(env.cr.dbname).cursor()) as cr:
        cr.execute("SELECT pg_backend_pid()")
        [(backend,)] = cr.fetchall()
        cr.commit()
        outcome = []
        thread = threading.Thread(target=work_until_cut, args=(cr, outcome))
        thread.start()
        time.sleep(delay)
        env.cr.execute("SELECT pg_terminate_backend(%s)", [backend])
        env.cr.commit()
        thread.join()
    return outcome == ["cut"]


def work_until_cut(cr, outcome):
    try:
        environment(cr)["crm.loyalty.ledger.job"]._cron_nightly()
        cr.commit()
        outcome.append("done")
    except (Error, ConnectionError):
        outcome.append("cut")


def wrong_night(env, program, cards):
    for card in cards:
        if abs(card.points - 10) > 0.005:
            yield f"{card.partner_id.name}: balance {card.points} instead of 10"
        rows = card.history_ids
        if abs(sum(rows.mapped("points")) - card.points) > 0.005:
            yield f"{card.partner_id.name}: rows do not add up"
        awards = rows.filtered(lambda row: row.move_type == "bonus")
        expired = rows.filtered(lambda row: row.move_type == "expire")
        if len(expired) != len(awards) or len(expired.origin_id) != len(awards):
            yield f"{card.partner_id.name}: {len(expired)} of {len(awards)} expired"


def wrong_deliveries(env, program, orders):
    for order in orders:
        delivered = order.order_line.qty_delivered
        card = env["loyalty.card"].search(
            [
                ("program_id", "=", program.id),
                ("partner_id", "=", order.partner_id.id),
            ]
        )
        if len(card) != 1 or abs(card.points - 10 * delivered) > 0.005:
            yield f"{order.name}: {delivered} delivered, {card.mapped('points')} points"
