"""Who is kept out of a programme, so that its effect can be measured.

A customer's place in the draw is a hash of the programme's secret and the customer:
nobody has to store it, it never changes, two programmes draw independently, and a
larger share keeps out everybody the smaller one did. Places are whole numbers from 0
to 2³² − 1, evenly spread; the customers below ``threshold`` are kept out.
"""

from __future__ import annotations

import hashlib

PLACES = 2**32
HEX_DIGITS = 8  # of the digest: as many as give the places


def place(secret: str, customer: int) -> int:
    """Return the customer's place in the draw of the programme.

    >>> place("tea", 7) == place("tea", 7)
    True
    >>> place("tea", 7) == place("coffee", 7)
    False
    """
    if not secret:
        raise ValueError("secret must not be empty: everybody could foretell the draw")
    digest = hashlib.sha256(f"{secret}:{customer}".encode()).hexdigest()
    return int(digest[:HEX_DIGITS], 16)


def threshold(percent: float) -> int:
    """Return the first place that takes part when ``percent`` are kept out.

    >>> threshold(0), threshold(50) == PLACES // 2, threshold(100) == PLACES
    (0, True, True)
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"percent must be from 0 to 100, got {percent!r}")
    return round(percent / 100 * PLACES)


def is_held_out(secret: str, customer: int, percent: float) -> bool:
    """Tell whether the customer is kept out.

    >>> [is_held_out("tea", 7, percent) for percent in (0, 100)]
    [False, True]
    """
    return place(secret, customer) < threshold(percent)
