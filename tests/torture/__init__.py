"""Random lives, crowds and killed processes, on an Odoo without a web server.

Odoo is set up here, before anything of its addons can be imported.
"""

import os

import odoo.init
from odoo.tools import config

config.parse_config(
    [
        f"--config={os.environ['ODOO_RC']}",
        f"--database={os.environ['TORTURE_DATABASE']}",
        "--no-http",
        "--log-level=warn",
    ],
    setup_logging=True,
)
