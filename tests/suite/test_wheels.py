"""Each addon builds a wheel that carries all its files."""

import subprocess
import sys
import zipfile

import pytest

from tools import paths

pytest.importorskip("whool", reason="whool comes with ./run lint")
pytest.importorskip("build", reason="build comes with ./run lint")


@pytest.mark.parametrize("name", paths.SUITE)
def test_wheel_holds_every_file_of_the_addon(name, tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(tmp_path), str(paths.ADDONS / name)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", f"addons/{name}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=paths.ROOT,
    ).stdout.split()
    missing = {
        f"odoo/{file}"
        for file in tracked
        if not file.endswith("pyproject.toml") and f"odoo/{file}" not in packed
    }
    assert not missing
