"""The register as a workbook that counts by itself.

EMV stands there as a formula, chance × mean impact, and so do totals, leverage and
the comparison with reserve and appetite: whoever changes a chance in the file sees
what follows. Values are written beside each formula, for readers that do not count.
"""

import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from ..models.crm_risk_estimate import SCENARIOS

INK = "#714B67"
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
NAME_LENGTH = 31  # of a sheet, by the file format
TOP = 3  # row of the heads; above: title and date
A4 = 9  # code of the paper in the file format
LINE = 15  # points that a line of text takes
TEXT, SHARE, MONEY, NUMBER, DAY = "text", "share", "money", "number", "day"
WIDTHS = {TEXT: 24, SHARE: 11, MONEY: 16, NUMBER: 10, DAY: 12}
STATES = [scenario for scenario, _label in SCENARIOS]


@dataclass(frozen=True)
class Column:
    """A column: its head, kind, and what stands in a row.

    :param value: the figure of a row
    :param formula: text of the formula of row number n (from 1), if it has one
    :param total: summed up under the table
    """

    title: str
    kind: str
    value: Callable[[dict[str, Any]], Any]
    formula: Callable[[int], str] | None = None
    total: bool = False
    width: int = 0


def _width(column: Column) -> float:
    return column.width or WIDTHS[column.kind]


def _texts(columns: Sequence[Column], row) -> list[str]:
    """What a row says in its columns of text; figures take one line."""
    return [
        str(column.value(row) or "") if column.kind == TEXT else ""
        for column in columns
    ]


def _height(columns: Sequence[Column], texts: Sequence[str]) -> float:
    """Points of a row: not every program makes room for a text of several lines."""
    lines = (
        math.ceil(len(text) / _width(column))
        for column, text in zip(columns, texts, strict=True)
    )
    return LINE * max(1, *lines)


class RegisterWorkbook:
    """Bytes of the workbook of the data of ``crm.implementation``."""

    def __init__(self, env, data):
        self.env = env
        self.data = data
        currency = env["res.currency"].browse(data["context"]["currency_id"])
        self.money = f"#,##0 [${currency.symbol or currency.name}]"

    def build(self) -> bytes:
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"in_memory": True}) as self.book:
            self._make_formats()
            self.register = self._sheet_name(self.env._("Register"))
            self._write_summary()
            self._write_table(
                self.register, self._register_columns(), self.data["risks"]
            )
            self._write_table(
                self._sheet_name(self.env._("Responses")),
                self._response_columns(),
                self.data["responses"],
            )
            self._write_table(
                self._sheet_name(self.env._("Indicators")),
                self._indicator_columns(),
                self.data["indicators"]["rows"],
            )
        return target.getvalue()

    # --- formats -----------------------------------------------------------------

    def _make_formats(self):
        codes = {
            SHARE: "0.0%",
            MONEY: self.money,
            NUMBER: "#,##0.##",
            DAY: "yyyy-mm-dd",
        }
        self.formats = {
            TEXT: self.book.add_format({"text_wrap": True, "valign": "top"}),
            "title": self.book.add_format(
                {"bold": True, "font_size": 14, "font_color": INK}
            ),
            "muted": self.book.add_format({"font_color": "#777777"}),
            "head": self.book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "label": self.book.add_format({"bold": True, "valign": "top"}),
            **{
                kind: self.book.add_format({"num_format": code, "valign": "top"})
                for kind, code in codes.items()
            },
            "total": self.book.add_format(
                {"num_format": self.money, "bold": True, "top": 1}
            ),
        }

    def _sheet_name(self, name):
        return FORBIDDEN.sub(" ", name)[:NAME_LENGTH]

    def _begin(self, name):
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, name, self.formats["title"])
        context = self.data["context"]
        caption = f"{context['name']} · {context['company']} · {self.data['date']}"
        sheet.write_string(1, 0, caption, self.formats["muted"])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.3, right=0.3)
        sheet.fit_to_pages(1, 0)  # as wide as a page, as long as it takes
        sheet.repeat_rows(TOP)
        return sheet

    # --- tables --------------------------------------------------------------------

    def _write_table(self, name, columns: Sequence[Column], rows):
        sheet = self._begin(name)
        for place, column in enumerate(columns):
            sheet.write_string(TOP, place, column.title, self.formats["head"])
            sheet.set_column(place, place, _width(column))
        sheet.set_row(TOP, _height(columns, [column.title for column in columns]))
        if not rows:
            sheet.write_string(TOP + 1, 0, self.env._("None."), self.formats["muted"])
            return
        for number, row in enumerate(rows):
            sheet.set_row(TOP + 1 + number, _height(columns, _texts(columns, row)))
            for place, column in enumerate(columns):
                self._write_cell(sheet, TOP + 1 + number, place, column, row)
        if any(column.total for column in columns):
            self._write_totals(sheet, columns, rows)
        sheet.freeze_panes(TOP + 1, 2)
        sheet.autofilter(TOP, 0, TOP + len(rows), len(columns) - 1)

    def _write_cell(self, sheet, line, place, column, row):
        value, style = column.value(row), self.formats[column.kind]
        if column.formula:
            sheet.write_formula(line, place, column.formula(line + 1), style, value)
        elif value is None or value == "":
            sheet.write_blank(line, place, None, style)
        elif column.kind in (TEXT, DAY):  # a name that begins with "=" is no formula
            sheet.write_string(line, place, value, style)
        else:
            sheet.write_number(line, place, value, style)

    def _write_totals(self, sheet, columns, rows):
        last = TOP + len(rows)
        sheet.write_string(last + 1, 0, self.env._("Total"), self.formats["label"])
        for place, column in enumerate(columns):
            if column.total:
                first_cell = xl_rowcol_to_cell(TOP + 1, place)
                last_cell = xl_rowcol_to_cell(last, place)
                sheet.write_formula(
                    last + 1,
                    place,
                    f"=SUM({first_cell}:{last_cell})",
                    self.formats["total"],
                    sum(column.value(row) or 0.0 for row in rows),
                )

    def _register_columns(self):
        """The columns of the register; EMV = frequency × mean impact, row by row."""
        labels = dict(self.env["crm.risk"]._get_scenario_labels())
        columns = [
            Column(self.env._("Reference"), TEXT, lambda row: row["ref"], width=12),
            Column(self.env._("Risk"), TEXT, lambda row: row["name"], width=44),
            Column(self.env._("Category"), TEXT, lambda row: row["category"], width=16),
            Column(self.env._("Origin"), TEXT, lambda row: row["nature"]),
            Column(self.env._("Owner"), TEXT, lambda row: row["owner"], width=20),
            Column(self.env._("State"), TEXT, lambda row: row["state"], width=14),
            Column(self.env._("Strategy"), TEXT, lambda row: row["strategy"], width=14),
            Column(
                self.env._("Rating"), TEXT, lambda row: row["rating_current"], width=14
            ),
        ]
        for state in STATES:
            columns += self._money_columns(state, labels[state], len(columns))
        return [
            *columns,
            Column(
                self.env._("Cost of Responses"),
                MONEY,
                lambda row: row["response_cost"],
                total=True,
            ),
            Column(self.env._("Next Review"), DAY, lambda row: row["next_review"]),
        ]

    def _money_columns(self, state, label, first):
        """Chance (or events a year), mean impact and EMV of one state."""

        def formula(line):
            frequency = xl_rowcol_to_cell(line - 1, first)
            impact = xl_rowcol_to_cell(line - 1, first + 1)
            return f"={frequency}*{impact}"

        return [
            Column(
                self.env._("%(state)s: Chance or Events a Year", state=label),
                NUMBER,
                lambda row: row["frequency"][state],
            ),
            Column(
                self.env._("%(state)s: Mean Impact", state=label),
                MONEY,
                lambda row: row[f"impact_{state}"],
            ),
            Column(
                self.env._("%(state)s: expected loss", state=label),
                MONEY,
                lambda row: row[f"emv_{state}"],
                formula,
                total=True,
            ),
        ]

    def _response_columns(self):
        cost, saved = 5, 7  # places of these two columns, for the formula

        def leverage(line):
            per, part = (xl_rowcol_to_cell(line - 1, place) for place in (cost, saved))
            return f'=IF({per}>0,{part}/{per},"")'

        return [
            Column(self.env._("Response"), TEXT, lambda row: row["name"], width=44),
            Column(self.env._("Risk"), TEXT, lambda row: row["risk"], width=36),
            Column(self.env._("Owner"), TEXT, lambda row: row["owner"], width=20),
            Column(self.env._("Deadline"), DAY, lambda row: row["deadline"]),
            Column(self.env._("State"), TEXT, lambda row: row["state"], width=14),
            Column(
                self.env._("Planned Cost"), MONEY, lambda row: row["cost"], total=True
            ),
            Column(
                self.env._("Actual Cost"),
                MONEY,
                lambda row: row["cost_actual"],
                total=True,
            ),
            Column(self.env._("Loss Taken Away"), MONEY, lambda row: row["saved"]),
            Column(
                self.env._("Leverage"),
                NUMBER,
                lambda row: "" if row["leverage"] is None else row["leverage"],
                leverage,
            ),
        ]

    def _indicator_columns(self):
        return [
            Column(self.env._("Indicator"), TEXT, lambda row: row["name"], width=44),
            Column(self.env._("Value"), TEXT, lambda row: row["value"], width=18),
            Column(
                self.env._("Target / Amber / Red"), TEXT, lambda row: row["thresholds"]
            ),
            Column(
                self.env._("Status"), TEXT, lambda row: row["status_label"], width=12
            ),
            Column(self.env._("Since"), DAY, lambda row: row["since"]),
            Column(self.env._("Note"), TEXT, lambda row: row["note"], width=44),
        ]

    # --- first sheet -----------------------------------------------------------------

    def _write_summary(self):
        sheet = self._begin(self._sheet_name(self.env._("Summary")))
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 18)
        line = TOP
        for label, kind, value, formula in self._summary_rows():
            sheet.write_string(line, 0, label, self.formats["label"])
            if formula:
                sheet.write_formula(line, 1, formula, self.formats[kind], value)
            else:
                sheet.write_number(line, 1, value, self.formats[kind])
            line += 1

    def _summary_rows(self):
        """(label, kind, value, formula) of each line, TOP being the first."""
        totals, context = self.data["totals"], self.data["context"]
        labels = dict(self.env["crm.risk"]._get_scenario_labels())
        rows = [
            (self.env._("Open Risks"), NUMBER, totals["count"], self._count_formula())
        ]
        rows += [
            (
                self.env._("%(state)s: expected loss", state=labels[state]),
                MONEY,
                totals[state],
                self._sum_formula(10 + 3 * number),
            )
            for number, state in enumerate(STATES)
        ]
        now = xl_rowcol_to_cell(TOP + 2, 1)
        appetite = xl_rowcol_to_cell(TOP + 4, 1)
        rows += [
            (self.env._("Risk Appetite"), MONEY, context["appetite"], None),
            (
                self.env._("Expected Loss above the Appetite"),
                MONEY,
                max(0.0, totals["current"] - context["appetite"]),
                f"=MAX(0,{now}-{appetite})",
            ),
            (self.env._("Contingency Reserve"), MONEY, context["reserve"], None),
        ]
        return rows + self._simulation_rows()

    def _simulation_rows(self):
        run = self.data["simulation"]
        if not run:
            return []
        now = next(one for one in run["scenarios"] if one["scenario"] == "current")
        return [
            ("P50", MONEY, now["p50"], None),
            ("P80", MONEY, now["p80"], None),
            ("P95", MONEY, now["p95"], None),
            (
                self.env._("Reserve Suffices"),
                SHARE,
                now["probability_within_reserve"],
                None,
            ),
            (self.env._("Reserve Needed"), MONEY, now["reserve_needed"], None),
        ]

    def _span(self, place):
        """Cells of a column of the register, on the other sheet."""
        rows = max(len(self.data["risks"]), 1)
        first = xl_rowcol_to_cell(TOP + 1, place, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(TOP + rows, place, row_abs=True, col_abs=True)
        return f"'{self.register}'!{first}:{last}"

    def _sum_formula(self, place):
        return f"=SUM({self._span(place)})" if self.data["risks"] else None

    def _count_formula(self):
        return f"=COUNTA({self._span(0)})" if self.data["risks"] else None
