"""Write the files of all dashboards anew."""

from .. import paths
from . import definitions, workbook


def main() -> None:
    for dashboard in definitions.DASHBOARDS:
        for path, text in workbook.files(dashboard).items():
            target = paths.ADDONS / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            print(target.relative_to(paths.ROOT))


main()
