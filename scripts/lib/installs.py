"""The addons are installed alone and together, upgraded, uninstalled and copied."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from . import databases, lives, odoo_conf, paths, releases, system
from .addons import (
    demo_addons,
    example_folders,
    foreign_dependencies,
    is_joint,
    our_addons,
)
from .console import Failure, headline, step

DATABASE = "ticket_billing_test"
DEMO_DATABASE = "ticket_billing_test_demo"
# What others make that ours depend on: of the core, and of all
BASE = f"{DATABASE}_base"
PARTNERS = f"{DATABASE}_partners"
CORE = f"{DATABASE}_core"
RELEASE = "19.0.1.1.0"
TESTS_RUN = re.compile(r"0 failed, 0 error\(s\) of ([1-9]\d*) tests")
CHARTS = ["l10n_de", "l10n_fr_account", "l10n_us_account"]


def stage_installs(outcome, odoo):
    """Install the addons in every order, and try what becomes of them later."""
    headline("Life of the addons: install, upgrade, uninstall, copy, two at a time")
    core, *others = our_addons()
    with ThreadPoolExecutor(max_workers=2) as pool:
        demo = (DEMO_DATABASE, demo_addons(), odoo)
        works = [pool.submit(databases.ensure_database, *demo, demo=True, force=True)]
        # Whatever comes later begins as a copy of one of these three
        make_templates(core, others, odoo)
        works += [pool.submit(work) for work in lives_of(outcome, core, others, odoo)]
    for work in works:
        if isinstance(work.exception(), Failure):
            outcome.fail(work.exception())
        else:
            work.result()
    for name in (BASE, PARTNERS, CORE):
        databases.drop(name)
    for name in (DEMO_DATABASE, DATABASE, BASE, PARTNERS, CORE):
        report_log(outcome, name)


def make_templates(core, others, odoo):
    # They do not even know of ours: a release would look for what came after it
    strangers = [f"--addons-path={odoo_conf.addons_path(odoo, None)}"]
    needed = foreign_dependencies(core)
    databases.ensure_database(BASE, needed, odoo, force=True, options=strangers)
    for name in (CORE, PARTNERS):
        databases.copy(BASE, name)
    databases.extend(CORE, [core])
    databases.extend(PARTNERS, foreign_dependencies(*others), strangers)
    databases.copy(CORE, DATABASE)


def lives_of(outcome, core, others, odoo):
    """Return what is done with copies, the longest first."""
    yield partial(live_all, outcome, core, others)
    yield partial(live_upgrade, outcome, odoo)
    yield partial(live_partners_first, outcome, core, others)
    yield partial(live_charts, outcome, core)
    yield partial(live_core, outcome, core)
    yield partial(live_examples, outcome, odoo)
    for addon in others:
        yield partial(live_other, outcome, addon)


def chosen(addons):
    """Return the addons that somebody has to ask for: joints come by themselves."""
    return [addon for addon in addons if not is_joint(addon)]


def copied(template, name, life):
    """Live in a copy of a database, which is dropped afterwards."""
    databases.copy(template, name)
    try:
        life(name)
    finally:
        databases.drop(name)


def live_all(outcome, core, others):
    """The core is there, then come all partners: the joints install themselves.

    The tests of the addons run in this database; a copy of it is neutralized.
    """
    wanted = [*foreign_dependencies(*others), *chosen(others)]
    databases.extend(DATABASE, wanted, brings=[core, *others])
    copied(DATABASE, f"{DATABASE}_neutral", partial(live_neutral, outcome))


def live_neutral(outcome, name):
    lives.live(outcome, "fill it, all switched on", name, "neutral.fill")
    with step(f"Database {name}: neutralize"):
        system.run_logged(
            odoo_conf.odoo_command("neutralize", "-d", name),
            f"neutralize-{name}",
            "neutralizing a copy",
            env=odoo_conf.odoo_environment(),
        )
    lives.live(outcome, "a copy bills and sends nothing", name, "neutral.check")


def live_partners_first(outcome, core, others):
    """All partners are there, then comes the core: the joints install themselves."""

    def life(name):
        databases.extend(name, [core, *chosen(others)], brings=others)
        report_log(outcome, name)
        title = f"uninstall {core} with all that depends on it"
        lives.live(outcome, title, name, "uninstall.with_joints", PARTNERS, *others)

    copied(PARTNERS, f"{DATABASE}_partners_first", life)


def live_core(outcome, core):
    def life(name):
        title = f"uninstall {core} and install it again, twice"
        lives.live(outcome, title, name, "uninstall.alone", BASE)

    copied(CORE, f"{DATABASE}_of_{core}", life)


def live_charts(outcome, core):
    """The charts of accounts of three countries come to the core."""

    def life(name):
        databases.extend(name, CHARTS)
        title = "drafts in three countries, with hints and without"
        lives.live(outcome, title, name, "charts.same_with_hints")

    copied(CORE, f"{DATABASE}_charts", life)


def live_examples(outcome, odoo):
    """The examples of docs/extend.md come to the core, and their tests pass."""
    names = [folder.name for folder in example_folders()]
    path = f"--addons-path={odoo_conf.addons_path(odoo)},{paths.EXAMPLES}"
    tags = f"--test-tags={','.join(f'/{name}' for name in names)}"

    def life(name):
        databases.extend(name, names, [path, tags])
        log = databases.install_log(name).read_text(errors="replace")
        ran = TESTS_RUN.search(log)
        if not ran:
            raise Failure(f"no test of {', '.join(names)} ran")
        outcome.passed += int(ran[1])
        report_log(outcome, name)

    copied(CORE, f"{DATABASE}_examples", life)


def live_other(outcome, addon):
    """The core is there, then comes another addon with its partners, and all go."""

    def life(name):
        title = f"{addon} comes and goes, its partners too"
        lives.live(outcome, title, name, "other.comes_and_goes", addon)

    copied(CORE, f"{DATABASE}_of_{addon}", life)


def live_upgrade(outcome, odoo):
    """A release is installed and filled, then upgraded to what is here."""
    folder = releases.unpack_release(RELEASE)
    addons = [a for a in our_addons() if (folder / a / "__manifest__.py").exists()]
    core, *joints = addons
    options = [f"--addons-path={odoo_conf.addons_path(odoo, folder)}"]

    def life(name):
        databases.extend(name, [core], options, brings=joints)
        title = f"fill {RELEASE}"
        lives.live(outcome, title, name, "upgrade.fill", options=options)
        databases.extend(name, [core], flag="-u", brings=joints)
        report_log(outcome, name)
        lives.live(outcome, f"what became of {RELEASE}", name, "upgrade.check")

    copied(PARTNERS, f"{DATABASE}_upgraded", life)


def report_log(outcome, name):
    """Fail for each unexpected line in the log of an installation."""
    lives.report_lines(outcome, databases.install_log(name))
