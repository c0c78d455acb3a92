"""Five-step self-assessment: market, scenarios, IT and goals, operations, plans."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine import preparation
from .crm_preparation_part import CrmPreparationDated
from .crm_readiness_question import STEPS
from .crm_risk_source import CrmRiskSource

LAST = STEPS[-1][0]


def _answers_of(step):
    """The answers of one step, for its tab."""
    return {
        "comodel_name": "crm.readiness.answer",
        "inverse_name": "readiness_id",
        "string": f"Answers of Step {step}",
        "domain": [("step", "=", step)],
    }


class CrmReadiness(models.Model):
    _name = "crm.readiness"
    _description = "Self-Assessment"
    _inherit = [
        CrmPreparationDated._name,
        CrmRiskSource._name,
        "mail.thread",
        "mail.activity.mixin",
    ]
    _risk_children = ("answer_ids", "scenario_ids", "application_ids")

    previous_id = fields.Many2one(
        "crm.readiness", compute="_compute_previous_id", string="Earlier One"
    )
    state = fields.Selection(tracking=True)
    step = fields.Selection(
        STEPS, required=True, default="1", tracking=True, copy=False
    )
    answer_ids = fields.One2many(
        "crm.readiness.answer",
        "readiness_id",
        string="Answers",
        default=lambda self: self._default_answer_ids(),
    )
    answer_1_ids = fields.One2many(**_answers_of("1"))
    answer_2_ids = fields.One2many(**_answers_of("2"))
    answer_3_ids = fields.One2many(**_answers_of("3"))
    answer_4_ids = fields.One2many(**_answers_of("4"))
    answer_5_ids = fields.One2many(**_answers_of("5"))
    chain_ids = fields.One2many(
        "crm.readiness.chain", "readiness_id", string="Supply Chains"
    )
    participant_ids = fields.One2many(
        "crm.readiness.participant", "readiness_id", string="Participants"
    )
    scenario_ids = fields.One2many(
        "crm.readiness.scenario", "readiness_id", string="Scenarios"
    )
    strategy = fields.Text(help="How the company answers the scenarios.")
    goals = fields.Text(help="What the company wants to reach, in figures.")
    application_ids = fields.One2many(
        "crm.readiness.application", "readiness_id", string="Applications"
    )
    request_ids = fields.One2many(
        "crm.preparation.request", "readiness_id", string="Requests"
    )
    action_ids = fields.One2many(
        "crm.preparation.action", "readiness_id", string="Action Plan"
    )
    training_ids = fields.One2many(
        "crm.preparation.training", "readiness_id", string="Training Plan"
    )
    open_request_count = fields.Integer(compute="_compute_counts")
    unknown_count = fields.Integer(compute="_compute_counts", string="Unknown Answers")
    plan_cost = fields.Monetary(
        compute="_compute_counts", help="Actions and trainings not cancelled."
    )
    accepted_gaps = fields.Char(
        string="Open Requests Accepted Because",
        tracking=True,
        help="Why the report may be finished although requests are open.",
    )
    score = fields.Float(
        compute="_compute_score",
        store=True,
        digits=0,
        aggregator="avg",
        help="Yes counts 1, partly one half, no nothing; unknown is left out.",
    )
    score_1 = fields.Float(compute="_compute_score", store=True, digits=0)
    score_2 = fields.Float(compute="_compute_score", store=True, digits=0)
    score_3 = fields.Float(compute="_compute_score", store=True, digits=0)
    score_4 = fields.Float(compute="_compute_score", store=True, digits=0)
    score_5 = fields.Float(compute="_compute_score", store=True, digits=0)

    @api.model
    def _default_answer_ids(self):
        """Every question, not answered yet."""
        return [
            Command.create({"question_id": question.id})
            for question in self.env["crm.readiness.question"].search(
                [("active", "=", True)]
            )
        ]

    @api.depends(
        "request_ids.state",
        "answer_ids.answer",
        "action_ids.cost",
        "action_ids.state",
        "training_ids.cost",
        "training_ids.state",
    )
    def _compute_counts(self):
        for readiness in self:
            requests = readiness.request_ids.filtered(lambda one: one._is_open())
            unknown = readiness.answer_ids.filtered(lambda a: a.answer == "unknown")
            readiness.open_request_count = len(requests)
            readiness.unknown_count = len(unknown)
            readiness.plan_cost = sum(
                line.cost
                for lines in (readiness.action_ids, readiness.training_ids)
                for line in lines
                if line.state != "cancelled"
            )

    @api.depends("answer_ids.answer")
    def _compute_score(self):
        for readiness in self:
            answers = readiness.answer_ids
            readiness.score = preparation.answers_score(answers.mapped("answer")) or 0.0
            for step, _label in STEPS:
                of_step = answers.filtered(lambda one, step=step: one.step == step)
                score = preparation.answers_score(of_step.mapped("answer"))
                readiness[f"score_{step}"] = score or 0.0

    # --- steps

    def action_next(self):
        self.ensure_one()
        missing = self._get_missing_of_step(self.step)
        if missing:
            raise UserError(
                self.env._(
                    "Step %(step)s is not complete: %(missing)s.",
                    step=dict(self._fields["step"]._description_selection(self.env))[
                        self.step
                    ],
                    missing=missing,
                )
            )
        self.step = str(int(self.step) + 1)

    def action_back(self):
        self.ensure_one()
        self.step = str(max(int(self.step) - 1, 1))

    def _get_missing(self):
        for step, label in self._fields["step"]._description_selection(self.env):
            missing = self._get_missing_of_step(step)
            if missing:
                return f"{label}: {missing}"
        return ""

    def _get_missing_of_step(self, step):
        """What the step still asks for, in words; empty if nothing."""
        unanswered = self.answer_ids.filtered(
            lambda one: one.step == step and not one.answer
        )
        check = {
            "1": self._get_missing_chains,
            "2": self._get_missing_scenarios,
            "3": self._get_missing_applications,
            "4": self._get_missing_skills,
            "5": self._get_missing_replies,
        }[step]
        missing = check()
        if missing or not unanswered:
            return missing
        return self.env._(
            "answer every question, “unknown” is an answer too. Open: %(question)s",
            question=unanswered[0].question,
        )

    def _get_missing_chains(self):
        priority = self.chain_ids.filtered("is_priority")
        if len(priority) != 1:
            return self.env._(
                "choose exactly one supply chain as the priority, now they are"
                " %(count)s",
                count=len(priority),
            )
        if len(priority.participant_ids) < 2:
            return self.env._(
                "describe at least two participants of the chain “%(chain)s”",
                chain=priority.name,
            )
        return ""

    def _get_missing_scenarios(self):
        found = set(self.scenario_ids.mapped("environment"))
        labels = self.scenario_ids._fields["environment"]._description_selection(
            self.env
        )
        lacking = [label for name, label in labels if name not in found]
        if not lacking:
            return ""
        return self.env._(
            "describe at least one scenario of: %(environments)s",
            environments=", ".join(lacking),
        )

    def _get_missing_applications(self):
        if not self.application_ids:
            return self.env._("name at least one application to introduce")
        loose = self.application_ids.filtered(
            lambda one: not (one.goal and one.process_id)
        )
        if not loose:
            return ""
        return self.env._(
            "tie “%(application)s” to a goal and to a process",
            application=loose[0].name,
        )

    def _get_missing_skills(self):
        chosen = self.application_ids.filtered("is_chosen")
        if not chosen:
            return self.env._("choose at least one application")
        without = chosen.filtered(lambda one: not one.skills)
        if not without:
            return ""
        return self.env._(
            "name the skills that “%(application)s” needs", application=without[0].name
        )

    def _get_missing_replies(self):
        if not self.open_request_count or self.accepted_gaps:
            return ""
        return self.env._(
            "close the open requests (now %(count)s) or say why the report may do"
            " without them",
            count=self.open_request_count,
        )

    # --- plans

    def action_propose_plans(self):
        """Actions of bad answers and chosen applications, trainings of their skills."""
        self.ensure_one()
        self._check_not_locked()
        self.answer_ids.filtered(lambda one: one._is_finding())._plan()
        chosen = self.application_ids.filtered("is_chosen")
        chosen._plan()
        trained = self.training_ids.application_id
        self.env["crm.preparation.training"].create(
            [self._prepare_training(one) for one in chosen - trained if one.skills]
        )

    def _prepare_training(self, application):
        return {
            "name": application.skills.splitlines()[0],
            "implementation_id": self.implementation_id.id,
            "readiness_id": self.id,
            "application_id": application.id,
            "activity": application.process_id.name,
            "role": application.users,
        }

    def _prepare_raised_risk(self):
        weakest = min(STEPS, key=lambda step: self[f"score_{step[0]}"])[0]
        labels = dict(self._fields["step"]._description_selection(self.env))
        return {
            "name": self.env._("The company is not ready for the CRM"),
            "cause": self.env._(
                "Self-assessment %(score)s %%, weakest step: %(step)s",
                score=round(100 * self.score),
                step=labels[weakest],
            ),
        }

    def action_open_requests(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_preparation_request_action"
        )
        return {
            **action,
            "domain": [("readiness_id", "=", self.id)],
            "context": {
                "default_readiness_id": self.id,
                "default_implementation_id": self.implementation_id.id,
            },
        }
