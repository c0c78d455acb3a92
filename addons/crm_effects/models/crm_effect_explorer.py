"""Everything the effect explorer shows, in one reading."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..engine import cashflow, decomposition, returns
from .crm_effect_chart import PATHS
from .crm_indicator import FACT_COLUMNS

YEAR = 12
CASH = {"middle": "amount", "low": "amount_low", "high": "amount_high"}


class CrmEffect(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.effect"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_explorer(self, implementation_id=0, effect_id=0):
        """What the viewer may read of one implementation and one of its effects.

        Without an implementation the one of the effect, else the one with the best
        evidence; without an effect the first one that was estimated.
        """
        self.check_access("read")
        implementations = self.env["crm.implementation"].search(
            [("effect_ids", "!=", False)]
        )
        effect = self.search([("id", "=", effect_id)])
        chosen = (
            effect.implementation_id
            or implementations.search([("id", "=", implementation_id)])
            or self.search([], order="grade, id", limit=1).implementation_id
        )
        effects = self.search([("implementation_id", "=", chosen.id)])
        effect = (effect & effects) or effects._get_first_shown()
        relatives = effects._get_relatives()
        return {
            "implementations": [
                (one.id, one.display_name) for one in implementations | chosen
            ],
            "implementation_id": chosen.id,
            "effect_id": effect.id,
            "currency_id": chosen.currency_id.id,
            "headline": chosen.headline,
            "effects": [one._get_explorer_row(relatives.get(one)) for one in effects],
            **effect._get_explorer_effect(),
            "cash": chosen._get_explorer_cash(),
        }

    @api.model
    @api.readonly
    def get_revenue_split(self, implementation_id):
        """What drove the revenue of the whole company; ``False`` if it cannot be told.

        Asked for apart: it counts customers over two years of orders.
        """
        self.check_access("read")
        domain = [("id", "=", implementation_id)]
        implementation = self.env["crm.implementation"].search(domain)
        split = bool(implementation) and implementation._get_driver_split()
        return split and {
            "before": split["before"],
            "after": split["after"],
            "parts": list(zip(split["labels"], split["parts"], strict=True)),
            "unit": "currency",
        }

    def _get_first_shown(self):
        measured = self.filtered("is_measured")
        estimated = measured.filtered(lambda one: one.state == "estimated")
        return (estimated or measured or self)[:1]

    # the register --------------------------------------------------------------------

    def _get_explorer_row(self, relative):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("grade", "proof_class", "state")
        }
        return {
            "id": self.id,
            "name": self.name,
            "state": labels["state"][self.state],
            "grade": self.grade,
            "grade_text": labels["grade"].get(self.grade),
            "proof": self.proof_class,
            "proof_text": labels["proof_class"].get(self.proof_class),
            "result": self.result,
            "refusal": self.refusal,
            "relative": relative or False,
            "has_money": self.state == "estimated" and self.money_method != "none",
            "money": [self.money_to_date, self.money_low, self.money_high],
        }

    def _get_relatives(self):
        """{effect: mean change, low and high, as parts of what would have been}"""
        estimated = self.filtered(lambda one: one.state == "estimated")
        groups = self.env["crm.effect.line"]._read_group(
            [("effect_id", "in", estimated.ids), ("has_data", "=", True)],
            ["effect_id"],
            [f"{name}:sum" for name in ("actual", *PATHS)],
        )
        relatives = {}
        for effect, actual, without, *bounds in groups:
            if without > 0:
                ends = [(actual - bound) / without for bound in bounds]
                middle = (actual - without) / without
                relatives[effect] = [middle, min(ends), max(ends)]
        return relatives

    # one effect ----------------------------------------------------------------------

    def _get_explorer_effect(self):
        """{path, note, events, drivers, study} of one effect, or of none."""
        nothing = dict.fromkeys(("path", "note", "drivers", "study"), False)
        blank = {**nothing, "events": []}
        if not self:
            return blank
        if self._tells_on_persons():
            note = self.env._(
                "Fewer than three people stand behind these figures: they are shown to"
                " risk managers only."
            )
            return {**blank, "note": note}
        path = self._get_path()
        if not path:
            return {**blank, "note": self.refusal or self._get_no_path_text()}
        return {
            "note": self.warning,
            "path": {
                **path,
                "months": [str(month) for month in path["months"]],
                "go_live": str(self._get_start()),
                "unit": self.indicator_id.unit,
                "name": self.indicator_id.name,
                "can_open": self.indicator_id.measure != "manual",
            },
            "events": self._get_explorer_events(path["months"]),
            "drivers": self._get_drivers(path),
            "study": self._get_explorer_study(),
        }

    def _get_no_path_text(self):
        if not self.is_measured:
            return self.env._("The effect is declared: there is no figure to draw.")
        if self.state == "draft":
            return self.env._("The effect has not been estimated yet.")
        return self.env._("The figures the effect was estimated from are gone.")

    def _get_explorer_events(self, months):
        """What else happened, as (month, name): events of the implementation, and
        go-lives of others in the same teams."""
        treated = self._get_treated()
        events = self.implementation_id.event_ids.filtered(
            lambda one: (
                self.indicator_id in (one.indicator_ids or self.indicator_id)
                and (self.unit != "team" or not treated or one._concerns(treated))
            )
        )
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("id", "!=", self.implementation_id.id)
        if self.team_ids:
            domain &= Domain("team_ids", "in", self.team_ids.ids)
        others = self.env["crm.implementation"].search(domain)
        found = [(one.date, one.name) for one in events]
        found += [(one.date_go_live, one.name) for one in others if one.date_go_live]
        return [
            (str(day.replace(day=1)), name)
            for day, name in sorted(found)
            if day.replace(day=1) in months
        ]

    def _get_fact_domain(self):
        """The monthly facts of the introduced units, or of the whole company."""
        domain = Domain("indicator_id", "=", self.indicator_id.id)
        domain &= Domain("company_id", "=", self.company_id.id)
        domain &= Domain("granularity", "=", "month")
        if treated := self._get_treated():
            domain &= Domain(FACT_COLUMNS[treated._name], "in", treated.ids)
        return domain

    # what drives the change ----------------------------------------------------------

    def _get_drivers(self, path):
        """The change between the year after the go-live and the year before it, split
        without a rest between how many cases there were and what one was worth."""
        sums = self._get_driver_sums(path["months"])
        if not sums or min(map(min, sums)) <= 0:  # a product of drivers has no sign
            return False
        before, after = ((count, total / count) for total, count in sums)
        parts = decomposition.lmdi(before, after)
        return {
            "before": sums[0][0],
            "after": sums[1][0],
            "parts": list(zip(self._get_driver_names(), parts, strict=True)),
            "unit": self.indicator_id.unit if not self._is_ratio() else "number",
        }

    def _get_driver_sums(self, months):
        """(total, cases) before and after, of the same months of the year."""
        if self.indicator_id.kind not in ("sum", "ratio"):
            return False
        first = self._get_first_month()
        after = [month for month in months if month >= first][-YEAR:]
        years = returns.months_between(first, after[-1]) // YEAR + 1 if after else 0
        before = [returns.add_months(month, -YEAR * years) for month in after]
        if not before or before[0] < months[0]:
            return False
        return [self._sum_months(span) for span in (before, after)]

    def _sum_months(self, months):
        domain = self._get_fact_domain() & Domain("date", "in", months)
        cases = "denominator:sum" if self._is_ratio() else "record_count:sum"
        # sudo: only sums over whole teams leave this method, never a person's figure
        facts = self.env["crm.indicator.fact"].sudo()
        [(total, count)] = facts._read_group(domain, [], ["numerator:sum", cases])
        return total or 0.0, count or 0.0

    def _get_driver_names(self):
        if self._is_ratio():
            return [self.env._("Number of cases"), self.indicator_id.name]
        measured = self.indicator_id.measure == "builtin"
        if measured and self.indicator_id._measurer().model == "sale.order":
            return [self.env._("Number of orders"), self.env._("Value of one order")]
        return [self.env._("Number of records"), self.env._("Value of one record")]

    def action_open_explorer(self):
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_effects.crm_effect_explorer_action"
        )
        return {**action, "context": {"effect_id": self.id}}

    # the records behind a point ------------------------------------------------------

    def action_open_month(self, month):
        """Open the records behind one month of the introduced teams.

        They open under the viewer's own rights; the title says how many do not.
        """
        self.ensure_one()
        self.check_access("read")
        if self._tells_on_persons():
            raise AccessError(
                self.env._("Fewer than three people stand behind these figures.")
            )
        try:
            day = date.fromisoformat(str(month)).replace(day=1)
        except ValueError:
            raise UserError(
                self.env._("%(month)s is not a month.", month=month)
            ) from None
        domain = self._get_fact_domain() & Domain("date", "=", day)
        # sudo: which cells there are; the records open under the viewer's own rights
        facts = self.env["crm.indicator.fact"].sudo().search(domain)
        label = format_date(self.env, day, date_format="LLLL y")
        title = f"{self.indicator_id.name}, {label}"
        return self.indicator_id._action_records(facts, title)

    def _parse_month(self, text):
        try:
            return date.fromisoformat(str(text)).replace(day=1)
        except ValueError:
            raise UserError(self.env._("%(text)s is not a month.", text=text)) from None


class CrmImplementation(models.Model):
    # a concern of its own in a file of its own
    _inherit = "crm.implementation"  # pylint: disable=consider-merging-classes-inherited

    def _get_explorer_cash(self):
        """Cumulative cash by month, adjusted for risks, with its band, and after how
        many months, counted from the first, it is no longer negative.

        {note} for those who may not see costs, ``False`` without any cash.
        """
        flows = self.env["crm.effect.cashflow"]
        if not flows.has_access("read"):
            return {
                "note": self.env._("Costs are shown to officers of economic effects.")
            }
        months = self._sum_cash(flows)
        if not months:
            return False
        first, last = min(months), max(months)
        span = 1 + returns.months_between(first, last)
        order = [returns.add_months(first, i) for i in range(span)]
        blank = (0.0,) * len(CASH)
        columns = zip(*(months.get(month, blank) for month in order), strict=True)
        found = dict(zip(CASH, map(list, columns), strict=True))
        return {
            "months": [str(month) for month in order],
            "today": str(fields.Date.context_today(self).replace(day=1)),
            **{name: _cumulate(row) for name, row in found.items()},
            "payback": {name: cashflow.payback(row) for name, row in found.items()},
        }

    def _sum_cash(self, flows):
        """{first of month: (amount, low, high)}, adjusted for risks; added up by the
        database, for there may be thousands of rows."""
        self.env.flush_all()  # the tables behind the view
        query = flows._search([("implementation_id", "=", self.id)])
        sums = SQL(", ").join(
            SQL("SUM(%s * factor)", SQL.identifier(amount)) for amount in CASH.values()
        )
        columns = ("date", "factor", *CASH.values())
        rows = self.env.execute_query(
            SQL(
                """SELECT date_trunc('month', date)::date, %s
                     FROM (%s) AS flow GROUP BY 1""",
                sums,
                query.select(*(SQL.identifier(name) for name in columns)),
            )
        )
        return {month: tuple(map(float, amounts)) for month, *amounts in rows}

    def action_open_explorer(self):
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_effects.crm_effect_explorer_action"
        )
        return {**action, "context": {"implementation_id": self.id}}


def _cumulate(amounts):
    total, sums = 0.0, []
    for amount in amounts:
        total += amount
        sums.append(round(total, 2))
    return sums
