"""What anyone finds who installs the addons with demo data."""

from lib.addons import our_addons


def test_every_addon_is_installed(env):
    modules = env["ir.module.module"].search([("name", "in", our_addons())])
    assert set(modules.mapped("name")) == set(our_addons())
    assert set(modules.mapped("state")) == {"installed"}


def test_there_are_tickets_to_bill(env):
    assert env["helpdesk.ticket"].search_count([]) >= 30
