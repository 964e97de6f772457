from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError


class TicketBillingRun(models.Model):
    """Takes back the drafts of a run that nobody has touched yet."""

    _inherit = "ticket.billing.run"

    undone_date = fields.Datetime(string="Taken Back On", readonly=True)
    undone_by_id = fields.Many2one(
        comodel_name="res.users", string="Taken Back By", readonly=True
    )
    undo_reason = fields.Char(readonly=True)
    can_undo = fields.Boolean(
        compute="_compute_can_undo",
        help="Drafts of this run are there that nobody has changed or posted.",
    )

    @api.depends("undone_date")
    def _compute_can_undo(self):
        for run in self:
            moves, _charges = run.sudo()._get_undoable()
            run.can_undo = bool(moves) and not run.undone_date

    def action_open_undo(self):
        """Ask why the drafts of this run are taken back.

        :raise UserError: if there is nothing to take back
        """
        self._check_single()
        self.env["ticket.billing.charge"]._check_manager()
        self.check_access("read")
        moves, _charges = self.sudo()._get_undoable()
        self._check_undoable(moves)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo this Run"),
            "res_model": "ticket.billing.undo",
            "view_mode": "form",
            "target": "new",
            "context": {"default_run_id": self.id},
        }

    def action_undo(self, reason):
        """Take back what this run put on drafts that nobody touched since. Managers
        only.

        The work is ready again, and waits for a person; or for a change of its terms,
        then it is rated anew and billed by itself. What others put on the same drafts
        stays there; drafts that were changed or posted stay as they are.

        :param str reason: why, in a sentence that stays on record
        :return: a notification that says what was taken back, and what was not
        :raise UserError: without a reason, or if there is nothing to take back
        """
        self._check_single()
        self.env["ticket.billing.charge"]._check_manager()
        question = self.env._("Say why the drafts are taken back.")
        reason = self._clean_reason(reason, question)
        run = self.sudo().with_company(self.company_id)
        moves, charges = run._lock_undoable()
        left = run._get_charges_on_drafts() - charges
        tickets = charges.ticket_id
        self.env["ticket.billing.log"]._note_charges(
            "undo",
            charges,
            {charge: charge.invoiced_amount for charge in charges},
            before=self.env._("Run %(number)s", number=self.id),
            reason=reason,
        )
        run._take_back(moves, charges)
        run.write(
            {
                "undone_date": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
                "undo_reason": reason,
            }
        )
        run._set_aside_changed(charges)
        note = self.env._("Taken back from its draft: %(reason)s", reason=reason)
        tickets._note_decision(note, self.env.user)
        return self._get_undo_notification(tickets, left.ticket_id)

    def _get_charges_on_drafts(self):
        """Return the charges that this run invoiced and that are on drafts still."""
        charges = self.env["ticket.billing.charge"]
        return charges.search(
            [("invoice_run_id", "=", self.id), ("state", "=", "invoiced")]
        )

    def _get_undoable(self):
        """Return the untouched drafts of this run and its charges on them."""
        charges = self._get_charges_on_drafts()
        moves = charges.invoice_line_ids.move_id.filtered(
            lambda move: move.state == "draft" and move._is_untouched_ticket_draft()
        )
        return moves, charges.filtered(lambda c: c.invoice_line_ids.move_id <= moves)

    def _check_undoable(self, moves):
        if not moves:
            raise UserError(
                self.env._(
                    "There is nothing to take back: the drafts of this run were "
                    "changed, posted or deleted."
                )
            )

    def _lock_undoable(self):
        """Return the untouched drafts of this run and its charges on them, locked.

        :raise UserError: if there are none, or somebody else bills them now
        """
        charges = self._get_charges_on_drafts()
        customers = charges.partner_id.commercial_partner_id
        self.env["ticket.billing.gate"]._enter(customers)
        moves, charges = self._get_undoable()
        self._check_undoable(moves)
        locked = moves.try_lock_for_update() == moves
        if not locked or charges.try_lock_for_update() != charges:
            raise LockError(self.env._("The work is being billed by someone else."))
        return moves, charges

    def _take_back(self, moves, charges):
        """Remove charges from drafts, and let them be ready again."""
        lines = charges.invoice_line_ids
        for version, group in charges.grouped("version").items():
            group.write(
                {"was_invoiced": False, "is_undone": True, "version": version + 1}
            )
        charges.invoice_line_ids = [Command.clear()]
        for move in moves:
            own = move.invoice_line_ids & lines
            gone = charges.ticket_id - move.invoice_line_ids.charge_ids.ticket_id
            noted = move.invoice_line_ids.noted_charge_ids
            own |= noted.filtered(lambda c, t=gone: c.ticket_id in t).note_line_id
            if move._has_other_lines(own):
                move._remove_ticket_lines(own)
            else:
                move.unlink()

    @api.model
    def _set_aside_changed(self, charges):
        """Leave what would not be billed like that any more to a new rating.

        On a draft it stayed as it was when its ticket was opened again, was made not
        billable, or got another customer or contract.
        """
        changed = self.env["ticket.billing.rating"]._filter_moved(charges)
        changed |= charges.filtered(
            lambda c: c.ticket_id._get_not_now_reason()
            or c.partner_id != c.ticket_id.partner_id
        )
        changed._void(self.env._("The ticket changed."))
        changed.ticket_id._flag_closed_for_billing()

    def _get_undo_notification(self, tickets, left):
        """Return a notification that says what was taken back."""
        lines = [
            self.env._("Taken back from drafts: %(count)s tickets.", count=len(tickets))
        ]
        if left:
            lines.append(
                self.env._(
                    "Not taken back, for their drafts were changed: %(numbers)s.",
                    numbers=", ".join(ticket._get_number() for ticket in left),
                )
            )
        return self.env["ticket.billing.message"]._show(
            " ".join(lines),
            tickets,
            title=self.env._("Undo this Run"),
            type="warning" if left else "success",
        )
