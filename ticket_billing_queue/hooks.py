def uninstall_hook(env):
    """Leave the tickets of waiting jobs to the scheduled action: their method goes."""
    jobs = env["ticket.billing.run"]._get_waiting_jobs()
    jobs.button_cancelled()
    env["helpdesk.ticket"]._wake_billing_runner(env.cr.now())
