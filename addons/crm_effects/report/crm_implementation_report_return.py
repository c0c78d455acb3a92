"""Two pages for the board: what it cost, what it brought, how sure we are."""

from odoo import api, fields, models

from ..engine import returns
from ..models.crm_effect_cost import COST_TYPES
from . import chart


class ReportReturn(models.AbstractModel):
    _name = "report.crm_effects.report_return"
    _description = "Report on the Return of an Implementation"

    @api.model
    def _get_report_values(self, docids, data=None):
        implementations = self.env["crm.implementation"].browse(docids)
        implementations.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "crm.implementation",
            "docs": implementations,
            "pages": {doc.id: self._get_page(doc) for doc in implementations},
            "today": fields.Date.context_today(self),
        }

    def _get_page(self, implementation):
        effects = implementation.effect_ids
        # sudo: the chart shows the running total, never the single cost
        rows = implementation.sudo()._get_cashflows().get(implementation.id, [])
        return {
            "effects": effects,
            "costs": self._get_costs(implementation),
            "path_chart": self._draw_path(self._get_main_effect(effects)),
            "cash_chart": self._draw_cash(implementation, rows),
            "chance_chart": self._draw_chances(implementation),
            "span_chart": self._draw_forecasts(implementation),
            "terms": self._get_terms(implementation),
            "scorecard": implementation.method_result_ids,
            "annual": rows and implementation._get_annual_table(rows),
            # sudo: sentences about sums by type, never the single cost
            "findings": implementation.sudo().cost_findings,
        }

    def _get_terms(self, implementation):
        """(label, value) of what the figures rest on; only what exists."""
        selection = implementation._fields["cash_convention"]
        conventions = dict(selection._description_selection(self.env))
        percent = implementation._percent
        amount = implementation._amount(implementation.npv_to_date)
        terms = [
            (self.env._("Discount rate"), percent(implementation.discount_rate)),
            (self.env._("Cash"), conventions[implementation.cash_convention]),
            (self.env._("NPV to date"), amount),
            (
                self.env._("NPV before risks"),
                implementation.npv != implementation.npv_unadjusted
                and implementation._amount(implementation.npv_unadjusted),
            ),
            (
                self.env._("Chance that it pays"),
                implementation.return_simulation_id
                and percent(implementation.probability_positive),
            ),
            (self.env._("ROI"), implementation.has_roi and percent(implementation.roi)),
            implementation._get_second_term(),
            (self.env._("IRR"), implementation.irr_text),
            (
                self.env._("MIRR"),
                implementation.has_mirr and percent(implementation.mirr),
            ),
        ]
        return [term for term in terms if term[1]]

    def _get_costs(self, implementation):
        """(cost type, planned, actual) for every type that has an amount."""
        # sudo: the report shows sums by type, never the single cost
        groups = (
            self.env["crm.effect.cost"]
            .sudo()
            ._read_group(
                [("implementation_id", "=", implementation.id)],
                ["cost_type", "nature"],
                ["amount_company:sum"],
            )
        )
        amounts = {(kind, nature): amount for kind, nature, amount in groups}
        field = self.env["crm.effect.cost"]._fields["cost_type"]
        names = dict(field._description_selection(self.env))
        return [
            (names[kind], amounts.get((kind, "plan")), amounts.get((kind, "actual")))
            for kind, _label in COST_TYPES
            if (kind, "plan") in amounts or (kind, "actual") in amounts
        ]

    def _get_main_effect(self, effects):
        """The measured effect with the most money, for the chart. Months of one or two
        people are never printed: paper goes further than the rights of who prints."""
        measured = effects.filtered(
            lambda effect: (
                effect.state == "estimated"
                and effect.estimator != "manual"
                and not effect._is_of_few()
            )
        )
        return measured.sorted(lambda effect: -abs(effect.money_to_date))[:1]

    def _draw_path(self, effect):
        path = effect and effect._get_path()
        if not path:
            return None
        return chart.path_chart(
            path["months"],
            path["actual"],
            path["counterfactual"],
            path["counterfactual_low"],
            path["counterfactual_high"],
            effect.date_go_live,
            {
                "title": self._get_path_title(effect),
                "actual": self.env._("actual"),
                "expected": self.env._("without the introduction, 95 %"),
                "go_live": self.env._("go-live"),
            },
        )

    def _get_path_title(self, effect):
        """Amounts name their currency; other figures speak for themselves."""
        if effect.indicator_id.unit != "currency":
            return effect.name
        return f"{effect.name}, {effect.currency_id.name}"

    def _draw_cash(self, implementation, rows):
        if not rows:
            return None
        found = implementation._evaluate(rows, "amount")
        return chart.cash_chart(
            found.months,
            found.cumulative,
            returns.add_months(fields.Date.context_today(self), 0),
            found.payback_date,
            {
                "title": self.env._(
                    "Cumulative cash, %(currency)s",
                    currency=implementation.currency_id.name,
                ),
                "payback": self.env._("pays back"),
            },
        )

    def _draw_chances(self, implementation):
        points = implementation.return_simulation_id.curve
        if not points:
            return None
        title = self.env._(
            "Chance that the NPV is not higher, %(currency)s",
            currency=implementation.currency_id.name,
        )
        chances, amounts = zip(*points, strict=True)
        return chart.chance_chart(amounts, chances, {"title": title})

    def _draw_forecasts(self, implementation):
        months = implementation.snapshot_ids.filtered(lambda one: one.kind == "month")
        months = months.sorted("date")
        if len(months.filtered("payback_p50")) < 2:
            return None
        return chart.span_chart(
            months.mapped("date"),
            months.mapped("payback_p10"),
            months.mapped("payback_p50"),
            months.mapped("payback_p90"),
            {"title": self.env._("Forecast of the payback, month by month")},
        )
