"""Tables that may run over a page: whole rows, and heads repeated where that works.

wkhtmltopdf with Odoo's patched Qt keeps table rows whole and repeats their heads on
the next page. Without the patch it cuts through rows, but keeps blocks whole: each
row is then a table of its own. Columns that have to line up from row to row need
widths that do not depend on what is in them.
"""

from collections.abc import Sequence

from markupsafe import Markup

from odoo.addons.base.models.ir_actions_report import _wkhtml

WIDTHS: dict[str, Sequence[float]] = {
    "risks": (6, 17, 7, 8, 8, 7, 7.5, 7, 4.5, 4.5, 6.5, 6, 6, 5),
    "indicators": (28, 13, 8, 15, 8, 7, 21),
    "baseline": (28, 13, 13, 13, 11, 10, 12),
    "responses": (25, 24, 9, 7, 8, 7, 7, 7, 6),
    "changes": (7, 22, 8, 38, 9, 8, 8),
    "decisions": (24, 11, 27, 11, 8, 9, 10),
    "events": (7, 26, 24, 8, 9, 26),
    "evidence": (5, 27, 45, 14, 9),
    "answers": (62, 14, 24),
    "actions": (46, 18, 12, 12, 12),
    "trainings": (17, 14, 12, 13, 9, 6, 11, 9, 9),
    "applications": (22, 19, 18, 11, 10, 20),
    "faults": (42, 9, 7, 9, 9, 10, 14),
    "approaches": (31, 21, 12, 12, 12, 12),
    "arguments": (26, 40, 34),
}
"""Percent of the page for the columns of each table, in their order."""

UNPATCHED = """
.o_crm_risk_report table.rows, .o_crm_risk_report table.rows > thead,
.o_crm_risk_report table.rows > tbody { display: block; }
.o_crm_risk_report table.rows tr { display: table; width: 100%; table-layout: fixed; }
"""


def style(*, patched: bool | None = None) -> Markup:
    """Style sheet of the tables of class ``rows``, each with a class of ``WIDTHS``.

    :param patched: whether the printing program has the patch; by default, look
    """
    if patched is None:
        patched = _wkhtml().is_patched_qt
    rules = [
        f".o_crm_risk_report table.rows_{name} tr > *:nth-child({place})"
        f" {{ width: {width}%; }}"
        for name, widths in WIDTHS.items()
        for place, width in enumerate(widths, start=1)
    ]
    return Markup("<style>{}</style>").format(
        Markup("\n").join(map(Markup, [*rules, "" if patched else UNPATCHED]))
    )
