"""Built-in indicators: one small class each, found by its code.

A class says, from one and the same selection of records, how much each record adds
to numerator and denominator. The figure is the sum over the records, the drill-down
is their ids: the two cannot disagree.

An addon adds an indicator by a class of its own::

    from odoo.addons.crm_risk.indicators import SqlIndicator, register


    @register
    class ReturnRate(SqlIndicator):
        code = "Q02"
        ...

and a `crm.indicator` record in its data that names the code.
"""

from . import parts
from .base import Cell, Indicator, PersonIndicator, RowsIndicator, SqlIndicator
from .registry import builtin, builtins, register
from .shared import forget, shared, sharing
from .window import MONTH, ROLLING, WEEK, Window

from . import (  # isort: skip
    access,
    adoption,
    behaviour,
    customers,
    delivery,
    duplicates,
    feedback,
    forecast,
    funnel,
    hygiene,
    loyalty,
    master_data,
    orders,
    performance,
    pipeline,
    pricing,
    programme,
    receivables,
    response_time,
    service,
    stock,
    technology,
)

__all__ = [
    "MONTH",
    "ROLLING",
    "WEEK",
    "Cell",
    "Indicator",
    "PersonIndicator",
    "RowsIndicator",
    "SqlIndicator",
    "Window",
    "builtin",
    "builtins",
    "parts",
    "register",
]
