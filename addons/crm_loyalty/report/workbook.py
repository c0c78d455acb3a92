"""The report on a period as a workbook: one sheet per section, real numbers.

xlsxwriter comes with Odoo. Values keep their type and are formatted by the sheet, so
that a reader can count on with them.
"""

import io
import re
from math import ceil

import xlsxwriter

from .section import COUNT, DAY, MONEY, MONTH, POINTS, SHARE, TEXT

WIDTHS = {TEXT: 12, COUNT: 12, POINTS: 14, SHARE: 12, MONEY: 18, DAY: 13, MONTH: 13}
WIDEST = 60  # longer texts are wrapped
HEAD_WIDEST = 24
SPARE = 4  # characters: bold letters are wider, texts are indented
LINE = 15  # height of a line in points; programs do not agree on finding it themselves
A4 = 9
FORMATS = {
    COUNT: "#,##0",
    POINTS: "#,##0.##",
    SHARE: "0.0%",
    DAY: "dd.mm.yyyy",
    MONTH: "mm.yyyy",
}
HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
INK, PALE = "#714B67", "#FFFFFF"
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
NAME_LENGTH = 31  # of a sheet, by the file format
TOP = 4  # row of the heads


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
        TEXT: book.add_format(
            {"text_wrap": True, "valign": "top", "align": "left", "indent": 1}
        ),
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": INK}),
        "muted": book.add_format(
            {"font_color": "#777777", "text_wrap": True, "valign": "top"}
        ),
        "head": book.add_format({**HEAD, "align": "left", "indent": 1}),
        "number head": book.add_format({**HEAD, "align": "right"}),
        **{
            kind: book.add_format({"num_format": code, "valign": "top"})
            for kind, code in numbers.items()
        },
    }


def _write(sheet, section, formats, caption):
    widths = [_width(section, column) for column in range(len(section.columns))]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _write_top(sheet, section, formats, caption, sum(widths))
    if section.rows:
        _write_table(sheet, section, formats, widths)
    else:
        sheet.write(TOP, 0, section.empty)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)  # as wide as a page, as long as it takes
    sheet.repeat_rows(TOP)


def _write_top(sheet, section, formats, caption, width):
    sheet.write(0, 0, section.title, formats["title"])
    last = len(section.columns) - 1
    for row, text in ((1, caption), (2, section.text)):
        sheet.set_row(row, LINE * _lines(text, width))
        if last:
            sheet.merge_range(row, 0, row, last, text, formats["muted"])
        else:
            sheet.write_string(row, 0, text, formats["muted"])


def _write_table(sheet, section, formats, widths):
    heads = [column.title for column in section.columns]
    sheet.set_row(TOP, LINE * max(map(_lines, heads, widths)))
    for column, head in enumerate(heads):
        name = "head" if section.kind(0, column) == TEXT else "number head"
        sheet.write_string(TOP, column, head, formats[name])
    for number, row in enumerate(section.rows):
        place = TOP + 1 + number
        sheet.set_row(place, LINE * max(map(_lines, row, widths)))
        for column, value in enumerate(row):
            kind = section.kind(number, column)
            _write_cell(sheet, (place, column), value, kind, formats)
    sheet.freeze_panes(TOP + 1, 1)
    if section.is_shaded:
        sheet.conditional_format(
            TOP + 1,
            2,
            TOP + len(section.rows),
            len(section.columns) - 1,
            {"type": "2_color_scale", "min_color": PALE, "max_color": "#B58FAB"},
        )


def _width(section, column):
    """Return the width in characters that the values and the head need."""
    widths = [min(len(section.columns[column].title) + SPARE, HEAD_WIDEST)]
    for number, row in enumerate(section.rows):
        widths.append(WIDTHS[section.kind(number, column)])
        if isinstance(row[column], str):
            widths.append(min(len(row[column]) + SPARE, WIDEST))
    return max(widths)


def _lines(value, width):
    """Return the lines a value takes; only texts are wrapped."""
    if not isinstance(value, str) or len(value) + SPARE <= width:
        return 1
    return ceil(1.1 * len(value) / width)  # words do not fill lines


def _write_cell(sheet, place, value, kind, formats):
    if value is None:
        return
    if kind == TEXT:  # a name that begins with "=" is no formula
        sheet.write_string(*place, value, formats[kind])
    elif kind in (DAY, MONTH):
        sheet.write_datetime(*place, value, formats[kind])
    else:
        sheet.write_number(*place, value, formats[kind])
