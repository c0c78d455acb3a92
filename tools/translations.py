"""Terms of the addons: export from an installed database, merge, check.

Run inside Odoo by `./run translate`. Russian terms are kept by their English text, so
a term that moved keeps its translation.
"""

import io
import re
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

from . import paths

VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")
RUSSIAN = {
    "Language": "ru",
    "Plural-Forms": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && "
    "n%10<=4 && (n%100<12 || n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || "
    "(n%100>=11 && n%100<=14)? 2 : 3);",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[sdf]|%[sd]|\{\w*\}")


def main(env, arguments) -> int:
    problems = []
    for name in paths.SUITE:
        template = _export(env, name)
        folder = paths.ADDONS / name / "i18n"
        if "--check" in arguments:
            problems += _compare(template, folder, name)
        else:
            problems += _refresh(template, folder, name)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _export(env, name: str) -> polib.POFile:
    buffer = io.BytesIO()
    trans_export(None, [name], buffer, "po", env)
    template = polib.pofile(buffer.getvalue().decode())
    for header in VOLATILE:
        template.metadata.pop(header, None)
    for entry in template:
        entry.msgstr = ""
    template.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    return template


def _refresh(template: polib.POFile, folder: Path, name: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    template.save(str(folder / f"{name}.pot"))
    target = folder / "ru.po"
    known = {e.msgid: e for e in polib.pofile(str(target))} if target.exists() else {}
    result = polib.POFile(wrapwidth=78)
    result.metadata = {**template.metadata, **RUSSIAN}
    for entry in template:
        translated = known.get(entry.msgid)
        entry.msgstr = translated.msgstr if translated else ""
        result.append(entry)
    result.save(str(target))
    return _problems(result, name)


def _compare(template: polib.POFile, folder: Path, name: str) -> list[str]:
    """What the committed files lack, without touching them."""
    if not (folder / "ru.po").is_file() or not (folder / f"{name}.pot").is_file():
        return [f"{name}: no ru.po or no {name}.pot; run ./run translate"]
    russian = polib.pofile(str(folder / "ru.po"))
    committed = {e.msgid for e in polib.pofile(str(folder / f"{name}.pot"))}
    current = {entry.msgid for entry in template}
    found = [
        f"{name}: «{msgid[:70]}» is not in {file}; run ./run translate"
        for file, msgids in (
            (f"{name}.pot", committed),
            ("ru.po", {e.msgid for e in russian}),
        )
        for msgid in sorted(current - msgids)
    ]
    return found + _problems(russian, name)


def _problems(russian: polib.POFile, name: str) -> list[str]:
    found = []
    for entry in russian:
        if not entry.msgstr:
            found.append(f"{name}: no Russian for «{entry.msgid[:70]}»")
        elif "fuzzy" in entry.flags:
            found.append(f"{name}: fuzzy Russian for «{entry.msgid[:70]}»")
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(
            PLACEHOLDER.findall(entry.msgstr)
        ):
            found.append(f"{name}: placeholders differ in «{entry.msgid[:70]}»")
    return found
