"""Where things are. Everything but the download cache lives in ``.run/``."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
LOG = RUN / "log"
STATE = RUN / "state"
EXAMPLES = ROOT / "tests" / "addons"
REQUIREMENTS = ROOT / "requirements"
LOCK = REQUIREMENTS / "lock.txt"
VENV = RUN / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ODOO_CONF = RUN / "odoo.conf"
DATA_DIR = RUN / "data"


def cache_folder(*parts):
    """Return a folder of the user's download cache, created if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base).joinpath("ticket_billing", *parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
