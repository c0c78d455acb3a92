"""From the parts of a dashboard to the file that Odoo's spreadsheet reads."""

import json
import string
import uuid
from collections.abc import Iterator
from math import ceil

from .parts import Chart, Dashboard, Filter, Scorecard, Source, Table, Total

VERSION = "18.5.10"  # of the format, as in the dashboards that come with Odoo 19.0
WIDTH, GAP = 1000, 12
CARDS = 5  # side by side, or their titles no longer fit
CARD_HEIGHT, CHART_HEIGHT, ROW_HEIGHT = 104, 320, 23
COLUMNS = (230, 130, 128, 24, 230, 130, 128)
TABLE_ROWS = 10
TABLES_AT = ("A", "E")
INK, ACCENT = "#434343", "#01666B"
STYLES = {
    "1": {"textColor": ACCENT, "bold": True, "fontSize": 16},
    "2": {"textColor": INK, "bold": True, "fontSize": 11},
    "3": {"textColor": INK, "verticalAlign": "middle"},
    "4": {"fillColor": "#f2f2f2"},
}
LOCALE = {
    "name": "English (US)",
    "code": "en_US",
    "thousandsSeparator": ",",
    "decimalSeparator": ".",
    "dateFormat": "mm/dd/yyyy",
    "timeFormat": "hh:mm:ss",
    "formulaArgSeparator": ",",
    "weekStart": 7,
}


def files(dashboard: Dashboard) -> dict[str, str]:
    """Path inside addons/ and text of the live dashboard and of its sample."""
    folder = f"{dashboard.addon}/data/files/{dashboard.name}"
    return {
        f"{folder}_dashboard.json": _dump(Workbook(dashboard).build()),
        f"{folder}_sample_dashboard.json": _dump(Sample(dashboard).build()),
    }


def _dump(data: dict) -> str:
    return json.dumps(data, indent=4, ensure_ascii=False) + "\n"


class Workbook:
    """Two sheets: what one sees, and the figures of the scorecards."""

    def __init__(self, dashboard: Dashboard):
        self.dashboard = dashboard
        self.pivots: dict[Source, dict] = {}
        self.lists: list[dict] = []
        self.data: dict[str, str] = {}
        self.menus: dict[str, str] = {}

    def build(self) -> dict:
        figures = [*self._scorecards(), *self._charts()]
        cells, styles = self._tables()
        return {
            "version": VERSION,
            "sheets": [
                {
                    **_sheet("Dashboard", cells, styles),
                    # no more than is filled, or the reader scrolls through nothing
                    "colNumber": len(COLUMNS),
                    "rowNumber": self._first_row(len(self.dashboard.tables)) + 1,
                    "cols": {str(i): {"size": size} for i, size in enumerate(COLUMNS)},
                    "figures": figures,
                },
                _sheet("Data", self.data, {"A1:A20": 4}),
            ],
            "styles": STYLES,
            "formats": {},
            "borders": {},
            "revisionId": "START_REVISION",
            "uniqueFigureIds": True,
            "settings": {"locale": LOCALE},
            "pivots": {pivot["id"]: pivot for pivot in self.pivots.values()},
            "pivotNextId": len(self.pivots) + 1,
            "customTableStyles": {},
            "globalFilters": self._filters(),
            "lists": {one["id"]: one for one in self.lists},
            "listNextId": len(self.lists) + 1,
            "chartOdooMenusReferences": self.menus,
        }

    # figures ---------------------------------------------------------------------

    def _scorecards(self) -> Iterator[dict]:
        cards = self.dashboard.scorecards
        beside = ceil(len(cards) / self._card_bands())
        for i, card in enumerate(cards):
            row = i + 1
            self.data[f"A{row}"] = f'=_t("{card.title}")'
            self.data[f"B{row}"] = self._total(card.value)
            if card.beside:
                self.data[f"C{row}"] = self._total(card.beside)
            band, place = divmod(i, beside)
            count = min(beside, len(cards) - band * beside)
            width = (WIDTH - GAP * (count - 1)) // count
            top = GAP + band * (CARD_HEIGHT + GAP)
            box = (place * (width + GAP), top, width, CARD_HEIGHT)
            yield self._figure(card, box, _scorecard(card, row))

    def _card_bands(self) -> int:
        return ceil(len(self.dashboard.scorecards) / CARDS)

    def _below_cards(self) -> int:
        return self._card_bands() * (CARD_HEIGHT + GAP) + 2 * GAP

    def _charts(self) -> Iterator[dict]:
        width = (WIDTH - GAP) // 2
        for i, chart in enumerate(self.dashboard.charts):
            top = self._below_cards() + i // 2 * (CHART_HEIGHT + GAP)
            box = (i % 2 * (width + GAP), top, width, CHART_HEIGHT)
            yield self._figure(chart, box, self._chart(chart))

    def _figure(self, part: Scorecard | Chart, box: tuple, data: dict) -> dict:
        left, top, width, height = box
        key = self._key(part.title)
        self.menus[key] = part.menu
        return {
            "id": key,
            "col": 0,
            "row": 0,
            "offset": {"x": left, "y": top},
            "width": width,
            "height": height,
            "tag": "chart",
            "data": {**data, "chartId": key},
        }

    def _key(self, name: str) -> str:
        """The same in every build, so that a new build changes only what changed."""
        path = f"{self.dashboard.addon}/{self.dashboard.name}/{name}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, path))

    def _chart(self, chart: Chart) -> dict:
        return {
            **_looks(chart),
            "type": f"odoo_{chart.kind}",
            "dataSets": [{}],
            "metaData": {
                "groupBy": list(chart.group),
                "measure": chart.measure,
                "order": None,
                "resModel": chart.source.model,
                "mode": chart.kind,
            },
            "searchParams": {
                "comparison": None,
                "context": {},
                "domain": chart.source.domain,
                "groupBy": list(chart.group),
                "orderBy": [],
            },
            "fieldMatching": self._matching(chart.source.model),
        }

    # data ------------------------------------------------------------------------

    def _total(self, total: Total) -> str:
        pivot = self.pivots.setdefault(total.source, self._pivot(total.source))
        names = [measure["fieldName"] for measure in pivot["measures"]]
        if total.measure not in names:
            pivot["measures"].append({"id": total.measure, "fieldName": total.measure})
        return f'=PIVOT.VALUE({pivot["id"]},"{total.measure}")'

    def _pivot(self, source: Source) -> dict:
        number = str(len(self.pivots) + 1)
        return {
            "type": "ODOO",
            "id": number,
            "formulaId": number,
            "name": f"{source.model} {number}",
            "model": source.model,
            "domain": source.domain,
            "context": {},
            "measures": [],
            "rows": [],
            "columns": [],
            "sortedColumn": None,
            "fieldMatching": self._matching(source.model),
        }

    def _tables(self) -> tuple[dict, dict]:
        cells, styles = {}, {}
        for i, table in enumerate(self.dashboard.tables):
            first, row = TABLES_AT[i % 2], self._first_row(i)
            last = _letter(first, len(table.columns) - 1)
            cells[f"{first}{row}"] = (
                f"[{table.title}](odoo://ir_menu_xml_id/{table.menu})"
            )
            cells.update(self._table(table, first, row + 1))
            styles[f"{first}{row}"] = 1
            styles[f"{first}{row + 1}:{last}{row + 1}"] = 2
            styles[f"{first}{row + 2}:{last}{row + 1 + TABLE_ROWS}"] = 3
        return cells, styles

    def _first_row(self, index: int) -> int:
        """Below the charts; two tables stand side by side."""
        bands = ceil(len(self.dashboard.charts) / 2)
        below = self._below_cards() + bands * (CHART_HEIGHT + GAP)
        return ceil(below / ROW_HEIGHT) + 2 + index // 2 * (TABLE_ROWS + 3)

    def _table(self, table: Table, first: str, row: int) -> dict[str, str]:
        number = str(len(self.lists) + 1)
        self.lists.append(
            {
                "id": number,
                "name": table.title,
                "model": table.source.model,
                "columns": list(table.columns),
                "domain": table.source.domain,
                "context": {},
                "orderBy": [{"name": table.order, "asc": table.ascending}],
                "fieldMatching": self._matching(table.source.model),
            }
        )
        cells = {}
        for i, field in enumerate(table.columns):
            column = _letter(first, i)
            title = f'_t("{table.titles[i]}")'
            cells[f"{column}{row}"] = f'=ODOO.LIST.HEADER({number},"{field}",{title})'
            for line in range(1, TABLE_ROWS + 1):
                cell = f'=ODOO.LIST({number},{line},"{field}")'
                cells[f"{column}{row + line}"] = cell
        return cells

    # filters ---------------------------------------------------------------------

    def _filters(self) -> list[dict]:
        return [
            {
                "id": self._key(one.label),
                "type": "relation",
                "label": one.label,
                "modelName": one.model,
                "defaultValueDisplayNames": [],
            }
            for one in self.dashboard.filters
        ]

    def _matching(self, model: str) -> dict[str, dict]:
        def reach(one: Filter) -> bool:
            return model in one.chains

        return {
            self._key(one.label): {"chain": one.chains[model], "type": "many2one"}
            for one in filter(reach, self.dashboard.filters)
        }


class Sample(Workbook):
    """The same picture with invented figures, which need no record."""

    def _total(self, total: Total) -> str:
        return str(total.sample)

    def _chart(self, chart: Chart) -> dict:
        # each chart has two columns of the sheet of figures, from H on
        place = self.dashboard.charts.index(chart)
        names, values = _letter("H", 2 * place), _letter("H", 2 * place + 1)
        for i, (label, value) in enumerate(chart.sample, 1):
            self.data[f"{names}{i}"] = f'=_t("{label}")'
            self.data[f"{values}{i}"] = str(value)
        rows = len(chart.sample)
        return {
            **_looks(chart),
            "type": chart.kind,
            "dataSetsHaveTitle": False,
            "dataSets": [{"dataRange": f"Data!{values}1:{values}{rows}"}],
            "labelRange": f"Data!{names}1:{names}{rows}",
            "aggregated": False,
        }

    def _table(self, table: Table, first: str, row: int) -> dict[str, str]:
        cells = {}
        for i, title in enumerate(table.titles):
            column = _letter(first, i)
            cells[f"{column}{row}"] = f'=_t("{title}")'
            for line, values in enumerate(table.sample, 1):
                cells[f"{column}{row + line}"] = _sample_cell(values[i])
        return cells

    def _filters(self) -> list[dict]:
        return []


def _sheet(name: str, cells: dict, styles: dict) -> dict:
    return {
        "id": name.lower(),
        "name": name,
        "colNumber": 26,
        "rowNumber": 100,
        "rows": {},
        "cols": {},
        "merges": [],
        "cells": cells,
        "styles": styles,
        "formats": {},
        "borders": {},
        "conditionalFormats": [],
        "dataValidationRules": [],
        "figures": [],
        "tables": [],
        "areGridLinesVisible": True,
        "isVisible": True,
        "headerGroups": {"ROW": [], "COL": []},
        "comments": {},
    }


def _scorecard(card: Scorecard, row: int) -> dict:
    data = {
        "type": "scorecard",
        "title": {"text": card.title, "bold": True, "color": INK},
        "background": card.color,
        "baselineMode": "text",
        "baselineColorUp": "#00A04A",
        "baselineColorDown": "#DC6965",
        "keyValue": f"Data!B{row}",
        "humanize": True,
    }
    if card.beside:
        data["baseline"] = f"Data!C{row}"
        data["baselineDescr"] = {"text": card.beside_label}
    return data


def _legend(chart: Chart) -> str:
    """Slices and several lines or bars at a place need their names."""
    if chart.kind == "pie":
        return "right"
    return "top" if len(chart.group) > 1 else "none"


def _looks(chart: Chart) -> dict:
    return {
        "title": {"text": chart.title, "bold": True, "color": ACCENT},
        "background": "#FFFFFF",
        "legendPosition": _legend(chart),
        "verticalAxisPosition": "left",
        "stacked": False,
        "cumulatedStart": False,
        "fillArea": chart.kind == "line" and len(chart.group) == 1,
    }


def _sample_cell(value: str | float) -> str:
    return value if isinstance(value, str) else f"=FORMAT.LARGE.NUMBER({value})"


def _letter(first: str, offset: int) -> str:
    return string.ascii_uppercase[string.ascii_uppercase.index(first) + offset]
