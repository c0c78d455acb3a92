"""pytest plugin: Odoo's own lint tests look at our addons instead of all addons."""

from odoo.modules import Manifest
from odoo.tools import config

from . import paths


def pytest_configure(config):
    _limit()


def _limit() -> None:
    ours = [Manifest.for_addon(name) for name in paths.SUITE]
    Manifest.all_addon_manifests = staticmethod(lambda: list(ours))
    # test_pylint always adds the folder of Odoo itself
    config.root_path = str(paths.ADDONS)
