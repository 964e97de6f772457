"""A neutralized copy of a database in which everything went by itself."""

from odoo import fields
from odoo.tools import SQL

from . import schedule
from .scene import Scene

OTHERS = (
    "contract.contract_cron_for_invoice",
    "account.ir_cron_account_move_send",
    "mail.ir_cron_mail_scheduler_action",
)


def fill(env):
    """Leave work at each step that the next scheduled action takes further.

    Everything is switched on, and every rule of ours, too.
    """
    scene = Scene(env).prepare()
    scene.company.write(
        {
            "ticket_billing_enabled": True,
            "ticket_billing_on_close": True,
            "ticket_billing_on_resolve": True,
            "ticket_billing_start_date": "2020-01-01",
        }
    )
    scene.policy.automation_level = "send"
    fill_invoices(scene)
    fill_with_contract(scene)
    fill_monthly(scene)
    scene.ticket("Open", 2.0)
    scene.close(scene.ticket("Pending", 2.0))
    forgotten = scene.close(scene.ticket("Forgotten", 2.0))
    forgotten.write({"billing_pending": False, "billing_next_try": False})
    for rule in find_rules(env):
        rule.active = True
    env.cr.commit()
    schedule.let_time_pass(env)
    env.cr.commit()


def fill_invoices(scene):
    """An invoice that is posted and about to be sent, and one to be posted."""
    sent = scene.bill(scene.ticket("To send", 2.0)).invoice_ids
    scene.env["ticket.billing.run"]._post_draft(sent.id)
    assert sent.state == "posted" and sent.sending_data, sent.ticket_billing_post_error
    draft = scene.bill(scene.ticket("To post", 2.0)).invoice_ids
    assert draft.state == "draft" and draft.ticket_billing_next_post


def fill_with_contract(scene):
    """Work that joins the invoice of a contract, which is made today."""
    customer = scene.customer("Harbor Yoga")
    contract = scene.contract(customer, ticket_invoice_mode="with_contract")
    today = fields.Date.today()
    contract.contract_line_ids.write(
        {"date_start": today, "recurring_next_date": today}
    )
    ticket = scene.close(scene.ticket("With contract", 2.0, partner_id=customer.id))
    scene.env["ticket.billing.run"]._process("schedule", tickets=ticket)
    assert ticket.charge_ids.state == "ready", ticket.billing_reason
    assert ticket.charge_ids._is_joining()


def fill_monthly(scene):
    """Work whose month is over."""
    monthly = scene.policy.copy({"name": "Monthly", "invoice_frequency": "month"})
    customer = scene.customer("Maple Tools", ticket_billing_policy_id=monthly.id)
    ticket = scene.close(scene.ticket("Monthly", 2.0, partner_id=customer.id))
    scene.env["ticket.billing.run"]._process("schedule", tickets=ticket)
    assert ticket.charge_ids.state == "ready", ticket.billing_reason
    scene.env.flush_all()
    scene.env.cr.execute(
        SQL(
            "UPDATE ticket_billing_charge SET invoice_from = '2020-01-01' "
            "WHERE id = %s",
            ticket.charge_ids.id,
        )
    )
    scene.env.invalidate_all()


def find_rules(env):
    """Return the automation rules of ours, and one like them that somebody made."""
    data = env["ir.model.data"].search(
        [("model", "=", "base.automation"), ("module", "=like", schedule.ADDONS)]
    )
    rules = env.get("base.automation")
    if not data:
        return []
    shipped = rules.with_context(active_test=False).browse(data.mapped("res_id"))
    return [*shipped, *(rule.copy() for rule in shipped)]


def check(env):
    """See that whatever runs in the copy bills, posts and sends nothing of ours.

    Whoever presses a button may bill: that makes a draft, which stays one.
    """
    before, mails = read_moves(env), env["mail.mail"].search([])
    scene = Scene(env)
    for _time in range(2):
        run_jobs(env)
        schedule.run(env, *OTHERS)
        for ticket in env["helpdesk.ticket"].search([("name", "=", "Open")]):
            scene.close(ticket)
        schedule.let_time_pass(env)
    run_jobs(env)
    check_untouched(env, before, mails)
    check_by_hand(scene)
    env.cr.rollback()


def check_untouched(env, before, mails):
    """See that only the contract made an invoice, of its own line alone."""
    after = read_moves(env)
    assert before.items() <= after.items(), (before, after)
    new = env["account.move"].browse(sorted(after.keys() - before.keys()))
    assert new.mapped("state") == ["draft"], new
    assert new.invoice_line_ids.mapped("name") == ["Hosting"], new.invoice_line_ids
    new_mails = env["mail.mail"].search([]) - mails
    # The helpdesk itself tells its customers that a ticket was closed
    with_invoice = new_mails.filtered(lambda m: m.model != "helpdesk.ticket")
    assert not with_invoice, with_invoice.mapped("subject")
    billed = env["helpdesk.ticket"].search([]).filtered("invoice_ids")
    assert sorted(billed.mapped("name")) == ["To post", "To send"], billed


def check_by_hand(scene):
    """See that button and command line bill in a copy: drafts that nothing posts."""
    runs, tickets = scene.env["ticket.billing.run"], scene.env["helpdesk.ticket"]
    pending = tickets.search([("name", "=", "Pending")])
    pending.action_generate_invoice()
    runs._process("command")
    scene.env.cr.commit()
    schedule.let_time_pass(scene.env)
    schedule.run(scene.env, *OTHERS)
    others = tickets.search([("name", "in", ("Open", "Forgotten"))])
    for ticket in pending | others:
        assert ticket.invoice_ids.state == "draft", (ticket.name, ticket.billing_reason)


def read_moves(env):
    """Return what each invoice is, and whether it is sent, by its id."""
    env.invalidate_all()
    return {
        move.id: (move.state, move.amount_untaxed, move.is_move_sent)
        for move in env["account.move"].search([])
    }


def run_jobs(env):
    """Run what waits in the queue, if there is one, as its runner would."""
    jobs = env.get("queue.job")
    if jobs is None:
        return
    from odoo.addons.queue_job.job import Job

    env.cr.commit()
    waiting = jobs.search([("state", "in", ("pending", "enqueued"))], order="id")
    for row in waiting:
        Job.load(env, row.uuid).perform()
        env.cr.commit()
    env.invalidate_all()
