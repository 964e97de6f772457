from odoo.tests import TransactionCase, tagged

# What the label alone says, in whatever model it is
OBVIOUS = {
    "after",
    "amount_tax",
    "amount_total",
    "amount_untaxed",
    "before",
    "billed_ticket_count",
    "charge_ids",
    "commercial_partner_id",
    "company_id",
    "contract_id",
    "create_date",
    "currency_id",
    "customer_ids",
    "date",
    "duration",
    "employee_id",
    "invoice_count",
    "invoice_ids",
    "invoice_partner_id",
    "kind",
    "line_ids",
    "move_id",
    "name",
    "number",
    "partner_id",
    "product_id",
    "review_date",
    "reviewer_id",
    "sequence",
    "step",
    "tax_names",
    "team_id",
    "ticket_count",
    "ticket_customer_id",
    "ticket_id",
    "timesheet_ids",
    "user_id",
    "work_type_id",
}
# What stands in a sentence or below a heading, without a label that could have a help
IN_A_SENTENCE = {
    "ticket.billing.automation.billed_amount",
    "ticket.billing.automation.last_run_blocked",
    "ticket.billing.automation.last_run_date",
    "ticket.billing.automation.last_run_found",
    "ticket.billing.automation.ready_amount",
    "ticket.billing.automation.released_amount",
    "ticket.billing.automation.to_approve_amount",
    "ticket.billing.preview.difference",
    "ticket.billing.preview.explanation",
    "ticket.billing.preview.invoice_date",
    "ticket.billing.preview.reasons",
    "ticket.billing.preview.warnings",
    "ticket.billing.review.explanation",
    "ticket.billing.run.undo_reason",
    "ticket.billing.run.undone_by_id",
    "ticket.billing.run.undone_date",
}
ALWAYS = {"1", "True"}


@tagged("post_install", "-at_install")
class TestHelps(TransactionCase):
    """Whoever points at a label learns what the value means, in which unit."""

    def _get_pages(self):
        """Return the views of our addons, and those that they extend."""
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "=like", "ticket_billing%")]
        )
        views = self.env["ir.ui.view"].browse(names.mapped("res_id"))
        while views.inherit_id - views:
            views |= views.inherit_id
        return views.filtered(lambda view: view.model and not view.inherit_id)

    def _get_fields(self, node, model):
        """Return the fields of our addons that a part of a view shows."""
        if ALWAYS & {node.get("invisible"), node.get("column_invisible")}:
            return set()
        shown = set()
        if node.tag == "field":
            field = model._fields[node.get("name")]
            if any(name.startswith("ticket_billing") for name in field._modules):
                shown.add(field)
            model = self.env.get(field.comodel_name, model)
        return shown.union(
            *(self._get_fields(child, model) for child in node.iterchildren("*"))
        )

    def _get_silent_fields(self):
        """Return the names of the fields without a help that our addons show."""
        shown = set()
        for view in self._get_pages():
            model = self.env[view.model]
            arch, _view = model._get_view(view.id, view.type)
            shown |= self._get_fields(arch, model)
        self.assertGreater(len(shown), 400)
        return {str(field) for field in shown if not field.help}

    def test_fields_have_a_help_unless_their_label_says_all(self):
        silent = self._get_silent_fields() - IN_A_SENTENCE
        unclear = {name for name in silent if name.split(".")[-1] not in OBVIOUS}
        self.assertFalse(unclear, "Say what these fields mean, in which unit.")

    def test_no_exception_is_left_over(self):
        silent = self._get_silent_fields()
        names = {name.split(".")[-1] for name in silent - IN_A_SENTENCE}
        self.assertFalse(IN_A_SENTENCE - silent)
        self.assertFalse(OBVIOUS - names)
