"""The configuration file of Odoo, and running Odoo with it."""

import os
import secrets
import shlex

from . import addons, paths, postgres, python_env, system
from .state import read_state, write_private, write_state

OPTIONS = {"PGHOST": "db_host", "PGPORT": "db_port"}
OPTIONS |= {"PGUSER": "db_user", "PGPASSWORD": "db_password"}


def write_conf(odoo):
    """Write ``.run/odoo.conf``, and ``.run/ready`` for a shell of one's own."""
    master = read_state("odoo").get("admin_passwd") or secrets.token_urlsafe(24)
    write_state("odoo", {"admin_passwd": master})
    values = {
        "addons_path": addons_path(odoo),
        "data_dir": paths.DATA_DIR,
        "http_interface": "127.0.0.1",
        "proxy_mode": False,
        "list_db": False,
        "admin_passwd": master,
    }
    for variable, value in postgres.connection().items():
        values[OPTIONS[variable]] = value
    lines = [f"{name} = {value}\n" for name, value in values.items()]
    write_private(paths.ODOO_CONF, "[options]\n" + "".join(lines))
    write_ready()


def addons_path(odoo, ours=paths.ROOT):
    """Return where Odoo finds addons; ours may be those of a release, or none."""
    oca = python_env.site_packages() / "odoo" / "addons"
    folders = [*odoo.addons_paths, oca, *([ours] if ours else [])]
    return ",".join(map(str, folders))


def write_ready():
    exports = {
        **postgres.connection(),
        "ODOO_RC": str(paths.ODOO_CONF),
        "ODOO_PYTHON": str(paths.VENV_PYTHON),
    }
    lines = [f"export {name}={shlex.quote(exports[name])}\n" for name in exports]
    how = '# . .run/ready && "$ODOO_PYTHON" -m odoo shell -d demo\n'
    write_private(paths.RUN / "ready", how + "".join(lines))


def odoo_environment(**more):
    """Return the environment in which Odoo runs."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "ODOO_RC")
    }
    tools = f"{paths.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    own = {"ODOO_RC": str(paths.ODOO_CONF), "PATH": tools, "PYTHONUTF8": "1"}
    # Without this queue_job starts a job runner wherever it is imported
    own["ODOO_QUEUE_JOB_CHANNELS"] = "root:0"
    return {**inherited, **postgres.connection(), **own, **more}


def odoo_command(*arguments):
    return [str(paths.VENV_PYTHON), "-m", "odoo", *map(str, arguments)]


def private_ports():
    """Return options that keep Odoo off the ports of other servers."""
    return [
        f"--http-port={system.free_port()}",
        f"--gevent-port={system.free_port()}",
    ]


def our_addon_names():
    return ",".join(addons.our_addons())
