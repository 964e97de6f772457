"""Drafts under the charts of accounts of three countries, with hints and without."""

from odoo import Command

from odoo.addons.ticket_billing.tests.draft_facts import get_differences, get_facts

from .scene import Scene

CHARTS = {"de_skr03": "base.de", "fr": "base.fr", "generic_coa": "base.us"}
METHODS = ("round_per_line", "round_globally")
MOST_TAXES = 6
MOST_POSITIONS = 4


def same_with_hints(env):
    """Bill work under the taxes and fiscal positions of each chart, both ways."""
    for chart, country in CHARTS.items():
        company = make_company(env, chart, env.ref(country))
        scene = Scene(env, company).prepare()
        scene.policy.write({"approval": "none", "line_detail": "entry"})
        tickets = make_tickets(scene)
        for method in METHODS:
            company.tax_calculation_rounding_method = method
            plain, hinted = (bill(scene, tickets, hints) for hints in (False, True))
            differences = get_differences(plain, hinted)
            assert not differences, (chart, method, differences[:5])
        env.cr.rollback()
    env.cr.close()


def make_company(env, chart, country):
    # Not the addons of the country: some need Python packages of their own
    companies = env["res.company"].with_context(chart_template_load=True)
    company = companies.create({"name": chart, "country_id": country.id})
    company = company.with_env(env)
    templates = env["account.chart.template"].with_company(company)
    templates.try_loading(chart, company=company, install_demo=False)
    assert company.chart_template == chart, (company.chart_template, chart)
    # In euros the prices of the database, in dollars, are foreign
    dollar = env.ref("base.USD")
    if company.currency_id != dollar:
        env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": company.id,
                "name": "2020-01-01",
                "rate": 1.0857,
            }
        )
    return company


def make_tickets(scene):
    """Return closed tickets: a customer for each fiscal position, and one without,
    each with an hour of work under each tax."""
    env = scene.env
    own = [("company_id", "=", scene.company.id)]
    taxes = env["account.tax"].search(
        [*own, ("type_tax_use", "=", "sale")], limit=MOST_TAXES
    )
    positions = env["account.fiscal.position"].search(own, limit=MOST_POSITIONS)
    works = [make_work(scene, tax) for tax in taxes]
    default = scene.policy.time_product_id
    default.taxes_id = scene.company.account_sale_tax_id
    tickets = env["helpdesk.ticket"]
    for position in [positions.browse(), *positions]:
        customer = scene.customer(
            position.name or "Nobody",
            property_account_position_id=position.id,
            country_id=position.country_id.id or scene.company.country_id.id,
        )
        ticket = scene.ticket("Work", 1.23, partner_id=customer.id)
        for work in works:
            scene.log(ticket, 0.37).billing_work_type_id = work
        tickets += scene.close(ticket)
    assert len(tickets) > 1 and taxes, (tickets, taxes)
    return tickets


def make_work(scene, tax):
    product = scene.env["product.product"].create(
        {
            "name": tax.name,
            "type": "service",
            "uom_id": scene.policy.time_product_id.uom_id.id,
            "list_price": 92.53,
            "taxes_id": [Command.set(tax.ids)],
        }
    )
    types = scene.env["ticket.billing.work.type"]
    return types.create({"name": tax.name, "product_id": product.id})


def bill(scene, tickets, hints):
    """Return all that is to be known of the invoices of tickets, which are taken back.

    :param bool hints: whether Odoo is told beforehand what it would find
    """
    env = scene.env
    env["ir.config_parameter"].set_param("ticket_billing.hints", str(hints))
    with env.cr.savepoint() as savepoint:
        run = env["ticket.billing.run"]._process("button", tickets=tickets)
        moves = tickets.invoice_ids
        assert len(moves) == len(tickets), run.line_ids.mapped("reason")
        facts = get_facts(moves)
        moves.action_post()
        facts += get_facts(moves)
        env.flush_all()
        env.invalidate_all()
        savepoint.rollback()
    env.invalidate_all()
    return facts
