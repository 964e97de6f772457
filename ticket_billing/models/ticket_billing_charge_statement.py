from odoo import models
from odoo.tools import float_compare


class TicketBillingCharge(models.Model):
    """What the statement of work says of a charge."""

    _inherit = "ticket.billing.charge"

    def _get_statement_row(self, line=None, quantity=0.0, amount=0.0):
        """Return what was done and what an invoice bills of it, as plain data.

        :param line: the line of the invoice, None if it only tells of the work
        :param float quantity: the charge's part of the line's quantity
        :param float amount: the charge's share of the line, before tax
        """
        self.ensure_one()
        is_time = self.kind == "time"
        is_once = not float_compare(quantity, 1.0, 2)
        policy = self.policy_id
        return {
            "order": (self.service_date, not is_time, self.id),
            "line": line,
            "is_time": is_time,
            "date": self.service_date,
            "label": self.work_type_id.name or self.product_id.name,
            "notes": is_time and policy.show_work_notes and self.name or "",
            "technician": policy.show_technician and self.employee_id.name or "",
            # What bills a part again has its hours on the first invoice
            "worked": self.worked_hours if is_time and not self.is_remainder else None,
            "quantity": quantity,
            # Fees have no hours: how often, unless once
            "times": 0.0 if is_time or is_once else quantity,
            "rated": self.quantity,
            "covered": 0.0,
            "is_covered": False,
            "price": line.price_unit if line else None,
            "discount": line.discount if line else 0.0,
            "amount": amount,
        }

    def _get_statement_covered(self):
        """Return what a row says of the part that the contract paid for."""
        is_covered = bool(self.covered_by and self.covered_quantity)
        is_time = self.kind == "time"
        return {
            "covered": self.covered_quantity if is_covered and is_time else 0.0,
            "is_covered": is_covered,
        }
