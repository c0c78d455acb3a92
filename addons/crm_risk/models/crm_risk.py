"""The register: what may happen to one implementation, to whom it belongs, where
it stands. What it costs is in crm_risk_exposure.py."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_form_access import CrmFormAccess
from .crm_risk_estimate import CrmRiskEstimate

STATES = [
    ("identified", "Identified"),
    ("assessed", "Assessed"),
    ("planned", "Planned"),
    ("monitoring", "Monitoring"),
    ("occurred", "Occurred"),
    ("closed", "Closed"),
]
CLOSE_REASONS = [
    ("expired", "Expired"),
    ("occurred", "It happened"),
    ("treated", "Treated"),
    ("transferred", "Transferred"),
    ("merged", "Merged"),
    ("duplicate", "Duplicate"),
]


class CrmRisk(models.Model):
    _name = "crm.risk"
    _description = "Risk"
    _inherit = [
        CrmRiskEstimate._name,
        CrmFormAccess._name,
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "emv_current desc, id"
    _rec_names_search = ["ref", "name"]
    _check_company_auto = True
    _probability_field = "p_inherent"

    ref = fields.Char(string="Reference", readonly=True, copy=False, index="trigram")
    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    implementation_id = fields.Many2one(
        "crm.implementation",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_implementation(),
    )
    company_id = fields.Many2one(
        related="implementation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    template_id = fields.Many2one(
        "crm.risk.template",
        string="From the Catalogue",
        index="btree_not_null",
        ondelete="set null",
    )
    category_id = fields.Many2one("crm.risk.category", index=True, ondelete="restrict")
    driver_id = fields.Many2one(
        "crm.risk.driver",
        ondelete="restrict",
        help="Common cause: risks of one driver are correlated in the simulation.",
    )
    cause = fields.Text()
    event = fields.Text()
    consequence = fields.Text()
    trigger = fields.Text(help="Sign by which we notice that it is about to happen.")
    owner_id = fields.Many2one(
        "res.users",
        string="Risk Owner",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_identified = fields.Date(
        string="Identified on", default=fields.Date.context_today
    )
    date_from = fields.Date(string="Possible from")
    date_to = fields.Date(string="Possible until")
    next_review_date = fields.Date(string="Next Review", tracking=True)
    contingency_plan = fields.Text(help="What to do once it happened.")
    fallback_plan = fields.Text(help="What to do if that does not help.")
    confidential = fields.Boolean(
        help="Only the owner, the author and risk managers see this risk."
    )
    state = fields.Selection(
        STATES, required=True, default="identified", tracking=True, copy=False
    )
    close_reason = fields.Selection(CLOSE_REASONS, tracking=True, copy=False)
    strategy = fields.Selection(tracking=True)
    response_ids = fields.One2many(
        "crm.risk.response", "risk_id", string="Responses", copy=True
    )
    indicator_ids = fields.One2many(
        "crm.risk.indicator", "risk_id", string="Indicators", copy=True
    )
    color = fields.Integer(related="category_id.color")

    _ref_unique = models.Constraint(
        "UNIQUE (ref)", "Another risk has this reference already."
    )
    _template_once = models.UniqueIndex(
        "(implementation_id, template_id) WHERE template_id IS NOT NULL"
        " AND state != 'closed' AND active",
        "This risk of the catalogue is in the register of the implementation already.",
    )
    _state_idx = models.Index("(implementation_id, state) WHERE active")

    @api.model
    def _default_implementation(self):
        """The one that is open, if there is just one."""
        domain = [
            ("company_id", "=", self.env.company.id),
            ("state", "!=", "closed"),
        ]
        found = self.env["crm.implementation"].search(domain, limit=2)
        return found if len(found) == 1 else False

    @api.depends("ref", "name")
    def _compute_display_name(self):
        for risk in self:
            risk.display_name = f"{risk.ref} {risk.name}" if risk.ref else risk.name

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        return super().create(
            [
                {**vals, "ref": vals.get("ref") or sequence.next_by_code("crm.risk")}
                for vals in vals_list
            ]
        )

    def copy_data(self, default=None):
        return [
            {**vals, "template_id": False, "name": self._get_copy_name(vals["name"])}
            for vals in super().copy_data(default)
        ]

    def _get_copy_name(self, name):
        return self.env._("%(name)s (copy)", name=name)

    # --- constraints ---------------------------------------------------------

    @api.constrains("p_inherent")
    def _check_p_inherent(self):
        self._check_probability()

    @api.constrains("distribution", "impact_min", "impact_mode", "impact_max")
    def _check_impact_money(self):
        self._check_impact()

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for risk in self:
            if risk.date_from and risk.date_to and risk.date_from > risk.date_to:
                raise ValidationError(
                    self.env._(
                        "%(risk)s: the risk cannot be possible until %(date_to)s, which"
                        " is before %(date_from)s.",
                        risk=risk.display_name,
                        date_from=risk.date_from,
                        date_to=risk.date_to,
                    )
                )

    @api.constrains("state", "owner_id", "strategy", "close_reason", "response_ids")
    def _check_state(self):
        for risk in self:
            missing = risk._get_missing_for_state()
            if missing:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(risk)s cannot be %(state)s yet: %(missing)s.",
                        risk=risk.display_name,
                        state=states[risk.state].lower(),
                        missing=missing,
                    )
                )

    def _get_missing_for_state(self):
        """What the state still asks for, in words; empty if nothing."""
        if self.state == "identified":
            return ""
        if self.state == "closed":
            return "" if self.close_reason else self.env._("give the reason of closing")
        if self.state == "occurred":
            return "" if self.event_ids else self.env._("record what happened")
        if not self.owner_id:
            return self.env._("name the risk owner")
        if not self._get_impact_triple()[2] or not (self.p_inherent or self.rate):
            return self.env._("estimate probability and impact")
        return self._get_missing_plan() if self.state != "assessed" else ""

    def _get_missing_plan(self):
        if not self.strategy:
            return self.env._("choose a strategy")
        if self.strategy == "accept":
            return "" if self.accepted_by_id else self.env._("have it accepted")
        if self.response_ids or self.contingency_plan:
            return ""
        return self.env._("plan a response")

    # --- actions -------------------------------------------------------------

    def action_assess(self):
        self.write({"state": "assessed"})

    def action_plan(self):
        self.write({"state": "planned"})

    def action_monitor(self):
        self.write({"state": "monitoring"})

    def action_close(self):
        self.write({"state": "closed"})

    def action_reopen(self):
        self.write({"state": "identified", "close_reason": False})

    @api.model
    def _get_open_domain(self):
        """Risks that count: those not closed (nor archived)."""
        return [("state", "!=", "closed")]
