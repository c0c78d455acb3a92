"""README.md of an addon, put together from the fragments in its readme/ folder."""

import ast
from pathlib import Path

from . import paths

SECTIONS = {
    "DESCRIPTION": None,
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known limits",
}


def check(fix: bool) -> int:
    """1 if a README.md differs from its fragments and is not to be mended."""
    stale = [name for name in paths.SUITE if not _is_current(name)]
    for name in stale:
        if fix:
            _target(name).write_text(_assemble(name))
        else:
            print(f"{_target(name)} is stale: ./run lint --fix writes it anew")
    return 1 if stale and not fix else 0


def _target(name: str) -> Path:
    return paths.ADDONS / name / "README.md"


def _is_current(name: str) -> bool:
    return _target(name).is_file() and _target(name).read_text() == _assemble(name)


def _assemble(name: str) -> str:
    folder = paths.ADDONS / name
    manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
    parts = [f"# {manifest['name']}\n"]
    for fragment, title in SECTIONS.items():
        heading = f"## {title}\n\n" if title else ""
        parts.append(heading + (folder / "readme" / f"{fragment}.md").read_text())
    return "\n".join(parts)
