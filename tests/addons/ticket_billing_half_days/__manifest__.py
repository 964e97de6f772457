{
    "name": "Ticket Billing: Half Days",
    "summary": "Bill each started half day of work on a ticket",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "The Ticket Billing Authors",
    "license": "AGPL-3",
    "depends": ["ticket_billing"],
    "data": ["views/ticket_billing_policy_views.xml"],
}
