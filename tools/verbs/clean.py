"""Stop the embedded server and remove everything that ./run installed (.local)."""

import shutil

from .. import paths
from ..console import say
from ..provision import postgres


def add_arguments(parser):
    parser.add_argument(
        "--databases", action="store_true", help="only the databases and their files"
    )


def run(options):
    postgres.stop()
    if options.databases:
        targets = [paths.PGDATA, paths.DATA_DIR, *paths.STATE.glob("database-*")]
    else:
        targets = [paths.LOCAL]
    for target in targets:
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
    say("Removed: " + ", ".join(str(t.relative_to(paths.ROOT)) for t in targets))
