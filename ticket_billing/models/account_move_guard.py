from odoo import models
from odoo.exceptions import UserError

# A change of the journal may change company and currency
MADE_OUT_TO = {"partner_id", "currency_id", "journal_id", "company_id"}


class AccountMove(models.Model):
    """What must not be done to invoices of tickets: bill work twice, or lose it."""

    _inherit = "account.move"

    def write(self, vals):
        if not {"state", "move_type", *MADE_OUT_TO} & vals.keys():
            return super().write(vals)
        charges = self.sudo().invoice_line_ids.charge_ids
        if not charges:
            return super().write(vals)
        if "move_type" in vals:
            self._check_not_switched(vals["move_type"])
        if "state" in vals:
            self._check_not_billed_again(vals["state"])
        back = charges.filtered(lambda c: c._is_back())
        result = super().write(vals)
        if MADE_OUT_TO & vals.keys():
            self._check_made_out_to_customer()
        if "state" in vals:
            charges._check_one_bill()
            back.filtered(lambda c: not c._is_back())._check_work_unchanged()
            charges._forget_write_offs()
        return result

    def _check_not_switched(self, move_type):
        """Keep invoices from becoming credit notes, and the other way round.

        :raise UserError: which names a ticket
        """
        switched = self.filtered(lambda m: m.move_type != move_type)
        charges = switched.sudo().invoice_line_ids.charge_ids
        if charges:
            raise UserError(
                self.env._(
                    "This is about work on ticket %(number)s and cannot be switched. "
                    "Delete the draft, or credit the invoice once it is posted.",
                    number=charges[0].ticket_id._get_number(),
                )
            )

    def _check_not_billed_again(self, state):
        """Keep invoices and credit notes as they are, once their work is billed again.

        :param str state: the state that they are to get
        :raise UserError: which names the new invoice
        """
        moved = self.filtered(lambda m: m.state != state)
        drafts = moved.filtered(lambda m: m.state == "draft")
        final = (
            (moved - drafts)
            .sudo()
            .invoice_line_ids.charge_ids.filtered("replaced_by_id")
        )
        if state == "posted":
            credits = drafts.filtered(lambda m: m.move_type == "out_refund")
            credited = credits.sudo().invoice_line_ids.charge_ids
            final |= credited.filtered("is_superseded")
        if final:
            raise UserError(final._get_final_reason(final))

    def _check_made_out_to_customer(self):
        """Refuse invoices of work to others than its customer, or in other money.

        :raise UserError: which says what to do instead
        """
        for move in self:
            charges = move.sudo().invoice_line_ids.charge_ids
            wrong = charges.filtered(lambda c, m=move: not c._belongs_on(m))
            if wrong:
                raise UserError(
                    self.env._(
                        "Work on ticket %(number)s is agreed with %(customer)s in "
                        "%(currency)s. Delete the draft, change the ticket or its "
                        "contract, and bill the work again.",
                        number=wrong[0].ticket_id._get_number(),
                        customer=wrong[0].partner_id.commercial_partner_id.name,
                        currency=wrong[0].currency_id.name,
                    )
                )
