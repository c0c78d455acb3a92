from math import floor, log10

from odoo import api, models
from odoo.fields import Command

MENU = "crm_loyalty"  # context `menu_type` of the programmes under CRM
AT_RISK = ("at_risk", "lost")
# An order of about a hundred units of money: the amounts of the templates fit it.
USUAL_ORDER = 100


class LoyaltyProgram(models.Model):
    """Ready programmes for customers of a firm, one click each."""

    _inherit = "loyalty.program"

    @api.model
    def get_program_templates(self):
        if self.env.context.get("menu_type") != MENU:
            return super().get_program_templates()
        return {
            name: {"title": title, "description": description, "icon": icon}
            for name, title, description, icon in self._crm_template_texts()
        }

    @api.model
    def get_program_previews(self):
        """Return the customers and the yearly cost of each template, in words."""
        self.check_access("create")
        return {
            name: self.new(values)._describe_preview()
            for name, values in self._crm_template_values().items()
        }

    @api.model
    def _get_template_values(self):
        if self.env.context.get("menu_type") != MENU:
            return super()._get_template_values()
        return self._crm_template_values()

    def _describe_preview(self):
        found = self._preview()
        return {
            "customers": self.env._(
                "Customers: %(found)s of %(total)s",
                found=found["customers"],
                total=found["total"],
            ),
            "cost": self.env._(
                "Expected cost of a year: %(cost)s",
                cost=self.env.company.currency_id.format(found["cost"]),
            ),
        }

    @api.model
    def _crm_template_texts(self):
        # formatted before: nested calls confuse the extraction of terms
        scale = self._template_scale()
        welcome, least, birthday, silver, gold = (
            self.env.company.currency_id.format(amount * scale)
            for amount in (5, 10, 10, 500, 2000)
        )
        return [
            (
                "firm_bonus",
                self.env._("Firm's Bonus"),
                self.env._(
                    "3 % of every paid invoice to a card all contacts of the firm "
                    "share; points last a year and pay up to 30 % of an order."
                ),
                "loyalty_cards",
            ),
            (
                "consumer_tiers",
                self.env._("Club with Tiers"),
                self.env._(
                    "Points for what was delivered, 14 days later. Silver from "
                    "%(silver)s a year, gold from %(gold)s, with more points for each "
                    "purchase.",
                    silver=silver,
                    gold=gold,
                ),
                "fidelity_cards",
            ),
            (
                "nth_gift",
                self.env._("Gift for Every 10th Purchase"),
                self.env._(
                    "A point for each order from %(amount)s, a gift for ten of them.",
                    amount=least,
                ),
                "2_plus_1",
            ),
            (
                "winback",
                self.env._("Win-Back Coupon"),
                self.env._(
                    "Who is about to be lost gets a coupon for 15 % by e-mail, good "
                    "for 30 days."
                ),
                "coupons",
            ),
            (
                "events",
                self.env._("Welcome and Birthday"),
                self.env._(
                    "%(welcome)s after the first purchase and %(birthday)s for the "
                    "birthday, as points to pay with for 60 days.",
                    welcome=welcome,
                    birthday=birthday,
                ),
                "promotional_program",
            ),
        ]

    @api.model
    def _crm_template_values(self):
        scale = self._template_scale()
        titles = {name: title for name, title, *_rest in self._crm_template_texts()}
        values = {
            "firm_bonus": self._template_firm_bonus(),
            "consumer_tiers": self._template_tiers(scale),
            "nth_gift": self._template_gift(scale),
            "winback": self._template_winback(),
            "events": self._template_events(scale),
        }
        return {
            name: {"name": titles[name], **template}
            for name, template in values.items()
        }

    @api.model
    def _template_scale(self):
        """Return the power of ten by which amounts differ from an order of 100."""
        average = self._average_order()
        if average <= 0:
            return 1
        return 10.0 ** floor(log10(average / USUAL_ORDER) + 0.5)

    @api.model
    def _average_order(self):
        """Return what an order of the company amounts to."""
        [(average,)] = (
            self.env["sale.order"]
            .sudo()  # a manager does not necessarily see the orders of every team
            ._read_group(
                [("company_id", "=", self.env.company.id), ("state", "=", "sale")],
                [],
                ["amount_untaxed:avg"],
            )
        )
        return average or 0.0

    def _template_ledger(self, **values):
        return {
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": self.env._("Points"),
            "use_ledger": True,
            "expected_redemption": 80,
            "communication_plan_ids": [Command.clear()],
            **values,
        }

    def _template_money_reward(self, **values):
        return [
            Command.clear(),
            Command.create(
                {
                    "reward_type": "discount",
                    "discount_mode": "per_point",
                    "discount": 1,
                    "discount_applicability": "order",
                    "required_points": 1,
                    "description": self.env._("Pay with points"),
                    **values,
                }
            ),
        ]

    def _template_firm_bonus(self):
        return self._template_ledger(
            earn_event="payment",
            beneficiary="commercial",
            points_tax_mode="excl",
            expire_after=365,
            point_value=1,
            max_points_percent=30,
            rule_ids=[
                Command.clear(),
                Command.create(
                    {"reward_point_mode": "money", "reward_point_amount": 0.03}
                ),
            ],
            reward_ids=self._template_money_reward(),
        )

    def _template_tiers(self, scale):
        discount = self.env.company.currency_id.format(5 * scale)
        levels = (
            (self.env._("Member"), 0, 1.0, 0),
            (self.env._("Silver"), 500, 1.25, 8),
            (self.env._("Gold"), 2000, 1.5, 3),
        )
        return self._template_ledger(
            earn_event="delivery",
            pending_days=14,
            expire_after=365,
            expiry_policy="inactivity",
            point_value=0.05,
            tier_basis="amount",
            rule_ids=[
                Command.clear(),
                Command.create({"reward_point_mode": "money"}),
            ],
            reward_ids=self._template_money_reward(
                discount_mode="per_order",
                discount=5 * scale,
                required_points=100 * scale,
                description=self.env._("%(amount)s off", amount=discount),
            ),
            level_ids=[
                Command.create(
                    {
                        "name": name,
                        "threshold": threshold * scale,
                        "multiplier": multiplier,
                        "color": color,
                    }
                )
                for name, threshold, multiplier, color in levels
            ],
        )

    def _template_gift(self, scale):
        gift = self.env["product.product"].search(
            [
                ("sale_ok", "=", True),
                ("type", "!=", "combo"),
                ("list_price", ">", 0),
                ("company_id", "in", (False, self.env.company.id)),
            ],
            order="list_price, id",
            limit=1,
        )
        reward = (
            {
                "reward_type": "product",
                "reward_product_id": gift.id,
                "reward_product_qty": 1,
                "description": self.env._("Gift: %(product)s", product=gift.name),
            }
            if gift
            else {
                "reward_type": "discount",
                "discount_mode": "per_order",
                "discount": 10 * scale,
                "description": self.env._("Gift: a discount"),
            }
        )
        return self._template_ledger(
            portal_point_name=self.env._("Purchases"),
            rule_ids=[
                Command.clear(),
                Command.create(
                    {"reward_point_mode": "order", "minimum_amount": 10 * scale}
                ),
            ],
            reward_ids=[
                Command.clear(),
                Command.create({**reward, "required_points": 10}),
            ],
        )

    def _template_winback(self):
        stages = self.env["crm.loyalty.stage"]
        for code in AT_RISK:
            stages |= (
                self.env.ref(
                    f"crm_loyalty.crm_loyalty_stage_{code}", raise_if_not_found=False
                )
                or self.env["crm.loyalty.stage"]
            )
        mail = self.env.ref(
            "crm_loyalty.mail_template_winback", raise_if_not_found=False
        )
        return {
            "program_type": "coupons",
            "applies_on": "current",
            "trigger": "with_code",
            "portal_point_name": self.env._("Coupon"),
            "expected_redemption": 20,
            "stage_ids": [Command.set(stages.ids)],
            "rule_ids": [Command.clear()],
            "reward_ids": [
                Command.clear(),
                Command.create(
                    {
                        "discount": 15,
                        "required_points": 1,
                        "description": self.env._("15 % off to welcome you back"),
                    }
                ),
            ],
            "communication_plan_ids": [Command.clear()],
            "bonus_ids": [
                Command.create(
                    {
                        "name": self.env._("We miss you"),
                        "event": "stage",
                        "stage_id": stage.id,
                        "points": 1,
                        "cap": 2,
                        "valid_days": 30,
                        "mail_template_id": mail.id if mail else False,
                    }
                )
                for stage in stages
            ],
        }

    def _template_events(self, scale):
        bonuses = (
            (self.env._("Welcome!"), "welcome", 5, "mail_template_welcome"),
            (self.env._("Happy birthday!"), "birthday", 10, "mail_template_birthday"),
        )
        return self._template_ledger(
            point_value=1,
            expire_after=60,
            expected_redemption=60,
            rule_ids=[Command.clear()],
            reward_ids=self._template_money_reward(),
            bonus_ids=[
                Command.create(
                    {
                        "name": name,
                        "event": event,
                        "points": points * scale,
                        "mail_template_id": self.env["ir.model.data"]._xmlid_to_res_id(
                            f"crm_loyalty.{mail}"
                        ),
                    }
                )
                for name, event, points, mail in bonuses
            ],
        )
