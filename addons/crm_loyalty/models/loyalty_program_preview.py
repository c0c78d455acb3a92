from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..sql import preview

YEAR = timedelta(days=365)


class LoyaltyProgram(models.Model):
    """Who a programme is for and what it would have cost, before it starts."""

    _inherit = "loyalty.program"

    bonus_ids = fields.One2many(
        "crm.loyalty.bonus", "program_id", string="Bonuses", copy=True
    )

    @api.onchange("segment_ids", "stage_ids", "tier_ids", "requires_consent")
    def _onchange_audience(self):
        """Warn of conditions that nobody or everybody meets, before they are saved."""
        if not (
            self.segment_ids or self.stage_ids or self.tier_ids or self.requires_consent
        ):
            return None
        found, total = self._audience_counts()
        if not total or 0 < found < total:
            return None
        return {
            "warning": {
                "title": self.env._("These conditions tell nobody apart"),
                "message": self.env._(
                    "Customers who may take part: %(found)s of %(total)s.",
                    found=found,
                    total=total,
                ),
            }
        }

    def _audience_counts(self):
        """Return the customers who may take part, and all customers."""
        profiles = self.env["crm.loyalty.profile"].sudo()  # the whole company's
        total = profiles.search_count(
            [
                ("company_id", "in", self._scored_companies().ids),
                ("active", "=", True),
                ("order_count", ">", 0),
            ]
        )
        domain = self._audience_domain() & Domain("order_count", ">", 0)
        return profiles.search_count(domain), total

    def _preview(self):
        """Return customers, orders, points and cost of the last twelve months.

        The orders of these customers are put through the programme's rules, as if it
        had been running; what is given besides rules comes on top (bonuses of a year).
        A programme without a value of a point has no known cost.
        """
        self.ensure_one()
        self.env.flush_all()
        found, total = self._audience_counts()
        orders = self._sql_preview_orders()
        [(orders_count, revenue)] = self.env.execute_query(preview.summary(orders))
        points = sum(self._preview_rule(rule, orders) for rule in self.rule_ids)
        taking = found * (1 - self.holdout_percent / 100)
        points *= 1 - self.holdout_percent / 100
        points += self._preview_bonuses() * (1 - self.holdout_percent / 100)
        value = self._preview_point_value(
            revenue / orders_count if orders_count else self._average_order()
        )
        return {
            "customers": found,
            "total": total,
            "taking_part": round(taking),
            "orders": orders_count,
            "points": points,
            "cost": points * value * self.expected_redemption / 100,
            "has_value": bool(value),
        }

    def _sql_preview_orders(self):
        condition = self._audience_profiles()
        companies = self._scored_companies()
        return preview.orders(
            companies,
            SQL(" ").join(
                SQL("WHEN %s THEN %s", company.id, self._rate_from(company))
                for company in companies
            ),
            fields.Datetime.now() - YEAR,
            preview.audience(condition.subselect()),
        )

    def _preview_rule(self, rule, orders):
        by_lines = (
            rule.reward_point_mode == "unit"
            or rule.minimum_qty > 1
            or not rule._get_valid_product_domain().is_true()
        )
        taxed = self.points_tax_mode == "incl"
        query = preview.rule_points(rule, orders, by_lines, taxed)
        return self.env.execute_query(query)[0][0]

    def _preview_point_value(self, average_order):
        """Return what a point costs: as set, else by the reward that gives most."""
        return self._money_per_point() or max(
            (
                reward._money_per_point(average_order)
                for reward in self.reward_ids
                if reward.required_points
            ),
            default=0,
        )

    def _preview_bonuses(self):
        """Points of the events of a year, as far as the last year tells them."""
        firms = self._audience_profiles().subselect("partner_id")
        return sum(
            bonus.points * bonus._events_of_a_year(firms) for bonus in self.bonus_ids
        )

    def _audience_profiles(self):
        profiles = self.env["crm.loyalty.profile"].sudo()  # the whole company's
        return profiles._search(self._audience_domain())

    def action_preview(self):
        """Show who may take part and what a year would cost."""
        self.ensure_one()
        return {
            "name": self.env._("Preview: %(program)s", program=self.name),
            "type": "ir.actions.act_window",
            "res_model": "crm.loyalty.program.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_program_id": self.id},
        }

    def action_view_audience(self):
        """Open the profiles of the customers who may take part."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_profile_action"
        )
        profiles = self.env["crm.loyalty.profile"].search(self._audience_domain())
        return {**action, "domain": [("id", "in", profiles.ids)], "context": {}}
