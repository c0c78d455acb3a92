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
    blocked_by_id = fields.Many2one(
        "crm.effect",
        string="Kept Out by",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
        help="The earlier effect that claims the same money.",
    )
    block_note = fields.Text(
        string="Why It Does Not Count", compute="_compute_block_note"
    )

    @api.depends("money_to_date", "money_method")
    def _compute_money_kinds(self):
        for effect in self:
            once = effect.money_method in money.ONE_OFF
            effect.money_release = effect.money_to_date if once else 0.0
            effect.money_running = 0.0 if once else effect.money_to_date

    @api.depends_context("lang")
    @api.depends("blocked_by_id.name", "indicator_id")
    def _compute_block_note(self):
        for effect in self:
            effect.block_note = bool(effect.blocked_by_id) and self.env._(
                "Kept out of the return at an update: %(name)s claims the same money"
                " as %(rival)s, which came first. Lower the shares to 100 %% in all and"
                " let it count again, or leave it out.",
                name=effect.name,
                rival=effect.blocked_by_id.name,
            )

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
        """Along a branch of the tree, nobody may claim more than the whole.

        An update keeps the later effect out instead: it must not fail on what was
        entered before it was refused.
        """
        if self.env.context.get("install_mode"):
            self.implementation_id._settle_claims()
            return
        for effect in self.filtered(lambda e: e._claims_money()):
            rivals = effect._get_rivals()
            if claimed := effect._get_excess(rivals):
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

        counted = self.filtered(lambda e: e.blocked_by_id and e._claims_money())
        counted.sudo().blocked_by_id = False  # a result: nobody types it

    def _get_excess(self, rivals):
        """What is claimed with the rivals, if that is more than the whole."""
        claimed = self.share + sum(rivals.mapped("share"))
        is_more = float_compare(claimed, 1.0, SHARE_DIGITS) > 0
        return claimed if rivals and is_more else 0.0

    def _keep_out(self, rivals):
        """Keep the effect, but not its money, and say why."""
        # sudo: the block is a result; nobody has the right to type it
        self.sudo().write({"include_in_roi": False, "blocked_by_id": rivals[:1].id})
        self.message_post(body=self.block_note)

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


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    def _settle_claims(self):
        """Of effects that claim the same money the earliest count, as far as their
        shares go; the others are kept out of the return."""
        for implementation in self:
            counted = implementation.effect_ids.browse()
            for effect in implementation.effect_ids.sorted("id"):
                if not effect._claims_money():
                    continue
                rivals = (effect._get_rivals() & counted).sorted("id")
                if effect._get_excess(rivals):
                    effect._keep_out(rivals)
                else:
                    counted |= effect
