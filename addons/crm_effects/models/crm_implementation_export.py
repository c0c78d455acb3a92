"""Everything that the headline rests on, for anybody who wants to compute it anew."""

import csv
import io
import json
from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError

from ..report.return_workbook import Workbook, year_of
from .crm_implementation import CONVENTIONS

FORMAT = "crm_effects-1"
COLUMNS = (
    "date",
    "kind",
    "what",
    "amount",
    "amount_low",
    "amount_high",
    "factor",
    "is_forecast",
)
EFFECT_FIELDS = (
    "name",
    "estimator",
    "money_method",
    "share",
    "grade",
    "proof_class",
    "include_in_roi",
    "money_to_date",
    "money_low",
    "money_high",
    "money_ahead",
    "risk_factor",
)
FIGURES = ("npv", "roi", "mirr", "payback", "discounted_payback")


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    def action_export_workbook(self):
        return self._download("xlsx")

    def action_export_json(self):
        return self._download("json")

    def action_export_csv(self):
        return self._download("csv")

    def _download(self, kind):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_effects/{self.id}/return.{kind}",
            "target": "self",
        }

    def _get_export(self):
        """Flows, effects and figures as plain data; for those who may read costs."""
        self.ensure_one()
        self.env["crm.effect.cost"].check_access("read")
        self.check_access("read")
        rows = self._get_cashflows().get(self.id, [])
        if not rows:
            raise UserError(
                self.env._(
                    "%(name)s has neither costs nor effects: there is nothing to"
                    " export yet.",
                    name=self.name,
                )
            )
        answers = {
            code: self._evaluate(rows, "amount", convention=code)
            for code, _label in CONVENTIONS
        }
        first = min(row["date"] for row in rows)
        return {
            "format": FORMAT,
            "name": self.name,
            "company": self.company_id.name,
            "currency": self.currency_id.name,
            "as_of": fields.Date.context_today(self),
            "date_go_live": self.date_go_live or first,
            "discount_rate": self.discount_rate,
            "convention": self.cash_convention,
            "headline": _prepare_figures(answers[self.cash_convention]),
            "conventions": {
                code: _prepare_figures(answer) for code, answer in answers.items()
            },
            "months": list(answers["monthly"].months),
            "flows": self._prepare_flows(rows, self.date_go_live or first),
            "effects": self.effect_ids.read(EFFECT_FIELDS, load=None),
        }

    def _prepare_flows(self, rows, go_live):
        effects = self.env["crm.effect"].browse(
            {row["effect_id"] for row in rows if row["effect_id"]}
        )
        costs = self.env["crm.effect.cost"].browse(
            {row["cost_id"] for row in rows if row["cost_id"]}
        )
        names = {
            **{("effect", one.id): one.name for one in effects},
            **{("cost", one.id): one.display_name for one in costs},
        }
        return [
            {
                **{name: row.get(name) for name in COLUMNS},
                "what": names.get(("effect", row["effect_id"]))
                or names.get(("cost", row["cost_id"])),
                "year": year_of(row["date"], go_live),
            }
            for row in sorted(rows, key=lambda row: row["date"])
        ]

    def _export_json(self):
        return json.dumps(
            self._get_export(),
            default=lambda value: value.isoformat(),
            ensure_ascii=False,
            indent=1,
        ).encode()

    def _export_csv(self):
        """The flows alone; rate, go-live and convention are in the file's name."""
        target = io.StringIO()
        writer = csv.DictWriter(target, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for flow in self._get_export()["flows"]:
            writer.writerow({**flow, "is_forecast": int(flow["is_forecast"])})
        return target.getvalue().encode("utf-8-sig")

    def _export_xlsx(self):
        return Workbook(self._get_export(), self._get_workbook_labels()).build()

    def _get_workbook_labels(self):
        conventions = dict(
            self._fields["cash_convention"]._description_selection(self.env)
        )
        flow_fields = self.env["crm.effect.cashflow"]._fields
        return {
            **{
                f"{prefix}_{code}": label
                for prefix, name in (("kind", "kind"), ("proof", "proof_class"))
                for code, label in flow_fields[name]._description_selection(self.env)
            },
            "summary": self.env._("Summary"),
            "flows": self.env._("Amounts"),
            "months": self.env._("Months"),
            "years": self.env._("Years after Go-Live"),
            "effects": self.env._("Effects"),
            "figure": self.env._("Figure"),
            "engine": self.env._("Computed"),
            "formula": self.env._("Formula"),
            "difference": self.env._("Difference"),
            "day": self.env._("Date"),
            "month": self.env._("Month"),
            "year": self.env._("Year, 0 is Initial"),
            "kind": self.env._("Kind"),
            "what": self.env._("What"),
            "amount": self.env._("Amount"),
            "factor": self.env._("Factor"),
            "adjusted": self.env._("Adjusted"),
            "cost": self.env._("Cost"),
            "benefit": self.env._("Benefit"),
            "net": self.env._("Net"),
            "low": self.env._("At Least"),
            "high": self.env._("At Most"),
            "number": self.env._("Number"),
            "cumulative": self.env._("Cumulative"),
            "present": self.env._("Present Value"),
            "cumulative_present": self.env._("Cumulative Present Value"),
            "payback": self.env._("Payback in Months"),
            "discounted_payback": self.env._("Discounted Payback in Months"),
            "effect": self.env._("Effect"),
            "grade": self.env._("Evidence"),
            "proof": self.env._("Proof"),
            "to_date": self.env._("Money to Date"),
            "ahead": self.env._("Expected Ahead"),
            "counts": self.env._("Counts for the Return"),
            "rate": self.env._("Discount rate"),
            "monthly_rate": self.env._("Discount rate per month"),
            "roi": self.env._("ROI, months"),
            "irr": self.env._("IRR, months"),
            "mirr": self.env._("MIRR, months"),
            **{
                f"npv_{key}": self.env._(
                    "NPV: %(convention)s", convention=conventions[code]
                )
                for key, code in (
                    ("monthly", "monthly"),
                    ("excel", "excel"),
                    ("tei", "tei_annual"),
                    ("dated", "dated"),
                )
            },
        }


def _prepare_figures(answer):
    day: date | None = answer.payback_date
    return {
        **{name: getattr(answer, name) for name in FIGURES},
        "irr": list(answer.irr),
        "payback_date": day,
    }
