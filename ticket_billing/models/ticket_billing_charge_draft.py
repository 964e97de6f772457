from odoo import Command, api, fields, models

from ..tools.drafts import DraftPlan


class TicketBillingCharge(models.Model):
    """Puts charges on draft invoices: new ones, or open ones that nobody touched."""

    _inherit = "ticket.billing.charge"

    note_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Printed As",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        help="The line of an invoice that tells of the covered part.",
    )

    def _create_invoices(self, run):
        """Put the ready charges on drafts, and tell there of what was covered.

        The charges belong to one company, which is the environment's, and the
        customers' gates are ours (``ticket.billing.gate``). Their rows are locked and
        changed, so that nobody else invoices them meanwhile.

        :param run: the run that does it
        :return: the charges that are on drafts now
        :raise UserError: if something is missing, or a draft fails the safety check
        """
        ready, covered = self._lock_invoiceable()
        plans = ready._plan_drafts(covered)
        with ready._decided_by_drafts():
            moves = self._write_drafts(plans)
            ready._keep_on_drafts(moves, run)
        return ready

    def _lock_invoiceable(self):
        """Return the ready charges that are worth something, and those that drafts are
        to tell of; their rows locked."""
        wanted = self.filtered(lambda c: c.state == "ready") | self._get_to_print()
        locked = wanted.try_lock_for_update(allow_referencing=True).sorted("id")
        ready = locked.filtered(lambda c: c.state == "ready")
        ready._settle(ready._get_worthless())
        ready = ready.filtered(lambda c: c.state == "ready")
        return ready, locked._get_to_print()

    def _keep_on_drafts(self, moves, run):
        """Note that these charges are on the drafts now, once these are checked.

        :raise UserError: if a draft fails the safety check
        """
        self._check_drafts(moves)
        self._set_on_drafts(moves, run)
        moves._stamp_ticket_billing_digest()

    def _get_to_print(self):
        """Return the charges with a covered part that no invoice told of yet."""
        return self.filtered(
            lambda c: c.state in ("ready", "covered")
            and c.covered_by
            and not c.note_line_id
            and (c.policy_id.show_covered_work or not c.policy_id.skip_zero)
        )

    # Which draft

    def _plan_drafts(self, covered):
        """Return a ``DraftPlan`` for each invoice that bills these charges.

        Reads only: previews plan drafts as runs do. Where nothing is to be billed there
        is none, unless the customer has an open draft or wants to see 0.00.

        :param covered: the charges that drafts tell of
        """
        groups = (self | covered).grouped(lambda c: c._get_invoice_group_key())
        drafts = self._get_open_drafts([c[0]._get_draft_key() for c in groups.values()])
        plans = []
        for charges in groups.values():
            plan = DraftPlan(
                billable=charges & self,
                covered=charges & covered,
                draft=drafts.get(charges[0]._get_draft_key(), drafts[None]),
            )
            wants_zero = not all(charges.policy_id.mapped("skip_zero"))
            if plan.billable or plan.draft or wants_zero:
                plans.append(plan)
        return plans

    @api.model
    def _get_open_drafts(self, keys):
        """Return a dict: key → newest draft that charges may join; None → no draft.

        Only drafts that this engine made for the same key and that are as it left them.
        """
        moves = self.env["account.move"]
        found = moves.search(
            [("ticket_billing_key", "in", keys), ("state", "=", "draft")], order="id"
        )
        untouched = found.filtered(lambda move: move._is_untouched_ticket_draft())
        return {None: moves, **{move.ticket_billing_key: move for move in untouched}}

    # Writing

    @api.model
    def _write_drafts(self, plans):
        """Create or extend the drafts of these plans, and return them."""
        moves = self.env["account.move"].with_context(
            mail_create_nolog=True, skip_is_manually_modified=True
        )
        new = []
        for plan in plans:
            draft = moves.browse(plan.draft.ids).try_lock_for_update()
            if draft:
                draft.write(plan.billable._prepare_joining(draft, plan.covered))
                moves += draft
            else:
                new.append(plan)
        values = [plan.billable._prepare_invoice(plan.covered) for plan in new]
        moves = moves.with_context(**self._add_hints(new, values))
        return (moves + moves.create(values)).with_env(self.env)

    def _prepare_joining(self, draft, covered):
        """Return the values by which these charges join a draft that nobody touched."""
        self._check_invoiceable(covered)
        charges = self + covered
        lines = draft.invoice_line_ids
        joined = lines.charge_ids | lines.noted_charge_ids | charges
        values = {
            "invoice_origin": joined._get_invoice_origin(),
            "ref": joined._get_customer_reference(),
            **draft._prepare_posting((lines.charge_ids | self)._get_invoice_level()),
            **self._prepare_invoice_date(),
            "invoice_line_ids": [
                Command.create(vals) for vals in self._prepare_lines(covered)
            ],
        }
        if not draft.invoice_payment_term_id:
            values["invoice_date_due"] = charges[0]._get_due_date()
        return values
