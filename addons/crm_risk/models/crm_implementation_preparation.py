"""Where the preparation of an implementation stands, and what comes next."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

OFFICER = "crm_risk.crm_risk_group_officer"

COUNTED = {
    "maturity_count": "crm.maturity.assessment",
    "readiness_count": "crm.readiness",
    "audit_count": "crm.data.audit",
    "process_count": "crm.process",
    "swot_count": "crm.swot.item",
    "planned_action_count": "crm.preparation.action",
    "training_count": "crm.preparation.training",
    "request_count": "crm.preparation.request",
}
"""Field of the implementation: model that it counts."""


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    maturity_ids = fields.One2many("crm.maturity.assessment", "implementation_id")
    readiness_ids = fields.One2many("crm.readiness", "implementation_id")
    audit_ids = fields.One2many("crm.data.audit", "implementation_id")
    method_ids = fields.One2many(
        "crm.preparation.method", "implementation_id", string="Methods Used"
    )
    maturity_count = fields.Integer(compute="_compute_preparation_counts")
    readiness_count = fields.Integer(compute="_compute_preparation_counts")
    audit_count = fields.Integer(compute="_compute_preparation_counts")
    process_count = fields.Integer(compute="_compute_preparation_counts")
    swot_count = fields.Integer(compute="_compute_preparation_counts")
    planned_action_count = fields.Integer(
        compute="_compute_preparation_counts", string="Actions"
    )
    training_count = fields.Integer(
        compute="_compute_preparation_counts", string="Trainings"
    )
    request_count = fields.Integer(
        compute="_compute_preparation_counts", string="Requests"
    )
    interview_count = fields.Integer(compute="_compute_interview_count", groups=OFFICER)
    comparison_count = fields.Integer(
        compute="_compute_interview_count", groups=OFFICER
    )
    maturity_stage = fields.Char(compute="_compute_latest")
    readiness_score = fields.Float(compute="_compute_latest", digits=0)
    data_index = fields.Float(compute="_compute_latest", digits=(5, 1))
    preparation_steps = fields.Json(compute="_compute_preparation_steps")
    preparation_progress = fields.Float(
        compute="_compute_preparation_steps", string="Prepared", digits=0
    )

    # One query for all counts: what belongs to an implementation has its company, so
    # who reads the one may count the others.
    @api.depends_context("uid")
    def _compute_preparation_counts(self):
        counts = {}
        for name, model in COUNTED.items():
            self.env[model].flush_model(["implementation_id"])
            table = SQL.identifier(self.env[model]._table)
            counts[name] = SQL(
                "SELECT %s AS name, implementation_id AS id, COUNT(*) AS count FROM %s"
                " WHERE implementation_id = ANY(%s) GROUP BY implementation_id",
                name,
                table,
                self.ids,
            )
        rows = self.env.execute_query(SQL(" UNION ALL ").join(counts.values()))
        found = {(name, hub): count for name, hub, count in rows}
        for hub in self:
            for name in COUNTED:
                hub[name] = found.get((name, hub.id), 0)

    @api.depends_context("uid")
    def _compute_interview_count(self):
        for name, model in (
            ("interview_count", "crm.interview"),
            ("comparison_count", "crm.approach.comparison"),
        ):
            groups = self.env[model]._read_group(
                [("implementation_id", "in", self.ids)],
                ["implementation_id"],
                ["__count"],
            )
            counts = {hub.id: count for hub, count in groups}
            for hub in self:
                hub[name] = counts.get(hub.id, 0)

    @api.depends("maturity_ids.state", "readiness_ids.state", "audit_ids.state")
    def _compute_latest(self):
        for hub in self:
            hub.maturity_stage = hub._get_finished("maturity_ids").stage
            hub.readiness_score = hub._get_finished("readiness_ids").score
            hub.data_index = hub._get_finished("audit_ids").index

    def _get_finished(self, name):
        """The latest finished picture of this kind."""
        done = self[name].filtered(lambda one: one.state == "done")
        return done.sorted(lambda one: (one.date, one._origin.id))[-1:]

    def _get_taken_templates(self):
        """Templates whose risk is open in the register already."""
        # Whoever cannot read a confidential risk must not add it a second time.
        risks = self.env["crm.risk"].sudo()  # only the templates are taken from it
        return risks.search(
            [
                ("implementation_id", "=", self.id),
                ("template_id", "!=", False),
                *risks._get_open_domain(),
            ]
        ).template_id.sudo(False)

    # --- the way through the preparation

    @api.depends(
        "budget",
        "approach_ids",
        "risk_ids.state",
        "maturity_ids.state",
        "readiness_ids.state",
        "audit_ids.state",
    )
    @api.depends_context("uid", "lang")
    def _compute_preparation_steps(self):
        for hub in self:
            steps = hub._get_preparation_steps()
            done = sum(step["done"] for step in steps)
            hub.preparation_steps = steps
            hub.preparation_progress = done / len(steps)

    def _get_preparation_steps(self):
        """[{name, label, done, status}] in the order in which one goes through."""
        self.ensure_one()
        officer = self.env.user.has_group(OFFICER)
        env = self.env
        steps = [
            ("money", env._("Name budget, payroll and margin"), *self._get_money()),
            (
                "approach",
                env._("Choose the approaches"),
                bool(self.approach_ids),
                ", ".join(self.approach_ids.mapped("name")),
            ),
            ("maturity", env._("Assess the maturity"), *self._get_maturity()),
            ("readiness", env._("Go through the self-assessment"), *self._get_ready()),
            ("audit", env._("Audit the customer data"), *self._get_audited()),
            (
                "process",
                env._("Describe processes and their pains"),
                bool(self.process_count),
                self._count_text(self.process_count),
            ),
            (
                "swot",
                env._("Draw up the SWOT"),
                bool(self.swot_count),
                self._count_text(self.swot_count),
            ),
        ]
        if officer:
            steps.append(
                (
                    "interview",
                    env._("Interview key people"),
                    bool(self.interview_count),
                    self._count_text(self.interview_count),
                )
            )
        steps.append(
            (
                "risk",
                env._("Fill the register"),
                bool(self.risk_count),
                self._count_text(self.risk_count),
            )
        )
        names = ("name", "label", "done", "status")
        return [dict(zip(names, step, strict=True)) for step in steps]

    def _count_text(self, count):
        return self.env._("Recorded: %(count)s", count=count) if count else ""

    def _get_money(self):
        # Reporters see whether a base is named, not how much it is.
        hub = self.sudo()  # only "named or not" leaves this method
        named = bool(hub.budget and hub.monthly_payroll and hub.monthly_margin)
        return named, ""

    def _get_maturity(self):
        last = self._get_finished("maturity_ids")
        if not last:
            return False, ""
        status = self.env._(
            "Stage %(stage)s, wanted %(target)s", stage=last.stage, target=last.target
        )
        return True, status

    def _get_ready(self):
        last = self._get_finished("readiness_ids")
        if not last:
            return False, ""
        return True, self.env._("Score %(score)s %%", score=round(100 * last.score))

    def _get_audited(self):
        last = self._get_finished("audit_ids")
        if not last:
            return False, ""
        return True, self.env._(
            "Index %(index)s of 100", index=formatLang(self.env, last.index, digits=1)
        )

    def action_open_preparation(self, step):
        """Where one works at this step of the preparation."""
        self.ensure_one()
        actions = {
            "maturity": "crm_risk.crm_maturity_assessment_action",
            "readiness": "crm_risk.crm_readiness_action",
            "audit": "crm_risk.crm_data_audit_action",
            "process": "crm_risk.crm_process_action",
            "swot": "crm_risk.crm_swot_item_action",
            "pair": "crm_risk.crm_swot_pair_action",
            "interview": "crm_risk.crm_interview_action",
            "action": "crm_risk.crm_preparation_action_action",
            "training": "crm_risk.crm_preparation_training_action",
            "request": "crm_risk.crm_preparation_request_action",
            "comparison": "crm_risk.crm_approach_comparison_action",
        }
        if step == "risk":
            return self.action_open_risks()
        if step not in actions:
            raise UserError(
                self.env._("There is no step of preparation “%(step)s”.", step=step)
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(actions[step])
        return {
            **action,
            "domain": [("implementation_id", "=", self.id)],
            "context": {"default_implementation_id": self.id},
        }

    def action_open_actions(self):
        return self.action_open_preparation("action")

    def action_open_requests(self):
        return self.action_open_preparation("request")

    def action_open_comparisons(self):
        return self.action_open_preparation("comparison")

    def action_propose_pairs(self):
        """Propose strategies from the SWOT items and show them."""
        self.ensure_one()
        self.check_access("write")
        self.env["crm.swot.pair"]._propose(self)
        return self.action_open_preparation("pair")

    def action_compare_approaches(self):
        """Exposure under each approach, on the same draws, and show it."""
        self.ensure_one()
        self.check_access("write")
        # All risks count, also those confidential to somebody else: sums alone show.
        whole = self.sudo()  # checked above: the user may write the implementation
        run = self.env["crm.approach.comparison"].sudo()._run(whole)
        return run.sudo(False)._get_records_action()
