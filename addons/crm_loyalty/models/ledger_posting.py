"""How the ledger's own code tells itself from everybody else's.

Stock Odoo adds to and takes from `loyalty.card.points` in many places. For cards with
a ledger these writes become movements, except where the caller posts the movements
itself. The mark is an object, so nobody can pass it from outside the server.
"""

_KEY = "crm_loyalty_posting"


class _Mark(str):
    __slots__ = ()


_MARK = _Mark("ledger")


def posting(records):
    """Return the records for a caller that posts the movements itself."""
    return records.with_context(**{_KEY: _MARK})


def is_posting(records):
    return records.env.context.get(_KEY) is _MARK
