"""Databases with the three addons: complete, current, made once."""

from . import databases, odoo_process, paths
from .console import Failure, step
from .provision import lock

LANGUAGE = "ru_RU"


def sources_key() -> str:
    """Changes whenever anything that reaches a database changes."""
    kinds = {".py", ".xml", ".csv", ".js", ".scss", ".po", ".svg", ".json", ".png"}
    files = (
        file
        for file in paths.ADDONS.rglob("*")
        if file.suffix in kinds and "tests" not in file.parts
    )
    return lock.digest(files)


def ensure(name: str, *, demo: bool, anew: bool = False) -> None:
    """Have database `name` with the suite as it is in the checkout.

    It is built under a draft name: a kill leaves a draft, which the next start drops.

    :param anew: make it again when the sources have changed, instead of an update,
        which keeps what users did and brings no demo data that came later
    """
    key = sources_key()
    stamp = f"database-{name}"
    current = lock.is_done(stamp, key)
    if anew and not current:
        databases.drop(name)
    if databases.exists(name):
        if not current:
            odoo_process.install(
                name, paths.SUITE, update=True, title=f"Updating database {name}"
            )
            lock.mark_done(stamp, key)
        return
    _build(name, demo)
    lock.mark_done(stamp, key)


PRISTINE = "crm_pristine"


def fresh_copy(name: str) -> None:
    """A new database with the suite freshly installed, without demo data.

    The installation is kept aside as long as the sources stay as they are; each
    caller gets a copy nobody has used.
    """
    stamp, key = f"database-{PRISTINE}", sources_key()
    if not (databases.exists(PRISTINE) and lock.is_done(stamp, key)):
        databases.drop(PRISTINE)
        _build(PRISTINE, demo=False)
        lock.mark_done(stamp, key)
    databases.copy(PRISTINE, name)


def _build(name: str, demo: bool) -> None:
    draft = f"{name}_draft"
    databases.drop(draft)
    odoo_process.install(
        draft,
        ["crm_effects"],
        demo=demo,
        languages=["en_US", LANGUAGE],  # the first one is that of new users
        title=f"Installing the suite in database {name}",
    )
    if demo:
        _prepare_demo(draft)
    else:
        _compile_assets(draft)
    databases.rename(draft, name)


def _prepare_demo(name: str) -> None:
    with step("Measuring the demo data and compiling assets"):
        code = odoo_process.tool(name, "demo_setup")
    if code:
        raise Failure(
            "The demo data is not complete; the log of the installation in "
            f"{paths.LOGS} says why."
        )


def _compile_assets(name: str) -> None:
    """Browser tests roll back what they write: without this each of them would compile
    the assets anew, and the first one would run into its time limit."""
    with step("Compiling assets for browser tests"):
        odoo_process.script(
            name, "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()"
        )
