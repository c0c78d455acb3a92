"""A reader of spreadsheet formulas, small but independent of the engine.

It knows the functions that the workbook uses, defined here from the documentation of
spreadsheets: NPV discounts its first value, IRR is bisected, XNPV counts days / 365.
"""

from datetime import datetime

from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

OPERATORS = {"^": "**", "=": "==", "<>": "!=", "&": "+"}


class Sheets:
    def __init__(self, source):
        self._book = load_workbook(source)
        self._known = {}

    def __iter__(self):
        return iter(self._book)

    def value(self, sheet, address):
        key = (sheet, address)
        if key not in self._known:
            content = self._book[sheet][address].value
            is_formula = isinstance(content, str) and content.startswith("=")
            self._known[key] = self._run(sheet, content) if is_formula else content
        return self._known[key]

    def _run(self, sheet, formula):
        parts = [self._translate(sheet, one) for one in Tokenizer(formula).items]
        scope = {"value": self.value, "values": self._values, **FUNCTIONS}
        # formulas of our own workbook, without any builtin
        return eval(  # pylint: disable=eval-used
            "".join(parts), {"__builtins__": {}}, scope
        )

    def _translate(self, sheet, token):
        if token.type == "OPERAND" and token.subtype == "RANGE":
            name, _bang, address = token.value.rpartition("!")
            name = name.strip("'") or sheet
            address = address.replace("$", "")
            call = "values" if ":" in address else "value"
            return f"{call}({name!r}, {address!r})"
        if token.type == "FUNC":
            return "if_(" if token.value == "IF(" else token.value
        if token.type == "OPERATOR-INFIX":
            return OPERATORS.get(token.value, token.value)
        return token.value

    def _values(self, sheet, address):
        left, top, right, bottom = range_boundaries(address)
        cells = self._book[sheet].iter_rows(top, bottom, left, right)
        return [self.value(sheet, one.coordinate) for row in cells for one in row]


def _numbers(values):
    return [float(v) for v in values if isinstance(v, int | float)]


def _npv(rate, values):
    return sum(v / (1 + rate) ** (i + 1) for i, v in enumerate(_numbers(values)))


def _irr(values):
    low, high = -0.99, 10.0
    if _npv(low, values) * _npv(high, values) > 0:
        raise ValueError("no sign change")
    for _step in range(200):
        middle = (low + high) / 2
        if _npv(low, values) * _npv(middle, values) <= 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _mirr(values, finance, reinvest):
    numbers = _numbers(values)
    count = len(numbers) - 1
    spent = -sum(min(v, 0) / (1 + finance) ** i for i, v in enumerate(numbers))
    earned = sum(
        max(v, 0) * (1 + reinvest) ** (count - i) for i, v in enumerate(numbers)
    )
    return (earned / spent) ** (1 / count) - 1


def _xnpv(rate, values, days):
    days = [one.date() if isinstance(one, datetime) else one for one in days]
    return sum(
        v / (1 + rate) ** ((day - days[0]).days / 365)
        for v, day in zip(_numbers(values), days, strict=True)
    )


def _sumifs(values, keys, wanted):
    return sum(v for v, key in zip(values, keys, strict=True) if key == wanted)


FUNCTIONS = {
    "if_": lambda test, yes, no: yes if test else no,
    "SUM": lambda values: sum(_numbers(values)),
    "MIN": lambda values: min(_numbers(values)),
    "SUMIFS": _sumifs,
    "SUMPRODUCT": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
    "NPV": _npv,
    "IRR": _irr,
    "MIRR": _mirr,
    "XNPV": _xnpv,
}
