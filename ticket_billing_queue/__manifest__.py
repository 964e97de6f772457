{
    "name": "Ticket Billing: Job Queue",
    "summary": "Bill tickets in background jobs, on several workers",
    "version": "19.0.1.1.0",
    "category": "Services/Helpdesk",
    "author": "The Ticket Billing Authors",
    "license": "AGPL-3",
    "depends": [
        "ticket_billing",
        "queue_job",
    ],
    "data": [
        "data/queue_job_data.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "ticket_billing_queue/static/src/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
