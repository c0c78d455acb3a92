"""Risks as plain data and back: what a simulation run keeps of its inputs.

A run is repeatable only from what was simulated, so the run stores this, the
simulation reads this, and two registers are the same if their fingerprints are.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .distributions import Fixed, Impact, Lognormal, Pert, Triangular
from .simulation import Risk

_KINDS: dict[str, tuple[type[Impact], tuple[str, ...]]] = {
    "fixed": (Fixed, ("amount",)),
    "triangular": (Triangular, ("low", "mode", "high")),
    "pert": (Pert, ("low", "mode", "high")),
    "lognormal": (Lognormal, ("p05", "p95")),
}


def dump(risk: Risk) -> dict[str, Any]:
    """A risk as JSON-ready data.

    >>> dump(Risk(0.4, Pert(10, 20, 60), "people"))["impact"]
    {'kind': 'pert', 'low': 10.0, 'mode': 20.0, 'high': 60.0}
    """
    kind, names = next(
        (kind, names)
        for kind, (shape, names) in _KINDS.items()
        if type(risk.impact) is shape
    )
    return {
        "probability": risk.probability,
        "rate": risk.rate,
        "impact": {"kind": kind, **{n: getattr(risk.impact, n) for n in names}},
        "driver": risk.driver,
        "is_opportunity": risk.is_opportunity,
        "key": risk.key,
    }


def load(data: Mapping[str, Any]) -> Risk:
    """The risk that :func:`dump` described.

    >>> risk = Risk(rate=2, impact=Lognormal(3, 80), is_opportunity=True, key=7)
    >>> load(dump(risk)) == risk
    True
    """
    impact = dict(data["impact"])
    kind = impact.pop("kind")
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {sorted(_KINDS)}, got {kind!r}")
    return Risk(**{**data, "impact": _KINDS[kind][0](**impact)})


def fingerprint(data: Any) -> str:
    """Short digest, equal for equal JSON-ready data whatever its order of keys.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
