"""An addon beside the core: it comes, goes, comes again, and goes with its partners."""

from .modules import check_states, find, install, uninstall
from .scene import bill_two_hours

CORE = "ticket_billing"


def comes_and_goes(env, name):
    """The core is there; a joint comes by itself with what it joins."""
    addon = find(env, name)
    check_states(env, **{CORE: True, name: False})
    partners = set(addon.dependencies_id.mapped("name")) - {CORE}
    partners = [p.name for p in find(env, *partners) if p.state == "uninstalled"]
    env = install(env, *(partners if addon.auto_install else [name]))
    here = dict.fromkeys([CORE, *partners], True)
    check_states(env, **here, **{name: True})
    bill_two_hours(env, "With all of them")
    env = uninstall(env, name)
    check_states(env, **here, **{name: False})
    bill_two_hours(env, "Without the addon")
    env = install(env, name)
    bill_two_hours(env, "With the addon again")
    if partners:
        env = uninstall(env, *partners)
        gone = dict.fromkeys([name, *partners], False)
        check_states(env, **{CORE: True}, **gone)
        bill_two_hours(env, "Without the partners")
    env.cr.close()
