"""Monthly figures of an indicator for a group of teams."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .crm_effect import MONEY_METHODS

FACT_COLUMNS = {
    "crm.team": "team_id",
    "stock.warehouse": "warehouse_id",
    "res.users": "user_id",
}


class CrmIndicator(models.Model):
    _inherit = "crm.indicator"

    money_method = fields.Selection(
        MONEY_METHODS,
        default="none",
        string="Money of a Change",
        help="What an effect on this indicator proposes.",
    )
    driver_of_id = fields.Many2one(
        "crm.indicator",
        string="Driver of",
        index="btree_not_null",
        ondelete="set null",
        help="The figure it is a part of: more orders per salesperson are more revenue."
        " Money is claimed once in such a tree.",
    )
    driver_ids = fields.One2many("crm.indicator", "driver_of_id", string="Drivers")
    has_defaults = fields.Boolean(
        copy=False, help="What this addon proposes for the indicator was taken once."
    )

    @api.constrains("driver_of_id")
    def _check_driver(self):
        if self._has_cycle("driver_of_id"):
            raise ValidationError(
                self.env._("An indicator cannot be a driver of itself.")
            )

    @api.model
    def _take_defaults(self, defaults):
        """Give indicators of another addon what this one proposes, once.

        Such records are not written by updates, so those that come with an update
        would stay without. What was chosen by hand is kept.

        :param defaults: {external id: {field: value}}; a link is an external id
        """
        for xmlid, proposed in defaults.items():
            indicator = self.env.ref(xmlid, raise_if_not_found=False)
            if indicator and not indicator.has_defaults:
                indicator.write(indicator._prepare_defaults(proposed))

    def _prepare_defaults(self, proposed):
        values = {"has_defaults": True}
        untouched = not self.driver_of_id and self.money_method in (False, "none")
        for name, value in proposed.items():
            if name == "builtin":
                values[name] = self.builtin or value
            elif untouched and name == "driver_of_id":
                values[name] = self.env.ref(value).id
            elif untouched:
                values[name] = value
        return values

    def _get_tree_path(self):
        """The indicator and all it is a driver of, up to the top."""
        path = self.browse()
        node = self
        while node and node not in path:
            path |= node
            node = node.driver_of_id
        return path

    def _is_ratio(self):
        return self.kind in ("ratio", "median")

    def _get_value(self, numerator, denominator):
        """The figure of one month; ``None`` is no data, as is a ratio of nothing or
        of less."""
        if not self._is_ratio():
            return numerator
        known = numerator is not None and (denominator or 0) > 0
        return numerator / denominator if known else None

    def _get_monthly_sums(self, company, units):
        """{first day of month: (numerator, denominator)} of the units, or of all.

        ``units`` are sales teams, warehouses or salespeople.
        """
        groups = self._read_monthly(company, units, ["date:month"])
        return {
            month: (numerator or 0.0, denominator or 0.0)
            for month, numerator, denominator in groups
        }

    def _get_unit_sums(self, company, units):
        """{id of the unit: {month: (numerator, denominator)}}"""
        column = FACT_COLUMNS[units._name]
        found = {}
        for unit, month, numerator, denominator in self._read_monthly(
            company, units, [column, "date:month"]
        ):
            found.setdefault(unit.id, {})[month] = (numerator or 0, denominator or 0)
        return found

    def _read_monthly(self, company, units, groupby):
        self.ensure_one()
        domain = Domain("indicator_id", "=", self.id)
        domain &= Domain("company_id", "=", company.id)
        domain &= Domain("granularity", "=", "month")
        if units:
            domain &= Domain(FACT_COLUMNS[units._name], "in", units.ids)
        # sudo: only sums over whole groups leave the estimates, never a person's figure
        facts = self.env["crm.indicator.fact"].sudo()
        return facts._read_group(domain, groupby, ["numerator:sum", "denominator:sum"])
