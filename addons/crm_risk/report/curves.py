"""Charts of the register on paper: S-curves, matrix, small lines; plain SVG."""

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

FONT = "Roboto, DejaVu Sans, Arial, sans-serif"
COLOURS = {"inherent": "#8d6e63", "current": "#1565c0", "residual": "#2e7d32"}
DASHES = {"inherent": "6,4", "current": "", "residual": "2,3"}
SHOWN_CHANCE = 0.99
"""The last percent of futures would squeeze the rest into a corner."""

CURVE = (560, 300)
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 10, 30
TICKS = 4

CELL, BAND, HEAD = (86, 60), 74, 34
LETTER = 7.0
"""Width of a letter of the bands' names, at most."""
SHOWN_REFS = 4
SPARK = (70, 18)
SPARK_POINTS = 12
"""Months of an indicator drawn beside its value: a year."""


def _picture(width: int, height: int, body: Markup, alt: str, shown: int) -> Markup:
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"'
        ' viewBox="0 0 {w} {h}" font-family="{font}" font-size="11">{body}</svg>'
    ).format(w=width, h=height, font=FONT, body=body)
    data = base64.b64encode(svg.encode()).decode()
    return Markup(
        '<img src="data:image/svg+xml;base64,{}" alt="{}" width="{}"/>'
    ).format(data, alt, shown)


def _text(x: float, y: float, words: str, anchor: str = "start", **style) -> Markup:
    extra = Markup("").join(
        Markup(' {}="{}"').format(name.replace("_", "-"), value)
        for name, value in style.items()
    )
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>').format(
        x, y, anchor, extra, escape(words)
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash="") -> Markup:
    return Markup(
        '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"'
        ' stroke-dasharray="{}"/>'
    ).format(x1, y1, x2, y2, colour, dash)


def s_curve(
    curves: Sequence[Mapping[str, Any]],
    reserve: float,
    reserve_word: str,
    money: Callable[[float], str],
    shown: int = 560,
) -> Markup:
    """Chance against amount not exceeded, a line per state; P80 is a dot.

    >>> one = {"scenario": "current", "label": "Now", "p80": 8,
    ...        "points": [[n / 100, n / 10] for n in range(101)]}
    >>> s_curve([one], 5, "Reserve", str).startswith("<img")
    True
    >>> s_curve([], 5, "Reserve", str)
    Markup('')
    """
    shown_points = [
        [point for point in one["points"] if point[0] <= SHOWN_CHANCE] for one in curves
    ]
    amounts = [amount for points in shown_points for _chance, amount in points]
    if not amounts:
        return Markup("")
    low, high = min(0.0, *amounts), max(*amounts, 1.0)
    width, height = CURVE

    def x(amount: float) -> float:
        return LEFT + (width - LEFT - RIGHT) * (amount - low) / (high - low)

    def y(chance: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (1 - chance)

    parts = [_grid(x, y, low, high, money)]
    if low < reserve < high:
        parts += [
            _line(x(reserve), y(0), x(reserve), y(1), "#6c757d", "3,3"),
            _text(x(reserve) + 4, y(0) - 5, reserve_word, fill="#6c757d"),
        ]
    for one, points in zip(curves, shown_points, strict=True):
        parts.append(_curve(one, points, x, y))
    alt = "; ".join(f"{one['label']}: P80 {money(one['p80'])}" for one in curves)
    return _picture(width, height, Markup("").join(parts), alt, shown)


def _grid(x, y, low, high, money) -> Markup:
    parts = []
    for step in range(6):
        chance = step / 5
        parts += [
            _line(x(low), y(chance), x(high), y(chance), "#dee2e6"),
            _text(LEFT - 5, y(chance) + 4, f"{20 * step} %", "end", fill="#6c757d"),
        ]
    for amount in _ticks(low, high):
        parts.append(
            _text(x(amount), y(0) + 18, money(amount), "middle", fill="#6c757d")
        )
    return Markup("").join(parts)


def _ticks(low: float, high: float) -> list[float]:
    """Round amounts between the ends, some four of them.

    >>> _ticks(0, 552_000)
    [0, 200000, 400000]
    >>> _ticks(-30, 90)
    [0, 50]
    """
    rough = (high - low) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [step * number for number in range(first, last + 1)]


def _curve(one, points, x, y) -> Markup:
    colour = COLOURS.get(one["scenario"], "#90a4ae")
    path = " ".join(f"{x(amount):.1f},{y(chance):.1f}" for chance, amount in points)
    return Markup(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2.2"'
        ' stroke-dasharray="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"/>'
    ).format(
        path,
        colour,
        DASHES.get(one["scenario"], ""),
        x(one["p80"]),
        y(0.8),
        colour,
    )


def matrix(
    data: Mapping[str, Any], money: Callable[[float], str], shown: int = 356
) -> Markup:
    """The 5 × 5 matrix of :meth:`crm.risk.get_heatmap`: count, references, money.

    >>> cell = {"count": 0, "color": "#fff", "refs": [], "amount": 0}
    >>> row = {"name": "Rare", "range": "0–10 %", "cells": [cell]}
    >>> band = {"name": "Small", "range": "0–2 %"}
    >>> matrix({"rows": [row], "columns": [band], "total": 0}, str).startswith("<img")
    True
    """
    rows, columns = data["rows"], data["columns"]
    left = max(BAND, 5 + LETTER * max(len(row["name"]) for row in rows))
    width, height = round(left) + CELL[0] * len(columns), CELL[1] * len(rows) + HEAD
    parts = []
    for place, row in enumerate(rows):
        top = place * CELL[1]
        parts.append(_band(left - 5, top + CELL[1] / 2, row, "end"))
        for column, cell in enumerate(row["cells"]):
            parts.append(_cell(left + column * CELL[0], top, cell, money))
    for column, band in enumerate(columns):
        middle = left + (column + 0.5) * CELL[0]
        parts.append(_band(middle, len(rows) * CELL[1] + 13, band, "middle"))
    alt = str(data["total"])
    return _picture(width, height, Markup("").join(parts), alt, shown)


def _band(x: float, y: float, band: Mapping[str, Any], anchor: str) -> Markup:
    return _text(x, y, band["name"], anchor, font_size=11) + _text(
        x, y + 12, band["range"], anchor, font_size=9, fill="#777"
    )


def _cell(left: float, top: float, cell: Mapping[str, Any], money) -> Markup:
    width, height = CELL
    count = cell["count"]
    colour, opacity = cell["color"] or "#eee", "0.85" if count else "0.28"
    parts = [
        Markup(
            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"'
            ' fill-opacity="{}" stroke="#fff" stroke-width="2"/>'
        ).format(left, top, width, height, colour, opacity)
    ]
    if count:
        refs = ", ".join(map(_short, cell["refs"][:SHOWN_REFS]))
        more = count - min(count, SHOWN_REFS)
        lines = (
            (20, str(count), {"font_size": 15, "font_weight": "bold"}),
            (35, f"{refs} +{more}" if more else refs, {"font_size": 10}),
            (50, money(cell["amount"]), {"font_size": 10}),
        )
        parts += [
            _text(left + width / 2, top + down, words, "middle", fill="#111", **style)
            for down, words, style in lines
        ]
    return Markup("").join(parts)


def _short(ref: str) -> str:
    """The number of a reference: there is no room for more in a cell.

    >>> _short("RSK/00042"), _short("Own")
    ('42', 'Own')
    """
    return ref.rpartition("/")[2].lstrip("0") or ref


def spark(points: Sequence[float], colour: str = "#1565c0") -> Markup:
    """The last values as a small line; nothing with fewer than two.

    >>> spark([1]), spark([1, 2]).startswith("<img")
    (Markup(''), True)
    """
    if len(points) < 2:
        return Markup("")
    width, height = SPARK
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    path = " ".join(
        f"{2 + (width - 4) * n / (len(points) - 1):.1f},"
        f"{2 + (height - 4) * (1 - (value - low) / span):.1f}"
        for n, value in enumerate(points)
    )
    body = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="1.4"/>')
    return _picture(width, height, body.format(path, colour), "", width)
