"""Run in a shell of the demo database: what it costs to close and bill tickets."""

# ruff: noqa: F821 (env is given by the shell)

import os
import time

COUNT = int(os.environ.get("TICKETS", "100"))


def measured(label, action):
    """Print how long an action takes for each ticket, and its queries."""
    env.flush_all()
    start, before = time.perf_counter(), env.cr.sql_log_count
    result = action()
    env.flush_all()
    seconds = time.perf_counter() - start
    queries = env.cr.sql_log_count - before
    rate, each = COUNT / seconds, queries / COUNT
    print(f"{label}: {rate:.0f} tickets/s, {each:.1f} queries/ticket")
    return result


company = env.company
customers = env["contract.contract"].search([("covers_tickets", "=", True)]).partner_id
employee = env["hr.employee"].search([("company_id", "=", company.id)], limit=1)
done = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
tickets = env["helpdesk.ticket"].create(
    [
        {
            "name": f"Ticket {index}",
            "description": "Made by the benchmark",
            "partner_id": customers[index % len(customers)].id,
            "team_id": False,
            "timesheet_ids": [
                (0, 0, {"name": "Work", "unit_amount": 0.5, "employee_id": employee.id})
                for _entry in range(3)
            ],
        }
        for index in range(COUNT)
    ]
)
env = env(context={"tracking_disable": True})
tickets = tickets.with_env(env)
measured("close", lambda: tickets.write({"stage_id": done.id}))
run = env["ticket.billing.run"]
measured("dry run", lambda: run._process("button", tickets=tickets, dry_run=True))
measured("bill", lambda: run._process("button", tickets=tickets))
env.cr.rollback()
