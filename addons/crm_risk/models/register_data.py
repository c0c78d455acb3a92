"""The register as plain data: what paper and workbook show, and what can be kept.

Everything is JSON: a copy of it prints the same report for ever, whatever becomes of
the records. Amounts are numbers in the company's currency, days are texts.
"""

import json

from odoo import fields, models

from ..report.curves import SPARK_POINTS
from .crm_risk_estimate import SCENARIOS

STATUS_ORDER = ("red", "amber", "green", "none")


def label_of(record, name):
    """The word for the value of a selection field, in the reader's language."""
    labels = dict(record._fields[name]._description_selection(record.env))
    return labels.get(record[name], "")


def day_of(value):
    return fields.Date.to_string(value) if value else ""


class CrmImplementation(models.Model):
    _inherit = "crm.implementation"

    def _get_register_data(self):
        """All parts of the register, as the user may read them."""
        self.ensure_one()
        self.check_access("read")
        risks = self._get_open_risks().sorted(lambda risk: (-risk.emv_current, risk.id))
        ratings = self.env["crm.risk.rating"].search(
            [("score_min", ">", 0)], order="score_min"
        )
        return {
            "date": day_of(fields.Date.context_today(self)),
            "context": self._get_register_context(),
            "bands": self.env["crm.risk"]._get_heatmap_bands(self.company_id),
            "ratings": [rating._get_register_row() for rating in ratings],
            "totals": self._get_register_totals(risks, ratings),
            "heatmaps": [
                self.env["crm.risk"].get_heatmap(self.id, scenario)
                for scenario, _label in SCENARIOS
            ],
            "simulation": self._get_register_run()._get_register_simulation(),
            "risks": [risk._get_register_row() for risk in risks],
            "cards": [
                risk._get_register_card()
                for risk in risks
                if risk.rating_current_id in ratings[len(ratings) // 2 :]
            ],
            "indicators": self.board_line_ids._get_register_indicators(),
            "responses": risks.response_ids._get_register_responses(),
            "baseline": self._get_register_baseline(),
            "changes": self._get_register_changes(),
            "events": self._get_register_events(),
            "preparation": self._get_register_preparation(),
            "assumptions": risks._get_register_assumptions(),
        }

    def _get_register_run(self):
        """Hook: the simulation shown."""
        return self.simulation_id

    def _get_register_context(self):
        company = self.company_id
        return {
            "name": self.name,
            "company": company.name,
            "currency_id": company.currency_id.id,
            "sponsor": self.sponsor_id.name or "",
            "manager": self.manager_id.name or "",
            "phase": label_of(self, "phase"),
            "date_start": day_of(self.date_start),
            "date_go_live": day_of(self.date_go_live),
            "date_end": day_of(self.date_end),
            "teams": self.team_ids.mapped("name"),
            "user_count": self.user_count,
            "approaches": self.approach_ids.mapped("name"),
            **{
                name: self[name]
                for name in (
                    "budget",
                    "monthly_payroll",
                    "monthly_margin",
                    "appetite",
                    "reserve",
                    "confidence",
                )
            },
        }

    def _get_register_totals(self, risks, ratings):
        by_rating = risks.grouped("rating_current_id")
        return {
            "count": len(risks),
            **{
                scenario: sum(risks.mapped(f"emv_{scenario}"))
                for scenario, _label in SCENARIOS
            },
            "overdue": len(risks.response_ids.filtered("is_overdue")),
            "red": self.red_count,
            "unowned": len(risks.filtered(lambda risk: not risk.owner_id)),
            "by_rating": [
                {
                    "name": rating.name or self.env._("Not on the matrix"),
                    "color": rating.color or "#adb5bd",
                    "count": len(rated),
                    "emv": sum(rated.mapped("emv_current")),
                }
                for rating in (*ratings[::-1], ratings.browse())
                if (rated := by_rating.get(rating, risks.browse()))
            ],
        }

    def _get_register_baseline(self):
        """Figures compared with the time before the go-live, the deepest dip first."""
        lines = self.board_line_ids.filtered("has_baseline")
        return {
            "date": day_of(self.baseline_date),
            "from": day_of(self.baseline_from),
            "to": day_of(self.baseline_to),
            "lines": [
                {
                    "name": line.indicator_id.display_name,
                    "baseline": line.baseline_text or "",
                    "current": line.current_text or "",
                    "ratio": line.ratio if line.has_current else None,
                    "depth": line.dip_depth,
                    "weeks": line.weeks_below,
                    "recovery": label_of(line, "recovery"),
                }
                for line in lines.sorted(lambda line: (-line.dip_depth, line.id))
            ],
        }

    def _get_register_changes(self):
        """Hook: what changed in the register lately."""
        return {"since": "", "rows": [], "more": 0}

    def _get_register_events(self):
        """Hook: risks that happened."""
        return []

    def _get_register_preparation(self):
        latest = self.maturity_ids[:1]
        return {
            "stage": label_of(latest, "stage") if latest else "",
            "target": label_of(latest, "target") if latest else "",
            "date": day_of(latest.date),
            "levels": [
                {
                    "name": line.dimension_id.name,
                    "level": int(line.level or 0),
                    "target": int(line.target or 0),
                }
                for line in latest.line_ids
            ],
            "methods": [
                {
                    "name": label_of(method, "method"),
                    "date": day_of(method.date),
                    "limit": method.limit or "",
                    "confidence": label_of(method, "confidence"),
                }
                for method in self.method_ids.sorted("date")
            ],
        }


class CrmRiskRating(models.Model):
    _inherit = "crm.risk.rating"

    def _get_register_row(self):
        return {
            "name": self.name,
            "color": self.color,
            "score_min": self.score_min,
            "score_max": self.score_max,
            "review_days": self.review_days,
            "accepted_by": self.accept_group_id.sudo().name or "",  # a name only
            "description": self.description or "",
        }


class CrmRiskSimulation(models.Model):
    _inherit = "crm.risk.simulation"

    def _get_register_simulation(self):
        """The run in numbers, ``None`` without a run."""
        if not self:
            return None
        moment = fields.Datetime.context_timestamp(self, self.date)
        return {
            "date": day_of(moment.date()),
            "is_stale": self.is_stale,
            **{
                name: self[name]
                for name in (
                    "draws",
                    "iterations",
                    "seed",
                    "correlation",
                    "risk_count",
                    "reserve",
                    "confidence",
                    "precision_text",
                )
            },
            "curves": self.chart,
            "scenarios": [one._get_register_row() for one in self.scenario_ids],
            "drivers": next(
                (one["bars"] for one in self.drivers if one["scenario"] == "current"),
                [],
            ),
        }


class CrmRiskSimulationScenario(models.Model):
    _inherit = "crm.risk.simulation.scenario"

    def _get_register_row(self):
        names = (
            "scenario",
            "mean",
            "sd",
            "p50",
            "p80",
            "p95",
            "expected_shortfall",
            "reserve_needed",
            "probability_within_reserve",
        )
        return {"label": self._get_label(), **{name: self[name] for name in names}}


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    def _get_register_row(self):
        """One line of the register."""
        return {
            "ref": self.ref or "",
            "name": self.name,
            "category": self.category_id.name or "",
            "nature": label_of(self, "nature"),
            "kind": self.kind,
            "owner": self.owner_id.name or "",
            "state": label_of(self, "state"),
            "strategy": label_of(self, "strategy"),
            "occurrence": self.occurrence,
            "rate": self.rate,
            "distribution": label_of(self, "distribution"),
            "confidential": self.confidential,
            "next_review": day_of(self.next_review_date),
            "response_cost": self.response_cost,
            **{
                f"{figure}_{scenario}": self[f"{figure}_{scenario}"]
                for figure in ("p", "impact", "emv", "score")
                for scenario, _label in SCENARIOS
            },
            "frequency": self._get_register_frequency(),
            **{
                f"rating_{scenario}": self[f"rating_{scenario}_id"].name or ""
                for scenario, _label in SCENARIOS
            },
            "color": self.rating_current_id.color or "",
        }

    def _get_register_frequency(self):
        """{scenario: chance, or events a year of a repeated risk}: what the mean
        impact is multiplied by, so that a workbook can do it again."""
        return {
            scenario: outlook.sign * outlook.frequency if outlook else 0.0
            for scenario, _label in SCENARIOS
            for outlook in [self._get_outlook(scenario)]
        }

    def _get_register_card(self):
        """What there is to say about a serious risk."""
        return {
            "ref": self.ref or "",
            "name": self.name,
            "color": self.rating_current_id.color,
            "rating": self.rating_current_id.name,
            "owner": self.owner_id.name or "",
            "state": label_of(self, "state"),
            "statement": self.statement or "",
            "formula": (self.formula or "").split("\n"),
            "trigger": self.trigger or "",
            "contingency": self.contingency_plan or "",
            "fallback": self.fallback_plan or "",
            "emv_current": self.emv_current,
            "emv_residual": self.emv_residual,
            "responses": self.response_ids._get_register_responses(),
            "indicators": self.indicator_ids.indicator_id.mapped("display_name"),
        }

    def _get_register_assumptions(self):
        """What the figures rest on: who stands for them, what the evidence is."""
        templates = self.template_id
        return {
            "typed": len(self.filtered(lambda risk: not risk.template_id)),
            "from_catalogue": len(self.filtered("template_id")),
            "unreviewed": len(
                self.filtered(
                    lambda risk: risk.template_id and not risk.template_id.is_reviewed
                )
            ),
            "unestimated": len(self.filtered(lambda risk: not risk.emv_inherent)),
            "distributions": [
                [label_of(risks[0], "distribution"), len(risks)]
                for risks in self.grouped("distribution").values()
            ],
            "evidence": [
                {
                    "code": template.code,
                    "name": template.name,
                    "grade": label_of(template, "evidence_grade"),
                    "evidence": template.evidence,
                    "reviewed": template.is_reviewed,
                }
                for template in templates.sorted("code")
                if template.evidence
            ],
        }


class CrmRiskResponse(models.Model):
    _inherit = "crm.risk.response"

    def _get_register_responses(self):
        """Those not cancelled, the best use of money first."""
        return [
            {
                "name": response.name,
                "risk": response.risk_id.display_name,
                "strategy": label_of(response, "strategy"),
                "owner": response.owner_id.name or "",
                "deadline": day_of(response.date_deadline),
                "state": label_of(response, "state"),
                "overdue": response.is_overdue,
                "cost": response.cost_planned,
                "cost_actual": response.cost_actual,
                "saved": response.emv_saved,
                "leverage": response.leverage if response.cost_planned else None,
            }
            for response in self.filtered(lambda one: one.state != "cancelled").sorted(
                lambda one: (-one.leverage, -one.emv_saved, one.id)
            )
        ]


class CrmImplementationIndicator(models.Model):
    _inherit = "crm.implementation.indicator"

    def _get_register_indicators(self):
        """Those with a value, the reds first, and how many have none."""
        known = self.filtered("has_value").sorted(
            lambda line: (
                STATUS_ORDER.index(line.status),
                -line.severity,
                line.sequence,
                line.id,
            )
        )
        return {
            "rows": [line._get_register_row() for line in known],
            "without": len(self) - len(known),
        }

    def _get_register_row(self):
        [curve] = json.loads(self.chart)
        return {
            "name": self.indicator_id.display_name,
            "value": self.value_text or "",
            "thresholds": self.threshold_text or "",
            "status": self.status,
            "status_label": label_of(self, "status"),
            "since": day_of(self.status_since),
            "note": self.note or "",
            "points": [point["y"] for point in curve["values"][-SPARK_POINTS:]],
        }
