from weakref import WeakKeyDictionary

from odoo import api, models

# How often the transaction of a cursor was tried: the server takes the same one again
TRIES = WeakKeyDictionary()
MOST_WAITS = 2


class TicketBillingRun(models.Model):
    """Whose work a run may bill while others bill, too."""

    _inherit = "ticket.billing.run"

    def _lock(self, tickets, charges):
        """Return the tickets that nobody else is billing, their rows locked.

        A person waits for whoever bills a customer at the moment, but not for ever;
        what comes by itself leaves such customers to the next run.

        :param charges: those of the tickets
        """
        concerned = self._get_customers(tickets, charges)
        customers = self.env["ticket.billing.gate"]._enter(
            self.env["res.partner"].union(*concerned.values()),
            wait=self.env.context["ticket_billing_waits"],
        )
        own = tickets.filtered(lambda t: concerned[t] <= customers)
        return own.try_lock_for_update(allow_referencing=True)

    @api.model
    def _get_customers(self, tickets, charges):
        """Return a dict: ticket → the customers that its work is billed to.

        Work at an old price may belong to another customer than its ticket by now.
        """
        ready = charges.filtered(lambda c: c.state == "ready")
        by_ticket = ready.grouped("ticket_id")
        return {
            ticket: ticket.commercial_partner_id
            | by_ticket.get(ticket, ready.browse()).partner_id.commercial_partner_id
            for ticket in tickets
        }

    @api.model
    def _may_wait(self):
        """Return whether a person may still wait for somebody else. Asked once a try.

        Who has waited finds that what he read before is old, and is tried again by the
        server. It gives up after five times and shows an error; so the third time we
        leave out what is busy, which is said in words.
        """
        cr = self.env.cr
        TRIES[cr] = TRIES.get(cr, 0) + 1
        cr.postcommit.add(lambda: TRIES.pop(cr, None))
        return TRIES[cr] <= MOST_WAITS
