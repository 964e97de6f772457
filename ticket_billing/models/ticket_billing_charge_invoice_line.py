from odoo import Command, models
from odoo.tools import format_date, formatLang

from ..tools.drafts import cut_text, join_some

TITLE_LENGTH = 120
NOTE_LENGTH = 240
MOST_NOTES = 30
MOST_TICKETS = 10


class TicketBillingCharge(models.Model):
    """What charges share an invoice line, and its text: plain, in the language of the
    customer."""

    _inherit = "ticket.billing.charge"

    # What shares a line

    def _get_line_groups(self):
        """Return a list with the charges of each line of an invoice, as printed."""
        keys = {}
        for place in self.grouped(lambda c: c._get_distribution_place()).values():
            distribution = place[0]._get_analytic_distribution()
            own = tuple(sorted(distribution.items()))
            keys |= {charge: (*charge._get_line_key(), own) for charge in place}
        return list(self.grouped(keys.get).values())

    def _get_line_key(self):
        """Return what has to be equal for charges to share an invoice line, beside
        their analytic distribution."""
        self.ensure_one()
        return (
            *self._get_line_detail_key(),
            self.product_id,
            self.product_uom_id,
            self.price_unit,
        )

    def _get_line_detail_key(self):
        """Return how closely the policy wants lines to follow the work."""
        details = {"ticket": (self.ticket_id,), "entry": (self.source_key,)}
        return details.get(self.policy_id.line_detail, ())

    def _get_line_values(self):
        """Return the values that decide what invoice lines amount to."""
        return [
            {
                "ticket_id": charge.ticket_id.id,
                "policy_id": charge.policy_id.id,
                "source_key": charge.source_key,
                "currency_id": charge.currency_id.id,
                "product_id": charge.product_id.id,
                "product_uom_id": charge.product_uom_id.id,
                "quantity": charge.quantity,
                "price_unit": charge.price_unit,
            }
            for charge in self
        ]

    # Values

    def _prepare_lines(self, covered=None):
        """Return the values of the lines of a draft, billable work first.

        :param covered: the charges that the draft tells of, without billing them
        """
        lines = [group._prepare_invoice_line() for group in self._get_line_groups()]
        if covered and self:
            lines += [group._prepare_note() for group in covered._get_line_groups()]
        elif covered:
            groups = covered._get_line_groups()
            lines += [group._prepare_covered_line() for group in groups]
        return lines

    def _prepare_invoice_line(self):
        first = self[0]
        values = {
            "product_id": first.product_id.id,
            "product_uom_id": first.product_uom_id.id,
            "name": self._get_invoice_line_name(),
            "quantity": sum(self.mapped("quantity")),
            "price_unit": first.price_unit,
            "charge_ids": [Command.set(self.ids)],
        }
        return {**values, **first._prepare_distribution()}

    def _prepare_note(self):
        """Return a note that tells what was covered."""
        return {
            "display_type": "line_note",
            "name": self._get_covered_text(),
            "noted_charge_ids": [Command.set(self.ids)],
        }

    def _prepare_covered_line(self):
        """Return a line of 0.00 for a draft that has nothing else to say."""
        first = self[0]
        return {
            "product_id": first.product_id.id,
            "product_uom_id": first.product_uom_id.id,
            "name": self._get_covered_text(),
            "quantity": sum(self.mapped("covered_quantity")),
            "price_unit": 0.0,
            "noted_charge_ids": [Command.set(self.ids)],
        }

    def _prepare_distribution(self):
        """Return the analytic distribution where one is agreed; else leave it to the
        distribution models of the company."""
        distribution = self._get_analytic_distribution()
        return {"analytic_distribution": distribution} if distribution else {}

    def _get_distribution_place(self):
        """Return what decides the analytic distribution: contract and project."""
        project = self.analytic_line_id.project_id or self.ticket_id.project_id
        return self.contract_id, project

    def _get_analytic_distribution(self):
        """Return the one that all lines of the contract have, else the project's."""
        self.ensure_one()
        contract, project = self._get_distribution_place()
        lines = contract.contract_line_ids.filtered("analytic_distribution")
        found = [line.analytic_distribution for line in lines]
        if found and all(distribution == found[0] for distribution in found):
            return found[0]
        return project._get_analytic_distribution() or {}

    # Texts

    def _in_customers_language(self):
        return self.with_context(lang=self[0].invoice_partner_id.lang)

    def _get_invoice_line_name(self):
        """Return the text of the line that these charges share."""
        charges = self._in_customers_language()
        title = charges._get_work_title()
        return "\n".join([title, *charges._get_work_notes()])

    def _get_work_title(self):
        """Return product and tickets; for a line of its own, the day, too."""
        first = self[0]
        if len(self.ticket_id) > 1:
            numbers = join_some(
                self._get_ticket_numbers(),
                MOST_TICKETS,
                lambda rest: self.env._("%(count)s more", count=rest),
            )
            return f"{first.product_id.name}: {numbers}"
        title = self.env._(
            "%(product)s: %(number)s %(title)s",
            product=first.product_id.name,
            number=first.ticket_id._get_number(),
            title=cut_text(first.ticket_id.name, TITLE_LENGTH),
        )
        reference = first.ticket_id.customer_reference
        if reference:
            reference = cut_text(reference, TITLE_LENGTH)
            title = self.env._(
                "%(title)s (your reference: %(reference)s)",
                title=title,
                reference=reference,
            )
        if first.policy_id.line_detail == "entry":
            title = f"{title}, {format_date(self.env, first.service_date)}"
        return title

    def _get_work_notes(self):
        """Return for each time entry who did what, as far as the policy prints it."""
        work = self.filtered(lambda c: c.kind == "time")
        notes = [charge._get_work_note() for charge in work.sorted("service_date")]
        notes = list(filter(None, notes))
        if len(notes) > MOST_NOTES:
            rest = len(notes) - MOST_NOTES
            more = self.env._("and %(count)s more entries", count=rest)
            notes = [*notes[:MOST_NOTES], more]
        return notes

    def _get_work_note(self):
        policy = self.policy_id
        who = policy.show_technician and self.employee_id.name
        what = policy.show_work_notes and cut_text(self.name, NOTE_LENGTH)
        if not who and not what:
            return ""
        day = format_date(self.env, self.service_date)
        return " · ".join(filter(None, [day, who, what]))

    def _get_covered_text(self):
        """Return what was covered, in the language of the customer."""
        charges = self._in_customers_language()
        quantity = sum(self.mapped("covered_quantity"))
        return charges.env._(
            "Included in your contract: %(quantity)s %(unit)s, %(work)s",
            quantity=formatLang(charges.env, quantity, digits=2),
            unit=charges[0].product_uom_id.name,
            work=charges._get_work_title(),
        )
