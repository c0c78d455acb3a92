"""Run a piece of Python with an Odoo environment, as `odoo shell` does, but quietly
and with the project on sys.path.

    in_odoo.py DATABASE ADDONS_PATH CODE [ARGUMENT ...]
"""

import sys
from pathlib import Path

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def run(database: str, addons_path: str, code: str, arguments: list[str]) -> None:
    data_dir = Path(__file__).resolve().parent.parent / ".local" / "data"
    config.parse_config(
        [
            "-d",
            database,
            f"--addons-path={addons_path}",
            f"--data-dir={data_dir}",
            "--log-level=warn",
            "--http-interface=127.0.0.1",  # Odoo warns without it
            "--limit-time-cpu=0",
            "--limit-time-real=0",
        ],
        setup_logging=True,
    )
    registry = Registry(database)
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        exec(code, {"env": env, "arguments": arguments, "sys": sys})
        cr.commit()
        registry.signal_changes()  # a running server drops what it has cached


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
