"""The report on a period as a workbook: one sheet per section, real numbers.

xlsxwriter comes with Odoo. Values keep their type and are formatted by the sheet, so
that a reader can count on with them.
"""

import io
import re

import xlsxwriter

from .section import COUNT, DAY, MONEY, MONTH, POINTS, SHARE, TEXT

WIDTHS = {TEXT: 34, COUNT: 12, POINTS: 14, SHARE: 12, MONEY: 18, DAY: 13, MONTH: 13}
FORMATS = {
    COUNT: "#,##0",
    POINTS: "#,##0.##",
    SHARE: "0.0%",
    DAY: "dd.mm.yyyy",
    MONTH: "mm.yyyy",
}
INK, PALE = "#714B67", "#FFFFFF"
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
NAME_LENGTH = 31  # of a sheet, by the file format


def build(report):
    """Return the bytes of the workbook of a `crm.loyalty.report`."""
    target = io.BytesIO()
    data = report._get_data()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        formats = _formats(book, report.company_id.currency_id)
        for section in data["sections"]:
            sheet = book.add_worksheet(FORBIDDEN.sub(" ", section.title)[:NAME_LENGTH])
            _write(sheet, section, formats, _caption(report))
    return target.getvalue()


def _caption(report):
    return f"{report.company_id.name}, {report.date_from:%d.%m.%Y} – " + (
        f"{report.date_to:%d.%m.%Y}"
    )


def _formats(book, currency):
    decimals = "." + "0" * currency.decimal_places if currency.decimal_places else ""
    numbers = {**FORMATS, MONEY: f"#,##0{decimals} [${currency.symbol}]"}
    return {
        TEXT: book.add_format({"text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": INK}),
        "muted": book.add_format({"font_color": "#777777"}),
        "head": book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        ),
        **{
            kind: book.add_format({"num_format": code, "valign": "top"})
            for kind, code in numbers.items()
        },
    }


def _write(sheet, section, formats, caption):
    sheet.write(0, 0, section.title, formats["title"])
    sheet.write(1, 0, caption, formats["muted"])
    sheet.write(2, 0, section.text, formats["muted"])
    top = 4
    if not section.rows:
        sheet.write(top, 0, section.empty)
        return
    for column, head in enumerate(section.columns):
        sheet.write_string(top, column, head.title, formats["head"])
        sheet.set_column(column, column, _width(section, column))
    for number, row in enumerate(section.rows):
        for column, value in enumerate(row):
            _write_cell(
                sheet,
                (top + 1 + number, column),
                value,
                section.kind(number, column),
                formats,
            )
    sheet.freeze_panes(top + 1, 1)
    if section.is_shaded:
        sheet.conditional_format(
            top + 1,
            2,
            top + len(section.rows),
            len(section.columns) - 1,
            {"type": "2_color_scale", "min_color": PALE, "max_color": "#B58FAB"},
        )


def _width(section, column):
    kinds = {section.kind(number, column) for number in range(len(section.rows))}
    return max(WIDTHS[kind] for kind in kinds)


def _write_cell(sheet, place, value, kind, formats):
    if value is None:
        return
    if kind == TEXT:  # a name that begins with "=" is no formula
        sheet.write_string(*place, value, formats[kind])
    elif kind in (DAY, MONTH):
        sheet.write_datetime(*place, value, formats[kind])
    else:
        sheet.write_number(*place, value, formats[kind])
