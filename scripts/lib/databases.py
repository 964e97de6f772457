"""Creating, updating and dropping databases, with the addons in them."""

import json
import shutil
import subprocess

from . import paths, postgres, system
from .addons import fingerprints, foundation
from .console import Failure, done, step
from .odoo_conf import odoo_command, odoo_environment, private_ports
from .odoo_log import last_error
from .state import forget_state, read_state, write_state

# psycopg2 lives in the virtual environment, so it is asked from there.
QUERY = """
import json, sys, psycopg2
database, sql, values = json.load(sys.stdin)
connection = psycopg2.connect(dbname=database)
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sql, values)
print(json.dumps(cursor.fetchall() if cursor.description else []))
"""


def query(sql, *values, database="postgres"):
    """Run one SQL statement and return its rows."""
    result = subprocess.run(
        [paths.VENV_PYTHON, "-c", QUERY],
        input=json.dumps([database, sql, values]),
        capture_output=True,
        text=True,
        env=odoo_environment(),
    )
    if result.returncode:
        reason = result.stderr.strip().splitlines()[-1].removeprefix("psycopg2.")
        raise Failure(f"PostgreSQL: {reason}")
    return json.loads(result.stdout)


def check_own_server():
    """See that the user's own PostgreSQL answers and lets us work."""
    if not postgres.uses_own_server():
        return
    hint = "check PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them"
    rights = "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles"
    try:
        user, may_create = query(f"{rights} WHERE rolname = current_user")[0]
    except Failure as failure:
        raise Failure(f"{failure}; {hint}") from None
    if user == "postgres":
        raise Failure(
            "Odoo refuses to work as the PostgreSQL user postgres; create another: "
            "createuser --createdb odoo, then: export PGUSER=odoo"
        )
    if not may_create:
        raise Failure(
            f"PostgreSQL user {user} may not create databases; allow it: "
            f"psql -c 'ALTER USER {user} CREATEDB'"
        )


def exists(name):
    return bool(query("SELECT 1 FROM pg_database WHERE datname = %s", name))


def drop(name):
    """Drop a database that this clone made, and its files."""
    query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    filestore = paths.DATA_DIR / "filestore" / name
    system.remove_folder(filestore)
    forget_state(f"db-{name}")


def copy(name, copied):
    """Copy a database that this clone made, its files too; a copy is made anew."""
    make_room(copied, read_state(f"db-{copied}"))
    write_state(f"db-{copied}", {"ready": False})
    query(f'CREATE DATABASE "{copied}" TEMPLATE "{name}"')
    filestore = paths.DATA_DIR / "filestore"
    if (filestore / name).exists():
        shutil.copytree(filestore / name, filestore / copied)
    write_state(f"db-{copied}", read_state(f"db-{name}"))


def extend(name, addons, options=(), flag="-i", brings=()):
    """Install more addons in a database that was copied from another one.

    :param options: of Odoo's command line
    :param flag: ``-u`` upgrades addons instead
    :param brings: addons that install themselves beside them
    """
    state = read_state(f"db-{name}")
    write_state(f"db-{name}", {"ready": False})
    what = "install" if flag == "-i" else "upgrade"
    with step(f"Database {name}: {what} {', '.join(addons)}"):
        run_odoo(name, [flag, ",".join(addons), *options])
        check_installed(name, [*addons, *brings])
    write_state(f"db-{name}", state)


def drop_all():
    """Drop every database that this clone made on the user's own server."""
    for file in paths.STATE.glob("db-*.json"):
        drop(file.stem.removeprefix("db-"))


def ensure_database(name, addons, odoo, demo=False, force=False, options=()):
    """Create a database with addons, or update it. Return True if it was touched.

    The state file is written before the work begins, so that a database whose
    making was interrupted is known to be ours, and is made anew.
    """
    wanted = {"foundation": foundation(odoo), "addons": fingerprints(), "demo": demo}
    known = read_state(f"db-{name}")
    fresh = force or not is_usable(name, known, wanted)
    changed = [a for a in addons if known.get("addons", {}).get(a) != prints(wanted, a)]
    if not fresh and not changed:
        done(f"Database {name}")
        return False
    if fresh:
        make_room(name, known)
    write_state(f"db-{name}", {"ready": False})
    if fresh:
        create(name, addons, demo, options)
    else:
        update(name, changed, known)
    write_state(f"db-{name}", {"ready": True, **wanted})
    return True


def prints(wanted, addon):
    return wanted["addons"].get(addon)


def is_usable(name, known, wanted):
    same = all(known.get(key) == wanted[key] for key in ("foundation", "demo"))
    gone = set(known.get("addons", {})) - set(wanted["addons"])
    return known.get("ready") and same and not gone and exists(name)


def make_room(name, known):
    """Drop our own database of that name; never one that is not ours."""
    if postgres.uses_own_server() and not known and exists(name):
        raise Failure(
            f"your PostgreSQL server has a database {name} that is not from here; "
            "choose another name: make demo DEMO_DB=billing_demo"
        )
    drop(name)


def create(name, addons, demo, options=()):
    kind = "with demo data" if demo else "without demo data"
    with step(f"Database {name}: install {', '.join(addons)} {kind}"):
        flags = ["--with-demo"] if demo else []
        run_odoo(name, ["-i", ",".join(addons), *flags, *options])
        check_installed(name, addons)


def update(name, changed, known):
    new = [addon for addon in changed if addon not in known["addons"]]
    old = [addon for addon in changed if addon in known["addons"]]
    flags = [flag for flag in ("-i", "-u") if (new if flag == "-i" else old)]
    values = {"-i": ",".join(new), "-u": ",".join(old)}
    with step(f"Database {name}: update {', '.join(changed)}"):
        run_odoo(name, [part for flag in flags for part in (flag, values[flag])])
        check_installed(name, changed)


def run_odoo(name, arguments):
    """Run Odoo once on a database, with its log in a file of its own."""
    log = install_log(name)
    log.unlink(missing_ok=True)
    command = odoo_command("-d", name, *arguments, "--stop-after-init")
    try:
        system.run_logged(
            [*command, *private_ports()],
            log.stem,
            f"installing the addons in {name}",
            env=odoo_environment(),
        )
    except Failure as failure:
        reason = last_error(log.read_text(errors="replace"))
        raise Failure(f"{failure}: {reason}" if reason else failure) from None


def install_log(name):
    return system.log_file(f"install-{name}")


def check_installed(name, addons):
    """Odoo only warns about an addon that it cannot find or install."""
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    installed = {row[0] for row in query(sql, database=name)}
    missing = sorted(set(addons) - installed)
    if missing:
        raise Failure(
            f"{', '.join(missing)} could not be installed; "
            f"the reason is in {system.shown(install_log(name))}"
        )
