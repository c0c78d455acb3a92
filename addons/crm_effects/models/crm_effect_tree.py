"""No money twice: one tree of drivers, and shares that fit along every branch."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ..engine import money

SHARE_DIGITS = 4


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    money_running = fields.Monetary(
        string="Running Saving to Date",
        compute="_compute_money_kinds",
        store=True,
        help="Comes again every month.",
    )
    money_release = fields.Monetary(
        string="Cash Set Free",
        compute="_compute_money_kinds",
        store=True,
        help="Comes once: it is in the cash flow, it is no profit.",
    )

    @api.depends("money_to_date", "money_method")
    def _compute_money_kinds(self):
        for effect in self:
            once = effect.money_method in money.ONE_OFF
            effect.money_release = effect.money_to_date if once else 0.0
            effect.money_running = 0.0 if once else effect.money_to_date

    @api.onchange("indicator_id")
    def _onchange_indicator_id(self):
        """Propose what a change of the indicator is worth."""
        if self.indicator_id.money_method:
            self.money_method = self.indicator_id.money_method

    @api.constrains(
        "active",
        "include_in_roi",
        "implementation_id",
        "indicator_id",
        "share",
        "money_method",
        "estimator",
        "unit",
        "team_ids",
        "warehouse_ids",
        "user_ids",
    )
    def _check_claims(self):
        """Along a branch of the tree, nobody may claim more than the whole."""
        for effect in self.filtered(lambda e: e._claims_money()):
            rivals = effect._get_rivals()
            claimed = effect.share + sum(rivals.mapped("share"))
            if rivals and float_compare(claimed, 1.0, SHARE_DIGITS) > 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s claims the same money as %(rivals)s: %(indicator)s"
                        " is counted there already. Together they claim %(claimed)s;"
                        " lower the shares to 100 %% in all, or keep one of them out"
                        " of the return.",
                        name=effect.name,
                        rivals=", ".join(rivals.mapped("name")),
                        indicator=effect.indicator_id.display_name,
                        claimed=effect._percent(claimed),
                    )
                )

    def _claims_money(self):
        return bool(
            self.active
            and self.include_in_roi
            and self.is_measured
            and self.indicator_id
            and self.money_method != "none"
        )

    def _get_rivals(self):
        """Effects of the implementation on the same branch that claim money of the
        same kind, once or running, from the same units."""
        path = self.indicator_id._get_tree_path()
        once = self.money_method in money.ONE_OFF
        return (self.implementation_id.effect_ids - self).filtered(
            lambda other: (
                other._claims_money()
                and (other.money_method in money.ONE_OFF) == once
                and (
                    other.indicator_id in path
                    or self.indicator_id in other.indicator_id._get_tree_path()
                )
                and self._shares_units(other)
            )
        )

    def _shares_units(self, other):
        """Whether the two speak of the same part of the company."""
        ours, theirs = self._get_treated(), other._get_treated()
        if not ours or not theirs or self.unit != other.unit:
            return True
        return bool(ours & theirs)
