"""Fingerprint of a frozen series: the same figures always give the same one."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

DECIMALS = 6  # what a float survives in storage and transport


def fingerprint(rows: Iterable[Mapping[str, Any]], **subject: Any) -> str:
    """SHA-256 of the canonical JSON of ``subject`` and ``rows``.

    Keys are sorted, numbers rounded to six decimals, so that neither the order of
    columns nor the storage of floats matters; the order of rows does.

    >>> first = fingerprint([{"date": "2026-01-01", "value": 0.1 + 0.2}], code="R01")
    >>> first == fingerprint([{"value": 0.3, "date": "2026-01-01"}], code="R01")
    True
    >>> first == fingerprint([{"value": 0.31, "date": "2026-01-01"}], code="R01")
    False
    """
    content = {"subject": _canonical(subject), "rows": [_canonical(r) for r in rows]}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: f"{value:.{DECIMALS}f}" if isinstance(value, float) else value
        for key, value in row.items()
    }
