from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    """The contract that a ticket is billed under, to find and group tickets by."""

    _inherit = "helpdesk.ticket"

    billed_contract_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Billed under",
        compute="_compute_billed_contract_id",
        search="_search_billed_contract_id",
        compute_sudo=True,
        groups="base.group_user",
        help="The contract that somebody chose, else the one of the first charge. "
        "Empty without a contract, and until the work is rated.",
    )

    @api.depends("billing_contract_id", "charge_ids.contract_id", "charge_ids.is_void")
    def _compute_billed_contract_id(self):
        charges = self._get_charges().filtered("contract_id").sorted("id")
        by_ticket = charges.grouped("ticket_id")
        for ticket in self:
            first = by_ticket.get(ticket._origin, charges.browse())[:1]
            ticket.billed_contract_id = ticket.billing_contract_id or first.contract_id

    @api.model
    def _search_billed_contract_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        contract = self._field_to_sql(self._table, "billed_contract_id")
        ids = [id_ for id_ in value if id_]
        found = SQL("%s = ANY(%s)", contract, ids)
        if len(ids) < len(value):
            found = SQL("(%s OR %s IS NULL)", found, contract)
        self.flush_model(["billing_contract_id"])
        return Domain(
            "id",
            "in",
            SQL("(SELECT id FROM %s WHERE %s)", SQL.identifier(self._table), found),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS base: as _compute_billed_contract_id
        if field_expr != "billed_contract_id":
            return super()._field_to_sql(alias, field_expr, query)
        self.env["ticket.billing.charge"].flush_model(["contract_id", "is_void"])
        return SQL(
            "COALESCE(%(chosen)s, (SELECT charge.contract_id "
            "FROM ticket_billing_charge charge WHERE charge.ticket_id = %(ticket)s "
            "AND charge.is_void IS NOT TRUE AND charge.contract_id IS NOT NULL "
            "ORDER BY charge.id LIMIT 1))",
            chosen=self._field_to_sql(alias, "billing_contract_id", query),
            ticket=SQL.identifier(alias, "id"),
        )
