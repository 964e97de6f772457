from odoo import api, fields, models
from odoo.tools import SQL


class TicketBillingAllowance(models.Model):
    """The gate to what a contract includes. What was used is in the ledger alone.

    Whoever draws changes the row of the contract, so that of two transactions that
    read the same rest the second one fails in the database and is tried again.
    """

    _name = "ticket.billing.allowance"
    _description = "Ticket Billing Allowance"
    _rec_name = "contract_id"

    contract_id = fields.Many2one(
        comodel_name="contract.contract", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="contract_id.company_id")
    version = fields.Integer(help="Counts the runs that drew on the contract.")

    _unique_contract = models.Constraint(
        "UNIQUE (contract_id)", "A contract has one gate to what it includes."
    )

    @api.model
    def _lock(self, contracts):
        """Let nobody else draw on these contracts before this transaction ends."""
        if not contracts:
            return
        rows = [(id_, 1) for id_ in sorted(contracts.ids)]
        self.env.execute_query(
            SQL(
                "INSERT INTO %(table)s (contract_id, version) VALUES %(rows)s "
                "ON CONFLICT (contract_id) "
                "DO UPDATE SET version = %(table)s.version + 1 RETURNING id",
                table=SQL.identifier(self._table),
                rows=SQL(", ").join(rows),
            )
        )
        self.invalidate_model(["version"])
