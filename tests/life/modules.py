"""Installing and uninstalling as people do, in a process that goes on afterwards."""

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def new_env(env):
    """Return the environment of the modules that are installed now."""
    database = env.cr.dbname
    return api.Environment(Registry(database).cursor(), SUPERUSER_ID, {})


def install(env, *names):
    """Install modules, and return the environment after it."""
    return press(env, names, "button_immediate_install")


def uninstall(env, *names):
    """Uninstall modules, and return the environment after it."""
    return press(env, names, "button_immediate_uninstall")


def press(env, names, button):
    env.cr.commit()
    getattr(find(env, *names), button)()
    env.cr.commit()
    env.cr.close()
    return new_env(env)


def find(env, *names):
    modules = env["ir.module.module"].search([("name", "in", names)])
    assert sorted(modules.mapped("name")) == sorted(names), (names, modules)
    return modules


def check_states(env, **states):
    """See that modules are installed (True) or not (False)."""
    found = {module.name: module.state == "installed" for module in find(env, *states)}
    assert found == states, found
