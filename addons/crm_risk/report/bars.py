"""A bar of a table cell, drawn with a table: every renderer of PDFs can do that."""

from markupsafe import Markup

WIDTH = 120
GOOD, FAIR, POOR = "#017e84", "#d9a400", "#b3372f"
FAIR_FROM, GOOD_FROM = 0.5, 0.8


def bar(share: float, *, judged: bool = True) -> Markup:
    """A bar as long as ``share``, 0…1, coloured by how good that is if ``judged``.

    >>> "width:60px" in bar(0.5), "#017e84" in bar(0.9)
    (True, True)
    """
    inside = min(max(share, 0.0), 1.0)
    colour = "#714B67"
    if judged:
        rest = FAIR if inside >= FAIR_FROM else POOR
        colour = GOOD if inside >= GOOD_FROM else rest
    return Markup(
        '<div style="width:{}px;height:9px;background:#ececec">'
        '<div style="width:{}px;height:9px;background:{}"></div></div>'
    ).format(WIDTH, round(WIDTH * inside), colour)
