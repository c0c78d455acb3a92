"""Eight at once on the same cards, and the night's job killed on the way: no point is
lost or spent twice, no customer has two cards."""

import json
import subprocess
from pathlib import Path

import pytest

from tools import databases, odoo_process, paths, suite

DATABASE = "crm_points"
WORKERS = Path(__file__).with_name("points_workers.py")


@pytest.fixture(scope="module")
def database():
    if not databases.exists(suite.PRISTINE):
        pytest.skip("needs the database that ./run test prepares")
    databases.copy(suite.PRISTINE, DATABASE)
    yield DATABASE
    databases.drop(DATABASE)


def play(database, call):
    code = (
        "import json, runpy\n"
        f"play = runpy.run_path({str(WORKERS)!r})\n"
        f"print('RESULT' + json.dumps(play[{call[0]!r}](env, {call[1]!r})))\n"
    )
    done = subprocess.run(
        [
            str(paths.VENV_PYTHON),
            str(paths.ROOT / "tools" / "in_odoo.py"),
            database,
            odoo_process.addons_path(),
            code,
        ],
        env=odoo_process.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    return json.loads(lines[-1].removeprefix("RESULT"))


def check_rush(result):
    assert result["wrong"] == []
    for name in ("confirm", "redeem", "cancel"):
        assert result["done"][name] > 0, result["done"]


def test_eight_at_once(database):
    check_rush(play(database, ("rush", 10)))


@pytest.mark.slow
def test_eight_at_once_for_a_minute(database):
    check_rush(play(database, ("rush", 60)))


def test_night_killed_at_twenty_moments(database):
    result = play(database, ("kills", 20))
    assert result["wrong"] == []
    assert result["killed"] > 0
