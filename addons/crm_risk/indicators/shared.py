"""Intermediate results that the indicators of one measuring share.

Several figures start from the same long query: five of them from the value of every
product at every month's end. Measuring makes its rows once, in a temporary table that
ends with the transaction at the latest; a drill-down wants one cell and reads the query
itself. All queries of a transaction see the same records, so nothing is out of date.
"""

import hashlib
from collections.abc import Callable

from odoo.tools import SQL

KEY = "crm_risk_shared"
"""Of the context where tables may be made, of the cursor's notes where their names
are kept."""


def sharing(env):
    """The environment in which queries may be shared; whoever uses it forgets them."""
    return env(context={**env.context, KEY: True})


def shared(env, key: tuple, build: Callable[[], SQL]) -> SQL:
    """FROM item of the rows of a query: a table where they may be shared, else the
    query in parentheses.

    :param key: everything on which the rows depend but the records; has a ``repr``
    :param build: gives the query, asked only when there is no table yet
    """
    if not env.context.get(KEY):
        return SQL("(%s)", build())
    digest = hashlib.sha256(repr(key).encode()).hexdigest()[:24]
    name = f"crm_risk_shared_{digest}"
    # asked of PostgreSQL: an indicator that failed took its tables with it
    [[known]] = env.execute_query(SQL("SELECT to_regclass(%s)", f"pg_temp.{name}"))
    table = SQL.identifier("pg_temp", name)
    if not known:
        env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, build())
        )
        env.cr.execute(SQL("ANALYZE %s", table))
        env.cr.cache.setdefault(KEY, set()).add(name)
    return table


def forget(env) -> None:
    """Drop what is shared: records may be written before the next measuring."""
    for name in sorted(env.cr.cache.pop(KEY, ())):
        env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier("pg_temp", name)))
