"""A radar chart as SVG, for screens and printed reports alike; no library needed."""

import base64
import math
import textwrap
from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, RADIUS = 520, 330, 105
CENTRE = (260, 158)
STEPS = 4
LINE, LABEL = 13, 17  # letters of a line of label, width of a label in them
COLOURS = ("#b9b9b9", "#017e84", "#714B67")
LEGEND_STEP = 120


def radar(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Markup:
    """Picture of several series of levels 0…4 over the same labelled axes.

    The last two series take the strong colours: what is wanted, what is.

    >>> picture = radar(["A", "B", "C"], [("Now", [1, 2, 3])])
    >>> picture.startswith('<img') and "base64" in picture
    True
    >>> radar(["A", "B"], [])
    Markup('')
    """
    if len(labels) < 3 or not series:
        return Markup("")
    colours = COLOURS[-len(series) :]
    parts = [_rings(len(labels)), *_labels(labels)]
    for place, ((name, levels), colour) in enumerate(zip(series, colours, strict=True)):
        parts.append(_shape(levels, colour, dashed=place < len(series) - 1))
        parts.append(_legend(name, colour, place, len(series)))
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"'
        ' viewBox="0 0 {w} {h}" font-family="Roboto, DejaVu Sans, Arial, sans-serif"'
        ' font-size="11">{body}</svg>'
    ).format(w=WIDTH, h=HEIGHT, body=Markup("").join(parts))
    data = base64.b64encode(svg.encode()).decode()
    return Markup(
        '<img src="data:image/svg+xml;base64,{data}" alt="{alt}" width="{w}"'
        ' style="max-width: 100%"/>'
    ).format(data=data, alt=_describe(labels, series[-1]), w=WIDTH)


def _describe(labels, series) -> str:
    """The chart in words, for those who do not see it."""
    name, levels = series
    return f"{name}: " + ", ".join(
        f"{label} {level}" for label, level in zip(labels, levels, strict=True)
    )


def _point(axis: int, axes: int, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * axis / axes - math.pi / 2
    return (
        round(CENTRE[0] + RADIUS * share * math.cos(angle), 1),
        round(CENTRE[1] + RADIUS * share * math.sin(angle), 1),
    )


def _outline(levels: Sequence[int]) -> str:
    points = [_point(i, len(levels), level / STEPS) for i, level in enumerate(levels)]
    return " ".join(f"{x},{y}" for x, y in points)


def _rings(axes: int) -> Markup:
    rings = [
        Markup('<polygon points="{}" fill="none" stroke="#d8d8d8"/>').format(
            _outline([step] * axes)
        )
        for step in range(1, STEPS + 1)
    ]
    for axis in range(axes):
        x, y = _point(axis, axes, 1)
        rings.append(
            Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#e4e4e4"/>').format(
                *CENTRE, x, y
            )
        )
    return Markup("").join(rings)


def _labels(labels: Sequence[str]) -> list[Markup]:
    texts = []
    for axis, label in enumerate(labels):
        x, y = _point(axis, len(labels), 1.12)
        side = x - CENTRE[0]
        anchor = "middle" if abs(side) < 5 else "start" if side > 0 else "end"
        for row, words in enumerate(textwrap.wrap(label, LABEL) or [""]):
            texts.append(
                Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
                    x, y + 4 + LINE * row, anchor, escape(words)
                )
            )
    return texts


def _shape(levels: Sequence[int], colour: str, *, dashed: bool) -> Markup:
    return Markup(
        '<polygon points="{}" fill="{}" fill-opacity="{}" stroke="{}"'
        ' stroke-width="2"{}/>'
    ).format(
        _outline(levels),
        colour,
        "0" if dashed else "0.18",
        colour,
        Markup(' stroke-dasharray="5,3"') if dashed else "",
    )


def _legend(name: str, colour: str, place: int, total: int) -> Markup:
    x = CENTRE[0] - LEGEND_STEP * total / 2 + LEGEND_STEP * place + 15
    return Markup(
        '<rect x="{}" y="{}" width="12" height="12" fill="{}"/>'
        '<text x="{}" y="{}">{}</text>'
    ).format(x, HEIGHT - 22, colour, x + 17, HEIGHT - 12, escape(name))
