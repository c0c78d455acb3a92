"""Foreign keys and indexes out of the way while millions of rows come in.

Checking every row's references one by one and adding it to every index costs several
times the copying itself; checking and sorting all at once at the end costs little.
All of it happens inside the caller's transaction, so a kill brings everything back;
the tables stay locked for others meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from odoo.tools import SQL


class Parked(NamedTuple):
    drop: str
    create: str
    comment: str


@contextmanager
def parked(cr, tables: Sequence[str]) -> Iterator[None]:
    """Without the foreign keys and plain indexes of the tables; then with them."""
    items = [*_foreign_keys(cr, tables), *_indexes(cr, tables)]
    grown = sorted({*tables, *_referenced(cr, tables)})
    for item in items:
        cr.execute(item.drop)
    yield
    for table in grown:
        # the planner must know how many rows came in, or it checks the keys row by row
        cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    # indexes first: the checks of the keys use them
    for item in reversed(items):
        cr.execute(item.create)
        if item.comment:
            cr.execute(item.comment)


def _foreign_keys(cr, tables: Sequence[str]) -> list[Parked]:
    cr.execute(
        """
        SELECT conrelid::regclass::text, quote_ident(conname),
               pg_get_constraintdef(oid),
               quote_literal(obj_description(oid, 'pg_constraint'))
          FROM pg_constraint
         WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
         ORDER BY conrelid, conname
        """,
        [list(tables)],
    )
    return [
        Parked(
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
            note and f"COMMENT ON CONSTRAINT {name} ON {table} IS {note}",
        )
        for table, name, definition, note in cr.fetchall()
    ]


def _referenced(cr, tables: Sequence[str]) -> list[str]:
    """The tables that foreign keys of the tables point to."""
    cr.execute(
        """
        SELECT DISTINCT target.relname
          FROM pg_constraint
          JOIN pg_class target ON target.oid = confrelid
         WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
        """,
        [list(tables)],
    )
    return [name for (name,) in cr.fetchall()]


def _indexes(cr, tables: Sequence[str]) -> list[Parked]:
    """All but the unique ones, which guard what comes in."""
    cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid),
               quote_literal(obj_description(indexrelid, 'pg_class'))
          FROM pg_index
         WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])
         ORDER BY 1
        """,
        [list(tables)],
    )
    return [
        Parked(
            f"DROP INDEX {name}",
            definition,
            note and f"COMMENT ON INDEX {name} IS {note}",
        )
        for name, definition, note in cr.fetchall()
    ]
