"""The return as a workbook whose formulas can be followed and changed.

Formulas are written with their values, for readers that do not calculate.

Every figure of the first sheet stands twice: as the addon computed it, and as a
formula over the other sheets. Changing the discount rate changes the formulas.
"""

import io

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from ..engine import returns

COST = "cost"
TEXT, DAY, NUMBER = 46, 12, 17  # widths of columns, in characters
A4 = 9  # its number among the paper sizes of Excel
FIRST = 1  # row of the first line of data, below the header


class Workbook:
    """``data`` is the export of an implementation, ``labels`` its words."""

    def __init__(self, data, labels):
        self._data, self._labels = data, labels
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._bold = self._book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._money = self._book.add_format(
            {"num_format": f'#,##0.00 "{data["currency"]}"'}
        )
        self._rate = self._book.add_format({"num_format": "0.00%"})
        self._number = self._book.add_format({"num_format": "0.00"})

    def build(self):
        """The file as bytes."""
        summary = self._sheet("summary", ["figure", "engine", "formula", "difference"])
        self._flows()
        self._months()
        self._years()
        self._effects()
        self._summary(summary)
        self._book.close()
        return self._buffer.getvalue()

    def _word(self, name):
        return self._labels.get(name, name)

    def _sheet(self, name, columns, first=TEXT):
        sheet = self._book.add_worksheet(self._word(name)[:31])
        sheet.set_column(0, 0, first)
        sheet.set_column(1, len(columns), NUMBER)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 30)  # points: titles of two lines
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)  # as wide as a page, as long as it takes
        for column, title in enumerate(columns):
            sheet.write(0, column, self._word(title), self._bold)
        return sheet

    def _ref(self, sheet, first, last=None):
        """An absolute reference to a cell or a range of another sheet."""
        name = f"'{self._word(sheet)[:31]}'!"
        corner = cell(*first, True, True)
        return name + (f"{corner}:{cell(*last, True, True)}" if last else corner)

    # the amounts --------------------------------------------------------------------

    def _flows(self):
        sheet = self._sheet(
            "flows",
            "day month year kind what amount factor adjusted cost low high".split(),
            first=DAY,
        )
        sheet.set_column(4, 4, TEXT)
        spending = self._word(f"kind_{COST}")
        quoted = spending.replace('"', '""')
        for row, flow in enumerate(self._data["flows"], start=FIRST):
            sheet.write_datetime(row, 0, flow["date"], self._day)
            sheet.write_datetime(row, 1, flow["date"].replace(day=1), self._day)
            sheet.write_number(row, 2, flow["year"])
            sheet.write_string(row, 3, self._word(f"kind_{flow['kind']}"))
            sheet.write_string(row, 4, flow["what"] or "")
            sheet.write_number(row, 5, flow["amount"], self._money)
            sheet.write_number(row, 6, flow["factor"])
            adjusted = flow["amount"] * flow["factor"]
            product = f"={cell(row, 5)}*{cell(row, 6)}"
            sheet.write_formula(row, 7, product, self._money, adjusted)
            is_cost = flow["kind"] == COST
            spent = f'=IF({cell(row, 3)}="{quoted}",-{cell(row, 7)},0)'
            sheet.write_formula(row, 8, spent, self._money, -adjusted * is_cost)
            sheet.write_number(row, 9, flow["amount_low"], self._money)
            sheet.write_number(row, 10, flow["amount_high"], self._money)
        self._last_flow = len(self._data["flows"])

    def _flow_column(self, column):
        return self._ref("flows", (FIRST, column), (self._last_flow, column))

    def _sums(self, condition_column, value_cell):
        """Formulas of the costs and of the net amount of a period."""
        condition = f"{self._flow_column(condition_column)},{value_cell}"
        cost = f"=SUMIFS({self._flow_column(8)},{condition})"
        net = f"=SUMIFS({self._flow_column(7)},{condition})"
        return cost, net

    def _months(self):
        sheet = self._sheet(
            "months",
            [
                *"month number cost benefit net cumulative factor".split(),
                *"present cumulative_present payback discounted_payback".split(),
            ],
            first=DAY,
        )
        months, rate = self._data["months"], self._rate_cell()
        found = self._get_months()
        for number, month in enumerate(months):
            row, (spent, net, factor) = FIRST + number, found[number]
            sheet.write_datetime(row, 0, month, self._day)
            sheet.write_number(row, 1, number)
            cost_formula, net_formula = self._sums(1, cell(row, 0))
            sheet.write_formula(row, 2, cost_formula, self._money, spent)
            gain = f"={cell(row, 4)}+{cell(row, 2)}"
            sheet.write_formula(row, 3, gain, self._money, net + spent)
            sheet.write_formula(row, 4, net_formula, self._money, net)
            discount = f"=1/(1+{rate})^({cell(row, 1)}/12)"
            sheet.write_formula(row, 6, discount, None, factor)
            present = f"={cell(row, 4)}*{cell(row, 6)}"
            sheet.write_formula(row, 7, present, self._money, net * factor)
            nets = [one[1] for one in found[: number + 1]]
            presents = [one[1] * one[2] for one in found[: number + 1]]
            self._running(sheet, row, (4, 5, 9), nets)
            self._running(sheet, row, (7, 8, 10), presents)
        self._last_month = len(months)

    def _get_months(self):
        """(cost, net, discount factor) of every month."""
        months = self._data["months"]
        growth = 1.0 + self._data["discount_rate"]
        found = [[0.0, 0.0, growth ** (-i / 12)] for i in range(len(months))]
        for flow in self._data["flows"]:
            month = found[returns.months_between(months[0], flow["date"])]
            adjusted = flow["amount"] * flow["factor"]
            month[0] -= adjusted if flow["kind"] == COST else 0.0
            month[1] += adjusted
        return found

    def _running(self, sheet, row, columns, amounts):
        """Cumulative amount and, where it turns positive, the months to payback."""
        amount, total, payback = columns
        first = cell(FIRST, amount, True, True)
        after_value = sum(amounts)
        formula = f"=SUM({first}:{cell(row, amount)})"
        sheet.write_formula(row, total, formula, self._money, after_value)
        if row == FIRST:
            return
        before_value = after_value - amounts[-1]
        before, after = cell(row - 1, total), cell(row, total)
        months = cell(row, 1)
        back = f"{months}-1+{before}/({before}-{after})"
        crosses = before_value < 0.0 <= after_value
        value = row - FIRST - 1 + before_value / -amounts[-1] if crosses else ""
        formula = f'=IF({before}<0,IF({after}>=0,{back},""),"")'
        sheet.write_formula(row, payback, formula, self._number, value)

    def _month_column(self, column):
        return self._ref("months", (FIRST, column), (self._last_month, column))

    def _years(self):
        sheet = self._sheet("years", ["year", "cost", "benefit", "net"])
        self._last_year = 1 + max(flow["year"] for flow in self._data["flows"])
        for row in range(FIRST, self._last_year + 1):
            flows = [one for one in self._data["flows"] if one["year"] == row - FIRST]
            net = sum(one["amount"] * one["factor"] for one in flows)
            spent = -sum(
                one["amount"] * one["factor"] for one in flows if one["kind"] == COST
            )
            sheet.write_number(row, 0, row - FIRST)
            cost_formula, net_formula = self._sums(2, cell(row, 0))
            sheet.write_formula(row, 1, cost_formula, self._money, spent)
            gain = f"={cell(row, 3)}+{cell(row, 1)}"
            sheet.write_formula(row, 2, gain, self._money, net + spent)
            sheet.write_formula(row, 3, net_formula, self._money, net)

    def _effects(self):
        names = "effect grade proof to_date low high ahead factor counts".split()
        sheet = self._sheet("effects", names)
        keys = (
            "name",
            "grade",
            "proof_class",
            "money_to_date",
            "money_low",
            "money_high",
            "money_ahead",
            "risk_factor",
            "include_in_roi",
        )
        for row, effect in enumerate(self._data["effects"], start=FIRST):
            for column, key in enumerate(keys):
                value = effect[key]
                if value is False and key != "include_in_roi":
                    value = ""
                style = self._money if key.startswith("money_") else None
                if key == "proof_class" and value:
                    value = self._word(f"proof_{value}")
                sheet.write(row, column, value, style)

    # the figures --------------------------------------------------------------------

    def _rate_cell(self):
        return self._ref("summary", (FIRST, 1))

    def _summary(self, sheet):
        sheet.write(FIRST, 0, self._word("rate"))
        sheet.write_number(FIRST, 1, self._data["discount_rate"], self._rate)
        sheet.write(FIRST + 1, 0, self._word("monthly_rate"))
        monthly = f"(1+{self._rate_cell()})^(1/12)-1"
        value = (1.0 + self._data["discount_rate"]) ** (1 / 12) - 1.0
        sheet.write_formula(FIRST + 1, 1, f"={monthly}", self._rate, value)
        row = FIRST + 3
        for name, value, formula, style in self._get_figures():
            if value is None:
                continue
            sheet.write(row, 0, self._word(name))
            sheet.write_number(row, 1, value, style)
            sheet.write_formula(row, 2, formula, style, value)
            difference = f"={cell(row, 2)}-{cell(row, 1)}"
            sheet.write_formula(row, 3, difference, self._number, 0)
            row += 1

    def _get_figures(self):
        """(label, engine value, formula, format); the value may be missing."""
        found = self._data["conventions"]
        rate = self._rate_cell()
        monthly = self._ref("summary", (FIRST + 1, 1))
        net = self._month_column(4)
        rest = self._ref("months", (FIRST + 1, 4), (self._last_month, 4))
        start = self._ref("months", (FIRST, 4))
        initial = self._ref("years", (FIRST, 3))
        years = self._ref("years", (FIRST + 1, 3), (max(self._last_year, 2), 3))
        costs = f"SUMPRODUCT({self._month_column(2)},{self._month_column(6)})"
        gains = f"SUMPRODUCT({self._month_column(3)},{self._month_column(6)})"
        flows = f"{self._flow_column(7)},{self._flow_column(0)}"
        plain = found["monthly"]
        one_rate = plain["irr"][0] if len(plain["irr"]) == 1 else None
        return [
            (
                "npv_monthly",
                plain["npv"],
                f"={start}+NPV({monthly},{rest})",
                self._money,
            ),
            ("npv_excel", found["excel"]["npv"], f"=NPV({monthly},{net})", self._money),
            (
                "npv_tei",
                found["tei_annual"]["npv"],
                f"={initial}+NPV({rate},{years})",
                self._money,
            ),
            ("npv_dated", found["dated"]["npv"], f"=XNPV({rate},{flows})", self._money),
            ("roi", plain["roi"], f"=({gains}-{costs})/{costs}", self._rate),
            ("irr", one_rate, f"=(1+IRR({net}))^12-1", self._rate),
            (
                "mirr",
                plain["mirr"],
                f"=(1+MIRR({net},{monthly},{monthly}))^12-1",
                self._rate,
            ),
            (
                "payback",
                plain["payback"] or None,
                f"=MIN({self._month_column(9)})",
                self._number,
            ),
            (
                "discounted_payback",
                plain["discounted_payback"] or None,
                f"=MIN({self._month_column(10)})",
                self._number,
            ),
        ]


def year_of(day, go_live):
    """0 before the go-live, then the years after it: TEI columns."""
    months = returns.months_between(go_live, day)
    return 0 if months < 0 else 1 + months // returns.MONTHS
