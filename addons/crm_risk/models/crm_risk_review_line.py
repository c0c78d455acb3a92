"""One risk on the agenda of a review: its figures, what changed, what was decided."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .crm_risk import STATES

DECISIONS = [
    ("keep", "Leave as it is"),
    ("reassess", "Reassess"),
    ("respond", "Respond further"),
    ("accept", "Accept"),
    ("escalate", "Escalate"),
    ("close", "Close"),
]
FIGURES = (
    "ref",
    "name",
    "state",
    "owner_id",
    "rating_current_id",
    "p_current",
    "emv_inherent",
    "emv_current",
    "emv_residual",
)
SHOWN_CHANGES = 5
"""Newest changes written into a line; all of them are one click away."""


class CrmRiskReviewLine(models.Model):
    """Its figures follow the risk while the review is open, and never afterwards."""

    _name = "crm.risk.review.line"
    _description = "Risk in a Review"
    _order = "review_id desc, emv_current desc, id"

    review_id = fields.Many2one(
        "crm.risk.review", required=True, index=True, ondelete="cascade"
    )
    review_date = fields.Date(related="review_id.date", store=True)
    review_state = fields.Selection(
        related="review_id.state", string="State of the Review"
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    risk_id = fields.Many2one(
        "crm.risk", index="btree_not_null", readonly=True, ondelete="set null"
    )
    confidential = fields.Boolean(compute="_compute_confidential", store=True)
    ref = fields.Char(string="Reference", compute="_compute_figures", store=True)
    name = fields.Char(string="Title", compute="_compute_figures", store=True)
    state = fields.Selection(STATES, compute="_compute_figures", store=True)
    owner_id = fields.Many2one(
        "res.users", string="Risk Owner", compute="_compute_figures", store=True
    )
    rating_current_id = fields.Many2one(
        "crm.risk.rating",
        string="Rating",
        compute="_compute_figures",
        store=True,
        ondelete="set null",
    )
    p_current = fields.Float(
        string="Probability",
        digits=0,
        compute="_compute_figures",
        store=True,
        aggregator=None,
    )
    emv_inherent = fields.Monetary(
        string="Expected Loss Before", compute="_compute_figures", store=True
    )
    emv_current = fields.Monetary(
        string="Expected Loss Now", compute="_compute_figures", store=True
    )
    emv_residual = fields.Monetary(
        string="Expected Loss After", compute="_compute_figures", store=True
    )
    emv_previous = fields.Monetary(
        string="Expected Loss at the Previous Review", readonly=True, aggregator=None
    )
    is_new = fields.Boolean(
        string="New", readonly=True, help="Was not on the agenda of the review before."
    )
    emv_change = fields.Monetary(
        string="Change",
        compute="_compute_emv_change",
        store=True,
        help="Current expected loss less that at the previous review.",
    )
    changes = fields.Text(
        string="What Changed", readonly=True, help="Newest first, with the source."
    )
    decision = fields.Selection(DECISIONS)
    note = fields.Char(string="Words of the Decision")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_deadline = fields.Date(string="Deadline")

    _risk_once = models.Constraint(
        "UNIQUE (review_id, risk_id)", "This risk is on the agenda already."
    )

    @api.depends(*(f"risk_id.{name}" for name in FIGURES))
    def _compute_figures(self):
        for line in self:
            locked = line.review_id.state == "closed" or not line.risk_id
            source = line if locked else line.risk_id
            for name in FIGURES:
                line[name] = source[name]

    @api.depends("risk_id.confidential")
    def _compute_confidential(self):
        """Follows the risk always; of a deleted risk, what it was."""
        for line in self:
            source = line.risk_id or line
            line.confidential = source.confidential

    @api.depends("emv_current", "emv_previous")
    def _compute_emv_change(self):
        for line in self:
            line.emv_change = line.emv_current - line.emv_previous

    # --- locked once the review is closed ------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        reviews = {vals["review_id"] for vals in vals_list if vals.get("review_id")}
        self.env["crm.risk.review"].browse(reviews)._check_open()
        return super().create(vals_list)

    def write(self, vals):
        self.review_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.review_id._check_open()

    # --- what changed --------------------------------------------------------

    def _note_changes(self):
        """Compare with the previous review and read the history since."""
        for review, lines in self.grouped("review_id").items():
            before = {line.risk_id: line for line in review.previous_id.line_ids}
            rows = self.env["crm.risk.assessment"].search(
                review._get_changes_domain()
                & Domain("risk_id", "in", lines.risk_id.ids)
            )
            history = rows.grouped("risk_id")
            for line in lines:
                previous = before.get(line.risk_id)
                line.write(
                    {
                        "is_new": not previous,
                        "emv_previous": previous.emv_current if previous else 0.0,
                        "changes": line._get_change_words(
                            history.get(line.risk_id, rows[:0])
                        ),
                    }
                )

    def _get_change_words(self, rows):
        sources = dict(rows._fields["source"]._description_selection(self.env))
        return "\n".join(
            f"{format_date(self.env, row.date)} {sources[row.source]}"
            f"{': ' + row.reason if row.reason else ''}"
            for row in rows[:SHOWN_CHANGES]
        )

    # --- decisions -----------------------------------------------------------

    def _carry_out(self):
        """What was decided goes into the history, and to who is responsible."""
        labels = dict(self._fields["decision"]._description_selection(self.env))
        for line in self.filtered("risk_id"):
            words = ": ".join(filter(None, [labels.get(line.decision), line.note]))
            if words:
                line.risk_id._log_assessment("review", words, always=True)
            if line.user_id:
                line._assign(words)
            if line.state != "closed":
                line.risk_id.next_review_date = line.review_id.date_next

    def _assign(self, words):
        self.risk_id.activity_schedule(
            "crm_risk.mail_activity_type_decision",
            date_deadline=self.date_deadline or self.review_id.date_next,
            user_id=self.user_id.id,
            summary=words or self.env._("Decided in the risk review"),
        )


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    review_line_ids = fields.One2many("crm.risk.review.line", "risk_id")
    review_count = fields.Integer(compute="_compute_review_count", string="Reviews")

    @api.depends("review_line_ids")
    def _compute_review_count(self):
        counts = dict(
            self.env["crm.risk.review.line"]._read_group(
                [("risk_id", "in", self.ids)], ["risk_id"], ["__count"]
            )
        )
        for risk in self:
            risk.review_count = counts.get(risk, 0)

    def action_open_review_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_review_line_action"
        )
        return {**action, "domain": [("risk_id", "=", self.id)]}
