from odoo import fields, models


class TicketBillingPolicy(models.Model):
    """How invoices look: what shares one, what a line is, and what is printed."""

    _inherit = "ticket.billing.policy"

    invoice_frequency = fields.Selection(
        selection=[
            ("at_once", "At once"),
            ("day", "Every day"),
            ("week", "Every week"),
            ("month", "Every month"),
        ],
        default="at_once",
        required=True,
        help="Work on closed tickets waits until its day, week or month is over, and "
        "is invoiced together then. Weeks begin on Monday.",
    )
    group_by = fields.Selection(
        selection=[
            ("customer", "One invoice per customer"),
            ("contract", "One invoice per contract"),
            ("ticket", "One invoice per ticket"),
        ],
        string="Group Invoices By",
        default="customer",
        required=True,
        help="Work on tickets shares a draft as long as company, invoice address, "
        "currency, fiscal position, journal and payment terms agree.",
    )
    line_detail = fields.Selection(
        selection=[
            ("ticket", "One line per ticket"),
            ("entry", "One line per time entry"),
            ("total", "One line for everything"),
        ],
        default="ticket",
        required=True,
        help="Always one line for each product and price, at least.",
    )
    skip_zero = fields.Boolean(
        string="No Invoices of 0.00",
        default=True,
        help="Tickets that are fully covered make no invoice. Off: they make one of "
        "0.00 that says what was covered.",
    )
    show_covered_work = fields.Boolean(
        string="Print Covered Work",
        help="Invoices say in a note what the contract paid for.",
    )
    show_work_notes = fields.Boolean(
        string="Print Work Notes",
        help="Invoice lines tell what was done, as it was logged on the time entries.",
    )
    show_technician = fields.Boolean(
        string="Print Technicians",
        help="Invoice lines name who did the work.",
    )
    attach_statement = fields.Boolean(
        string="Statement of Work",
        default=True,
        help="A statement of what was done on each ticket, with its total, is printed "
        "with the invoice and attached when it is sent.",
    )

    def _init_column(self, column_name):
        # EXTENDS base: customers of policies that are older than the statement get it
        # once somebody decides so
        if column_name == "attach_statement":
            return None
        return super()._init_column(column_name)
