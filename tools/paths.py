"""Where things are. Everything private lives in `.local/`, which git ignores."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
ADDONS = ROOT / "addons"
PINS = ROOT / "tools" / "pins"

VENV = LOCAL / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ODOO_DIR = LOCAL / "odoo"
PGDATA = LOCAL / "pgdata"
DATA_DIR = LOCAL / "data"
LOGS = LOCAL / "logs"
STATE = LOCAL / "state"
NODE_DIR = LOCAL / "node"
BENCH = LOCAL / "bench"

SUITE = ("crm_loyalty", "crm_risk", "crm_effects")


def sample_data() -> Path:
    """Folder of the real data sets (not part of the repository)."""
    return Path(os.environ.get("CRM_SUITE_DATA", ROOT.parent / "shared" / "data"))
