"""History of the estimates: a row for every change, its author, source and reason.

Rows are written by the register itself and by nobody else; none is ever changed.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .crm_risk_estimate import KINDS, OCCURRENCES, SCENARIOS

SOURCES = [
    ("manual", "By hand"),
    ("indicator", "Indicator"),
    ("response", "Response"),
    ("approach", "Approach"),
    ("review", "Review"),
    ("acceptance", "Acceptance"),
    ("event", "Event"),
]
ESTIMATE = {
    "p_inherent",
    "rate",
    "occurrence",
    "distribution",
    "kind",
    "impact_min",
    "impact_mode",
    "impact_max",
}
"""What is estimated by hand."""

REASON = "change_reason"
TINY = 1e-9

DIGITS = 6
"""Chances closer than this are the same estimate."""

COPIED = ("kind", "occurrence", "rate", "score_current")
FIGURES = [
    f"{figure}_{scenario}"
    for scenario, _label in SCENARIOS
    for figure in ("p", "impact", "emv")
]


class CrmRiskAssessment(models.Model):
    _name = "crm.risk.assessment"
    _description = "Change of a Risk's Estimate"
    _order = "date desc, id desc"
    _rec_name = "risk_id"

    risk_id = fields.Many2one("crm.risk", required=True, index=True, ondelete="cascade")
    implementation_id = fields.Many2one(
        related="risk_id.implementation_id", store=True, index=True
    )
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", string="Author", readonly=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    occurrence = fields.Selection(OCCURRENCES, readonly=True)
    rate = fields.Float(
        digits=0, string="Events a Year", readonly=True, aggregator=None
    )
    p_inherent = fields.Float(
        digits=0, string="Inherent Probability", readonly=True, aggregator="avg"
    )
    p_current = fields.Float(
        digits=0, string="Current Probability", readonly=True, aggregator="avg"
    )
    p_residual = fields.Float(
        digits=0, string="Residual Probability", readonly=True, aggregator="avg"
    )
    impact_inherent = fields.Monetary(
        string="Mean Impact, Inherent", readonly=True, aggregator="avg"
    )
    impact_current = fields.Monetary(
        string="Mean Impact, Current", readonly=True, aggregator="avg"
    )
    impact_residual = fields.Monetary(
        string="Mean Impact, Residual", readonly=True, aggregator="avg"
    )
    emv_inherent = fields.Monetary(
        string="Expected Loss Before", readonly=True, aggregator="avg"
    )
    emv_current = fields.Monetary(
        string="Expected Loss Now", readonly=True, aggregator="avg"
    )
    emv_residual = fields.Monetary(
        string="Expected Loss After", readonly=True, aggregator="avg"
    )
    emv_change = fields.Monetary(
        string="Change of Expected Loss",
        readonly=True,
        help="Current expected loss less that of the row before.",
    )
    score_current = fields.Integer(string="Score", readonly=True, aggregator="avg")

    def write(self, vals):
        self.check_access("write")
        if vals:
            raise UserError(self.env._("The history of a risk is never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a risk is never deleted."))

    @api.model
    def _log(self, risks, source, reasons=None, always=False):
        """Add a row for each of ``risks`` whose estimate is not that of its last row.

        :param dict reasons: {risk id: words}
        :param always: also where no figure moved, as acceptance does
        """
        last = risks._get_last_assessments()
        # sudo: the register keeps its own history, whoever moves a risk
        self.sudo().create(
            [
                {
                    **figures,
                    "risk_id": risk.id,
                    "user_id": self.env.uid,
                    "source": source,
                    "reason": (reasons or {}).get(risk.id),
                    "emv_change": risk.emv_current - last[risk].emv_current,
                }
                for risk in risks
                for figures in [risk._get_assessed_figures()]
                if always or last[risk]._differs(figures)
            ]
        )

    def _differs(self, figures):
        """Whether these are other figures than those of the row (or of no row)."""
        if not self:
            return any(figures[name] for name in FIGURES)
        currency = self.currency_id
        for name in (*FIGURES, "rate"):
            if name.startswith(("p_", "rate")):
                if round(self[name] - figures[name], DIGITS):
                    return True
            elif currency.compare_amounts(self[name], figures[name]):
                return True
        return any(self[name] != figures[name] for name in ("kind", "occurrence"))


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    assessment_ids = fields.One2many(
        "crm.risk.assessment", "risk_id", string="History", copy=False
    )
    assessment_count = fields.Integer(compute="_compute_assessment_count")
    change_reason = fields.Char(
        string="Reason of the Change",
        store=False,
        help="Why you change the estimate: kept in the history with your name.",
    )

    @api.depends("assessment_ids")
    def _compute_assessment_count(self):
        counts = dict(
            self.env["crm.risk.assessment"]._read_group(
                [("risk_id", "in", self.ids)], ["risk_id"], ["__count"]
            )
        )
        for risk in self:
            risk.assessment_count = counts.get(risk, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """The first estimate, with all that came with it, is one row."""
        reasons = [vals.get("change_reason") for vals in vals_list]
        later = self.with_context(crm_risk_log_later=True)
        risks = super(CrmRisk, later).create(vals_list).with_env(self.env)
        by_source = {}
        for risk, reason in zip(risks, reasons, strict=True):
            source, words = risk._get_first_reason(reason)
            by_source.setdefault(source, {})[risk.id] = words
        for source, words in by_source.items():
            self.browse(words)._log_assessment(source, words)
        return risks

    def _get_first_reason(self, reason):
        """(source, words) of the first row."""
        template, chosen = self.template_id, self.implementation_id.approach_ids
        odds = template._get_odds_ratio(chosen) if template else 1.0
        if abs(odds - 1) < TINY:
            return "manual", reason or self.env._("First estimate")
        return "approach", self.env._(
            "Catalogue, odds × %(factor)s by the approaches chosen",
            factor=formatLang(self.env, odds),
        )

    def write(self, vals):
        """A change by hand gets its own row, apart from responses saved with it."""
        estimate = {name: vals[name] for name in vals.keys() & ESTIMATE}
        rest = {name: vals[name] for name in vals.keys() - ESTIMATE - {REASON}}
        if estimate:
            super().write(estimate)
            self._log_assessment("manual", vals.get(REASON))
        return super().write(rest) if rest or not estimate else True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_assessed(self):
        """An assessed risk has a history that others rely on."""
        kept = self.filtered(lambda risk: risk.state != "identified")
        if kept:
            raise UserError(
                self.env._(
                    "%(risk)s has been assessed: its history must stay. Close or"
                    " archive it instead.",
                    risk=kept[0].display_name,
                )
            )

    def _get_last_assessments(self):
        """{risk: its newest row, or none}"""
        # sudo: compared, not shown
        rows = self.env["crm.risk.assessment"].sudo()
        newest = rows._read_group(
            [("risk_id", "in", self.ids)], ["risk_id"], ["id:max"]
        )
        found = {risk.id: row for risk, row in newest}
        return {risk: rows.browse(found.get(risk.id)) for risk in self}

    def _get_assessed_figures(self):
        self.ensure_one()
        return {name: self[name] for name in (*FIGURES, *COPIED)}

    def _log_assessment(self, source, reason=None, always=False):
        """Note in the history what the risks are now estimated at.

        :param reason: words, or {risk id: words}
        """
        if not self or self.env.context.get("crm_risk_log_later"):
            return
        reasons = (
            reason if isinstance(reason, dict) else dict.fromkeys(self.ids, reason)
        )
        self.env["crm.risk.assessment"]._log(self, source, reasons, always)
        self._recall_material()

    def action_open_history(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_assessment_action"
        )
        return {
            **action,
            "domain": [("risk_id", "=", self.id)],
            "context": {"create": False},
        }
