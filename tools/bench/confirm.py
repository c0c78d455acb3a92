"""A worker inside Odoo that confirms orders and opens forms on command.

The bench runs one on a database with our addons and one without, and lets them take
turns: whatever else the machine does hits both.
"""

import json
import sys
import time

from .indicators import form_queries

PRODUCTS = 5
HISTORY = 20  # orders of the customer with a history


def main(env, arguments: list[str]) -> int:
    worker = Worker(env)
    commands = {
        "confirm": worker.confirm,
        "confirm with ledger": worker.confirm_with_ledger,
        "forms": worker.forms,
    }
    answer({"ready": True})
    for line in sys.stdin:
        if line.strip() == "end":
            break
        answer(commands[line.strip()]())
    env.cr.rollback()
    return 0


def answer(value: dict) -> None:
    print("BENCH " + json.dumps(value), flush=True)


class Worker:
    def __init__(self, env):
        self.env = env = env(context={**env.context, "tracking_disable": True}, user=2)
        self.products = env["product.product"].create(
            [
                {
                    "name": f"Bench {number}",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 10 + number,
                }
                for number in range(PRODUCTS)
            ]
        )
        self.program = env["loyalty.program"].create(
            {
                "name": "Bench points",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "rule_ids": [(0, 0, {"reward_point_mode": "money"})],
                "reward_ids": [(0, 0, {"required_points": 200})],
            }
        )
        self.new, self.known = env["res.partner"].create(
            [{"name": "Bench new"}, {"name": "Bench known"}]
        )
        for _ in range(HISTORY):
            self.order(self.known).action_confirm()
        self.order(self.new).action_confirm()
        env.flush_all()

    def order(self, partner):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 2})
                    for product in self.products
                ],
            }
        )

    def confirm(self) -> dict:
        """Seconds and queries of one confirmation, undone."""
        savepoint = self.env.cr.savepoint()
        order = self.order(self.known)
        self.env.flush_all()
        self.env.invalidate_all()
        queries = self.env.cr.sql_log_count
        started = time.perf_counter()
        order.action_confirm()
        self.env.flush_all()
        seconds = time.perf_counter() - started
        queries = self.env.cr.sql_log_count - queries
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all()
        return {"seconds": seconds, "queries": queries}

    def confirm_with_ledger(self) -> dict:
        """The same where the programme keeps a ledger."""
        if not self.program.use_ledger:
            self.program.use_ledger = True
        return self.confirm()

    def forms(self) -> dict:
        """Queries to open a customer, an opportunity, an order: short history, long."""
        env = self.env
        leads = env["crm.lead"].create(
            [
                {"name": "Bench", "type": "opportunity", "partner_id": partner.id}
                for partner in (self.new, self.known)
            ]
        )
        orders = [
            env["sale.order"].search([("partner_id", "=", partner.id)], limit=1)
            for partner in (self.new, self.known)
        ]
        env.flush_all()
        return {
            "partner": [form_queries(self.new), form_queries(self.known)],
            "lead": [form_queries(lead) for lead in leads],
            "order": [form_queries(order) for order in orders],
        }
