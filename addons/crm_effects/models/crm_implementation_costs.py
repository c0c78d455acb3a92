"""Whether the costs are complete: integration, forgotten types, plan and actual."""

from collections import defaultdict

from odoo import api, fields, models

from ..engine import money

OFFICER = "crm_effects.crm_effects_group_officer"
# what studies of the field find left out of cost plans most often
FORGOTTEN = ("training", "internal_labour", "data_migration", "support", "dip")


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    cost_findings = fields.Text(
        compute="_compute_cost_findings",
        groups=OFFICER,
        help="What is likely missing or wrong in the costs.",
    )

    @api.depends_context("lang")
    @api.depends(
        "cost_ids.amount_company",
        "cost_ids.nature",
        "cost_ids.cost_type",
        "cost_ids.date",
        "cost_ids.is_standard",
        "costs_pending",
        "company_id.effects_hour_cost",
        "company_id.effects_integration_ratio",
        "date_end",
        "date_go_live",
        "horizon_months",
    )
    def _compute_cost_findings(self):
        for implementation in self:
            plan, actual = implementation._get_cost_sums()
            sentences = [
                implementation._say_pending(),
                implementation._say_integration(plan, actual),
                implementation._say_forgotten(plan, actual),
                *implementation._say_overruns(plan, actual),
                implementation._say_not_booked(actual),
                implementation._say_beyond_horizon(),
                *implementation._say_standard(),
            ]
            implementation.cost_findings = "\n".join(filter(None, sentences))

    def _get_cost_sums(self):
        """Planned and actual amounts by type."""
        sums = {"plan": defaultdict(float), "actual": defaultdict(float)}
        for cost in self.cost_ids:
            sums[cost.nature][cost.cost_type] += cost.amount_company
        return sums["plan"], sums["actual"]

    def _say_pending(self):
        return self.costs_pending and self.env._(
            "Costs of a document booked lately could not be taken: the job tries again,"
            " and the log of the server says why."
        )

    def _say_integration(self, plan, actual):
        """The rule of the trade beside the real ratio."""
        sums = actual if actual["licence"] and actual["integration"] else plan
        if sums["licence"] <= 0 or not sums["integration"]:
            return ""
        return self.env._(
            "Integration is %(share)s of the licences (%(integration)s of %(licence)s);"
            " usual is %(ratio)s, %(usual)s.",
            share=self._percent(sums["integration"] / sums["licence"]),
            integration=self._amount(sums["integration"]),
            licence=self._amount(sums["licence"]),
            ratio=self._percent(self.company_id.effects_integration_ratio),
            usual=self._amount(self._get_usual_integration(sums["licence"])),
        )

    def _get_usual_integration(self, licences):
        ratio = self.company_id.effects_integration_ratio
        return money.integration_cost(licences, ratio)

    def _say_forgotten(self, plan, actual):
        names = self._get_cost_type_names()
        if not self.cost_ids:
            return self.env._("No costs are planned or booked yet.")
        missing = [names[one] for one in FORGOTTEN if not (plan[one] or actual[one])]
        return missing and self.env._(
            "Often forgotten, and neither planned nor booked here: %(types)s.",
            types=", ".join(missing),
        )

    def _say_overruns(self, plan, actual):
        names = self._get_cost_type_names()
        return [
            self.env._(
                "%(type)s is over plan: %(actual)s of %(plan)s (%(over)s more).",
                type=name,
                actual=self._amount(actual[code]),
                plan=self._amount(plan[code]),
                over=self._percent(actual[code] / plan[code] - 1),
            )
            for code, name in names.items()
            if actual.get(code, 0) > plan.get(code, 0) > 0
        ]

    def _say_not_booked(self, actual):
        """Planned for a day that has passed, and nothing of the type is booked."""
        today = fields.Date.context_today(self)
        late = self.cost_ids.filtered(
            lambda cost: (
                cost.nature == "plan"
                and cost.date <= today
                and not actual[cost.cost_type]
            )
        )
        names = self._get_cost_type_names()
        kinds = dict.fromkeys(names[cost.cost_type] for cost in late)
        return kinds and self.env._(
            "Planned for days that have passed, but nothing is booked: %(types)s. The"
            " plan counts until it is.",
            types=", ".join(kinds),
        )

    def _say_beyond_horizon(self):
        horizon = self._get_horizon()
        last = horizon and fields.Date.end_of(horizon, "month")
        beyond = self.cost_ids.filtered(lambda cost: last and cost.date > last)
        return beyond and self.env._(
            "Costs of %(amount)s lie after the end of the horizon (%(day)s): they count"
            " although no benefits are expected there. Move the horizon or the costs.",
            amount=self._amount(sum(beyond.mapped("amount_company"))),
            day=fields.Date.to_string(last),
        )

    def _say_standard(self):
        """Timesheets of one or two people, which no sum may tell on."""
        small = self.cost_ids.filtered("is_standard")
        if small:
            yield self.env._(
                "Months in which fewer than three people booked time: %(months)s. Their"
                " hours count at the cost of an hour of the settings.",
                months=len(small),
            )
        if small and not self.company_id.effects_hour_cost:
            yield self.env._(
                "That cost is not set: these hours count nothing. Set it under"
                " Configuration ▸ Settings."
            )

    def _get_cost_type_names(self):
        field = self.env["crm.effect.cost"]._fields["cost_type"]
        return dict(field._description_selection(self.env))

    def action_open_costs(self):
        return self._open_own("crm_effects.crm_effect_cost_action")

    def action_compare_costs(self):
        """Plan against actual, by type."""
        return self._open_own("crm_effects.crm_effect_cost_action_compare")
