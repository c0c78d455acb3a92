"""The figures before the go-live, frozen: they never change, and prove it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.fingerprint import fingerprint

FROZEN = {
    "implementation_id",
    "indicator_id",
    "team_ids",
    "control_team_ids",
    "date_from",
    "date_to",
    "series",
    "fingerprint",
    "frozen_at",
    "frozen_by_id",
}


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
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    series = fields.Json(required=True)
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
            baseline.month_count = len(baseline.series or [])

    @api.depends("series", "fingerprint", "indicator_id", "team_ids")
    def _compute_is_intact(self):
        for baseline in self:
            baseline.is_intact = baseline.fingerprint == baseline._get_fingerprint()

    def _get_fingerprint(self):
        return self._fingerprint(
            self.series, self.indicator_id, self.team_ids, self.control_team_ids
        )

    @api.model
    def _fingerprint(self, series, indicator, teams, control):
        """Fingerprint of the figures together with what they are figures of."""
        return fingerprint(
            series or [],
            code=indicator.code,
            teams=sorted(teams.ids),
            control=sorted(control.ids),
        )

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
        if FROZEN & set(vals):
            raise UserError(
                self.env._(
                    "A frozen baseline never changes. Freeze a new one from the effect"
                    " instead; the old one is kept."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.effect_ids:
            raise UserError(
                self.env._(
                    "This baseline is the base of an effect and cannot be deleted."
                )
            )
