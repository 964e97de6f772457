def uninstall_hook(env):
    """Leave the tickets of waiting jobs to the scheduled action: their method goes."""
    runs = env["ticket.billing.run"]
    runs._get_waiting_jobs().button_cancelled()
    runs._search_jobs([("state", "=", "failed")]).button_done()
    env["helpdesk.ticket"]._wake_billing_runner(env.cr.now())
