"""What anyone finds who installs the addons with demo data."""

from lib.addons import demo_addons, our_addons


def test_the_addons_of_the_demo_are_installed_and_no_others(env):
    modules = env["ir.module.module"].search([("name", "in", our_addons())])
    installed = modules.filtered(lambda module: module.state == "installed")
    assert set(installed.mapped("name")) == set(demo_addons())


def test_there_are_tickets_to_bill(env):
    assert env["helpdesk.ticket"].search_count([]) >= 30
