"""Databases of the suite: made under a draft name, renamed when complete, so that a
killed set-up never leaves a half database under the real name."""

import shutil

from . import paths
from .console import Failure
from .provision import postgres


def exists(name: str) -> bool:
    return postgres.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == "1"


def create(name: str) -> None:
    """An empty database as Odoo makes it; made here because Odoo's own way logs an
    error where the server lacks the optional extension pg_trgm."""
    sql = f"""CREATE DATABASE "{name}" ENCODING 'unicode' LC_COLLATE 'C'
              TEMPLATE template0"""
    if postgres.query(sql) is None:
        raise Failure(f"Database {name} could not be created: {_problem()}")


def drop(name: str) -> None:
    if exists(name):
        done = postgres.query(f'DROP DATABASE "{name}" WITH (FORCE)')
        if done is None:
            raise Failure(f"Database {name} could not be dropped: {_problem()}")
    shutil.rmtree(paths.DATA_DIR / "filestore" / name, ignore_errors=True)


def rename(old: str, new: str) -> None:
    if postgres.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"') is None:
        raise Failure(f"Database {old} could not be renamed to {new}: {_problem()}")
    files = paths.DATA_DIR / "filestore" / old
    if files.is_dir():
        target = paths.DATA_DIR / "filestore" / new
        shutil.rmtree(target, ignore_errors=True)
        files.rename(target)


def copy(source: str, target: str) -> None:
    """A copy of a database nobody is connected to, with its files."""
    drop(target)
    if postgres.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"') is None:
        raise Failure(f"Database {source} could not be copied: {_problem()}")
    files = paths.DATA_DIR / "filestore" / source
    if files.is_dir():
        shutil.copytree(
            files, paths.DATA_DIR / "filestore" / target, dirs_exist_ok=True
        )


def _problem() -> str:
    return " ".join(getattr(postgres.query, "problem", [])) or "no reason given"
