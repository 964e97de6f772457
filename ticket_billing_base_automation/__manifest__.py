{
    "name": "Ticket Billing: Automation Rules",
    "summary": "An example of an automation rule that bills tickets",
    "version": "19.0.1.0.1",
    "category": "Services/Helpdesk",
    "author": "The Ticket Billing Authors",
    "license": "AGPL-3",
    "depends": [
        "ticket_billing",
        "base_automation",
    ],
    "data": [
        "data/base_automation_data.xml",
    ],
    "auto_install": True,
}
