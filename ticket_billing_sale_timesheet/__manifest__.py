{
    "name": "Ticket Billing: Sales Timesheet",
    "summary": "One hour, one bill: on the ticket or through a sales order",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "The Ticket Billing Authors",
    "license": "AGPL-3",
    "depends": [
        "ticket_billing",
        "sale_timesheet",
    ],
    "auto_install": True,
}
