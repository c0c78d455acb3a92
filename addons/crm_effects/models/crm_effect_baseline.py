"""The figures before the go-live, frozen: they never change, and prove it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.fingerprint import fingerprint
from .crm_effect_baseline_change import SIDES, figures_of
from .crm_effect_rollout import UNIT_MODELS

FROZEN = {
    "implementation_id",
    "indicator_id",
    "team_ids",
    "control_team_ids",
    "units",
    "date_from",
    "date_to",
    "series",
    "fingerprint",
    "frozen_at",
    "frozen_by_id",
}
RELEASE = {"released_at", "released_by_id", "release_reason"}


class CrmEffectBaseline(models.Model):
    """A copy of the monthly numerators and denominators of one indicator.

    ``series`` is a list of rows {date, numerator, denominator, control_numerator,
    control_denominator}; ``None`` is a month without data.
    """

    _name = "crm.effect.baseline"
    _description = "Frozen Baseline"
    _inherit = ["mail.thread"]
    _order = "frozen_at desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    implementation_id = fields.Many2one(
        "crm.implementation", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    indicator_id = fields.Many2one("crm.indicator", required=True, ondelete="restrict")
    team_ids = fields.Many2many(
        "crm.team", relation="crm_effect_baseline_team_rel", string="Teams"
    )
    control_team_ids = fields.Many2many(
        "crm.team", relation="crm_effect_baseline_control_rel", string="Control Teams"
    )
    units = fields.Json(
        help="Where the figures are of warehouses or of salespeople: which ones."
    )
    units_text = fields.Char(string="Figures of", compute="_compute_units_text")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    series = fields.Json(required=True, groups="crm_risk.crm_risk_group_manager")
    is_small_group = fields.Boolean(
        string="One or Two People",
        compute="_compute_is_small_group",
        store=True,
        help="A month is the work of fewer than three people: late changes are shown to"
        " risk managers only.",
    )
    month_count = fields.Integer(string="Months", compute="_compute_month_count")
    fingerprint = fields.Char(required=True, help="SHA-256 of the frozen figures.")
    is_intact = fields.Boolean(
        compute="_compute_is_intact",
        help="Whether the figures still give the fingerprint taken when they were"
        " frozen.",
    )
    frozen_at = fields.Datetime(required=True, default=fields.Datetime.now)
    frozen_by_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    effect_ids = fields.One2many("crm.effect", "baseline_id")
    change_ids = fields.One2many(
        "crm.effect.baseline.change", "baseline_id", string="Late Changes"
    )
    change_count = fields.Integer(
        string="Late Change Count", compute="_compute_change_count"
    )
    is_imported = fields.Boolean(
        compute="_compute_month_count",
        help="Some months were taken from a file: the effect is no proof.",
    )
    released_at = fields.Datetime(string="Unfrozen On", readonly=True, copy=False)
    released_by_id = fields.Many2one(
        "res.users", string="Unfrozen By", readonly=True, copy=False
    )
    release_reason = fields.Text(
        string="Why It Was Unfrozen", readonly=True, copy=False
    )

    @api.depends("indicator_id.name", "date_from", "date_to")
    def _compute_name(self):
        for baseline in self:
            baseline.name = (
                f"{baseline.indicator_id.name}"
                f" {baseline.date_from:%Y-%m} – {baseline.date_to:%Y-%m}"
                if baseline.date_from and baseline.date_to
                else baseline.indicator_id.name
            )

    @api.depends("series")
    def _compute_month_count(self):
        for baseline in self:
            series = baseline.sudo().series or []  # how many months, no figure
            baseline.month_count = len(series)
            baseline.is_imported = any(row.get("imported") for row in series)

    @api.depends("effect_ids.is_small_group")
    def _compute_is_small_group(self):
        for baseline in self:  # stays so when the baseline is unfrozen
            few = any(baseline.effect_ids.mapped("is_small_group"))
            baseline.is_small_group = baseline.is_small_group or few

    @api.depends("change_ids")
    def _compute_change_count(self):
        for baseline in self:
            baseline.change_count = len(baseline.change_ids)

    @api.depends("units", "team_ids")
    @api.depends_context("lang")
    def _compute_units_text(self):
        for baseline in self:
            units = baseline._get_units()
            baseline.units_text = ", ".join(units.mapped("display_name")) or (
                self.env._("The whole company")
            )

    def _get_units(self):
        """The units whose figures were frozen; empty for the whole company."""
        if not self.units:
            return self.team_ids
        model = UNIT_MODELS[self.units["unit"]]
        # sudo: names of units in a text; their figures are in the baseline anyway
        return self.env[model].sudo().browse(self.units["treated"]).exists()

    def _get_latest_figures(self):
        """{(month, side): (numerator, denominator)} as last noticed: the frozen ones,
        moved by the changes known since."""
        latest = {
            (fields.Date.to_date(row["date"]), side): figures_of(row, side)
            for row in self.sudo().series or []  # sudo: for the late changes
            for side in SIDES
        }
        for change in self.change_ids.sorted("id"):
            side = SIDES[change.is_control]
            latest[change.date, side] = (change.new_numerator, change.new_denominator)
        return latest

    @api.depends("series", "fingerprint", "indicator_id", "team_ids", "units")
    def _compute_is_intact(self):
        for baseline in self:
            baseline.is_intact = baseline.fingerprint == baseline._get_fingerprint()

    def _get_fingerprint(self):
        return self._fingerprint(
            self.sudo().series,  # for a yes or no
            self.indicator_id,
            self.team_ids,
            self.control_team_ids,
            self.units,
        )

    @api.model
    def _fingerprint(self, series, indicator, teams, control, units=None):
        """Fingerprint of the figures together with what they are figures of."""
        subject = {
            "code": indicator.code,
            "teams": sorted(teams.ids),
            "control": sorted(control.ids),
        }
        if units:
            subject["units"] = units
        return fingerprint(series or [], **subject)

    @api.model_create_multi
    def create(self, vals_list):
        baselines = super().create(vals_list)
        for baseline in baselines:
            if not baseline.is_intact:
                raise UserError(
                    self.env._("The fingerprint does not belong to these figures.")
                )
        return baselines

    def write(self, vals):
        released = any(self.mapped("released_at")) and RELEASE & set(vals)
        if FROZEN & set(vals) or released:
            raise UserError(
                self.env._(
                    "A frozen baseline never changes. Freeze a new one from the effect"
                    " instead; the old one is kept."
                )
            )
        return super().write(vals)

    def action_unfreeze(self):
        """Ask for the reason; the baseline itself is kept for the record."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Unfreeze the Baseline"),
            "res_model": "crm.effect.unfreeze",
            "view_mode": "form",
            "target": "new",
            "context": {"default_baseline_id": self.id},
        }

    def _unfreeze(self, reason):
        """Give the effects back their living figures; log who did it and why."""
        self.check_access("write")
        for baseline in self:
            effects = baseline.effect_ids
            effects.sudo().baseline_id = False  # checked above; nobody types it
            baseline.write(
                {
                    "released_at": fields.Datetime.now(),
                    "released_by_id": self.env.uid,
                    "release_reason": reason,
                }
            )
            body = self.env._("Unfrozen: %(reason)s", reason=reason)
            for record in [baseline, *effects]:
                record.message_post(body=body)

    def action_open_changes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_effects.crm_effect_baseline_change_action"
        )
        return {**action, "domain": [("baseline_id", "=", self.id)]}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.effect_ids or any(self.mapped("released_at")):
            raise UserError(
                self.env._(
                    "This baseline is or was the base of an effect and cannot be"
                    " deleted."
                )
            )
