from odoo import api, fields, models
from odoo.tools import SQL


class TicketBillingGate(models.Model):
    """Lets one transaction at a time bill a customer of a company.

    What his contracts include, his open draft and what he was billed today are read
    and used up together. Whoever bills him changes his row, so that a transaction that
    read all that before fails in the database and is tried again by the server.
    """

    _name = "ticket.billing.gate"
    _description = "Ticket Billing Gate"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    version = fields.Integer(help="Counts the transactions that billed the customer.")

    _unique_customer = models.Constraint(
        "UNIQUE (company_id, partner_id)", "A customer has one gate in a company."
    )

    @api.model
    def _enter(self, partners, wait=True):
        """Keep everybody else from billing these customers until the transaction ends.

        :param partners: commercial customers; the company is the environment's
        :param bool wait: wait for those who bill them now; else leave these out
        :return: the customers that are ours to bill
        """
        if not partners:
            return partners
        table, company = SQL.identifier(self._table), self.env.company
        rows = [(company.id, id_, 0) for id_ in sorted(partners.ids)]
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (company_id, partner_id, version) VALUES %s "
                "ON CONFLICT (company_id, partner_id) DO NOTHING RETURNING id",
                table,
                SQL(", ").join(rows),
            )
        )
        entered = self.env.execute_query(
            SQL(
                "UPDATE %(table)s SET version = version + 1 WHERE id IN ("
                "SELECT id FROM %(table)s WHERE company_id = %(company)s "
                "AND partner_id IN %(partners)s ORDER BY partner_id FOR UPDATE %(how)s)"
                " RETURNING partner_id",
                table=table,
                company=company.id,
                partners=tuple(partners.ids),
                how=SQL() if wait else SQL("SKIP LOCKED"),
            )
        )
        self.invalidate_model(["version"])
        return partners.browse(sorted(id_ for (id_,) in entered))
