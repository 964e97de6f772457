"""What has to be in the demo database before its pictures are taken.

Runs in Odoo's shell. ``SCENES`` has a function for each record that rows of pictures.py
name; ``prepare`` comes first, ``finish`` last. Each scene has customers of its own, so
that none is in the way of another one.
"""

import json

TRIAL = ("timeclock", "renewal", "shares")


def make(env, names):
    """Bill the demo tickets, make all scenes, and print the ids of records by name.

    :param names: external ids, and keys of ``SCENES``
    """
    prepare(env)
    env["ticket.billing.run"]._process("command")
    # All of them, whichever are asked for: pictures of lists show what they leave
    made = {name: scene(env) for name, scene in SCENES.items()}
    finish(env)
    ids = {name: (made.get(name) or env.ref(name)).id for name in names}
    env.cr.commit()
    print("\n" + json.dumps(ids))


def prepare(env):
    """Before anything is billed: who is on trial, and who gets invoices by mail."""
    for name in ("harborview", "lindner"):
        customer(env, name).ticket_billing_level = "shadow"
    sutton = customer(env, "sutton")
    sutton.ticket_billing_level = "send"
    (sutton | sutton.child_ids).email = False


def finish(env):
    """Close what is on trial, and make a draft so old that health finds it."""
    tickets = sum((ticket(env, name) for name in TRIAL), env["helpdesk.ticket"])
    close(env, tickets)
    env["ticket.billing.run"]._process("schedule", tickets=tickets)
    env.flush_all()
    env.cr.execute(
        "UPDATE account_move SET create_date = create_date - interval '30 days' "
        "WHERE id = %s",
        [ticket(env, "lenses").invoice_ids.id],
    )
    env.invalidate_all()
    env["ticket.billing.health"].action_check_now()


# Records that pages show


def closed_ticket(env):
    """Return a closed ticket whose work is included in part only, not billed yet."""
    earlier = new_ticket(env, "Archive of the old file server")
    for hours in (6.0, 6.5, 5.75):
        log(env, earlier, "Files sorted and moved", hours)
    close(env, earlier)
    env["ticket.billing.run"]._process("command", tickets=earlier)
    new = new_ticket(env, "Scanned files are in the wrong folder")
    log(env, new, "Scan profiles compared and set right", 1.5)
    log(env, new, "Files of last week moved to their folders", 3.1)
    return close(env, new)


def draft(env):
    """Return a draft that nobody has touched."""
    return ticket(env, "scanners").invoice_ids


def not_posted(env):
    """Return a draft that should have been sent: the customer has no address."""
    move = ticket(env, "wireless").invoice_ids
    env["ticket.billing.run"]._post_draft(move.id)
    return move


def statement(env):
    """Return a posted invoice that was changed on its draft."""
    move = ticket(env, "outage").invoice_ids
    toner = {"name": "Toner for the copier", "quantity": 1, "price_unit": 49.0}
    line = ticket(env, "outage").charge_ids.invoice_line_ids[-1:]
    changes = [(1, line.id, {"quantity": line.quantity - 0.25}), (0, 0, toner)]
    move.invoice_line_ids = changes
    move.action_post()
    return move


def posted(env):
    """Return a posted invoice."""
    move = ticket(env, "plotter").invoice_ids
    move.action_post()
    return move


def released(env):
    """Return work whose invoice was cancelled, deleted or credited."""
    cancelled = ticket(env, "prepress").invoice_ids
    cancelled.button_cancel()
    deleted = ticket(env, "statement").invoice_ids
    deleted.unlink()
    credited = ticket(env, "reminders").invoice_ids
    credited.action_post()
    wizard = (
        env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=credited.ids)
        .create({"journal_id": credited.journal_id.id})
    )
    wizard.refund_moves()
    wizard.new_move_ids.action_post()
    return ticket(env, "prepress").charge_ids[:1]


SCENES = {
    "closed_ticket": closed_ticket,
    "draft": draft,
    "not_posted": not_posted,
    "statement": statement,
    "posted": posted,
    "released": released,
}


# What they are made of


def customer(env, name):
    return env.ref(f"ticket_billing.res_partner_{name}_demo")


def ticket(env, name):
    return env.ref(f"ticket_billing.helpdesk_ticket_{name}_demo")


def new_ticket(env, name):
    """Return a ticket of the customer who has hours included in his contract."""
    return env["helpdesk.ticket"].create(
        {
            "name": name,
            "description": name,
            "partner_id": env.ref("ticket_billing.res_partner_whitcombe_demo").id,
            "team_id": env.ref("ticket_billing.helpdesk_ticket_team_desk_demo").id,
            "user_id": env.ref("ticket_billing.res_users_technician_demo").id,
        }
    )


def close(env, tickets):
    tickets.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
    return tickets


def log(env, on, name, hours):
    """Log time on a ticket today."""
    env["account.analytic.line"].create(
        {
            "ticket_id": on.id,
            "name": name,
            "unit_amount": hours,
            "employee_id": env.ref("ticket_billing.hr_employee_hartwell_demo").id,
        }
    )
