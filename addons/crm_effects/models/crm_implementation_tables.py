"""The return in every convention side by side, and as a TEI table."""

from odoo import api, fields, models

from ..engine import returns
from .crm_implementation import CONVENTIONS, GROUP


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    return_tables = fields.Html(
        string="Conventions Compared",
        compute="_compute_return_tables",
        sanitize=False,
        groups=GROUP,
    )

    @api.depends_context("lang")
    @api.depends("npv", "discount_rate", "date_go_live")
    def _compute_return_tables(self):
        # sudo: sums of the cash flow, never the single cost
        flows = self.sudo()._get_cashflows()
        for implementation in self:
            rows = flows.get(implementation._origin.id, [])
            implementation.return_tables = bool(rows) and self.env["ir.qweb"]._render(
                "crm_effects.return_tables",
                {
                    "conventions": implementation._get_conventions(rows),
                    "table": implementation._get_annual_table(rows),
                    "currency": implementation.currency_id,
                    "rate": implementation._percent(implementation.discount_rate),
                },
            )

    def _get_conventions(self, rows):
        """NPV, ROI and rates of the same amounts in each convention, labelled."""
        labels = dict(self._fields["cash_convention"]._description_selection(self.env))
        found = []
        for code, _label in CONVENTIONS:
            answer = self._evaluate(rows, "amount", convention=code)
            found.append(
                {
                    "label": labels[code],
                    "chosen": code == self.cash_convention,
                    "npv": answer.npv,
                    "roi": self._percent_or_dash(answer.roi),
                    "irr": "; ".join(map(self._percent, answer.irr)) or "–",
                    "mirr": self._percent_or_dash(answer.mirr),
                }
            )
        return found

    def _percent_or_dash(self, value):
        return "–" if value is None else self._percent(value)

    def _get_annual_table(self, rows):
        """Costs, benefits and net of Initial, Year 1 …, total and present value."""
        items = self._get_items(rows)
        go_live = self.date_go_live or min(item.date for item in items)
        tei = returns.annual_table(items, self.discount_rate, go_live)
        years = [
            self.env._("Year %(number)s", number=number)
            for number in range(1, len(tei.columns))
        ]
        return {
            "columns": [self.env._("Initial"), *years],
            "rows": [
                self._prepare_annual_row(
                    self.env._("Costs"), tei.costs, tei.total_costs, tei.pv_costs, -1
                ),
                self._prepare_annual_row(
                    self.env._("Benefits, risk-adjusted"),
                    tei.benefits,
                    tei.total_benefits,
                    tei.pv_benefits,
                ),
                self._prepare_annual_row(
                    self.env._("Net"), tei.net, tei.total_net, tei.npv
                ),
            ],
            "roi": self._percent_or_dash(tei.roi),
        }

    @staticmethod
    def _prepare_annual_row(label, amounts, total, present, sign=1):
        return {
            "label": label,
            "amounts": [sign * amount for amount in amounts],
            "total": sign * total,
            "present": sign * present,
        }
