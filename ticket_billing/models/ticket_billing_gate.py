from psycopg2.errors import SerializationFailure

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
        :param bool wait: wait for those who bill them now, and let the server try again
            with what these have written; else leave such customers out
        :return: the customers that are ours to bill
        :raise SerializationFailure: if ``wait``, and somebody has billed a customer
            since this transaction began
        """
        ours = self._try_lock(partners.sorted("id"), wait)
        if wait:
            self._change_rows(ours)
            return ours
        return self._filter_fresh(ours)

    @api.model
    def _change_rows(self, partners):
        """Count up the versions of customers, which fails for what others changed."""
        if not partners:
            return
        rows = [(self.env.company.id, id_, 1) for id_ in partners.ids]
        query = SQL(
            "INSERT INTO %(table)s (company_id, partner_id, version) "
            "VALUES %(rows)s ON CONFLICT (company_id, partner_id) "
            "DO UPDATE SET version = %(table)s.version + 1",
            table=SQL.identifier(self._table),
            rows=SQL(", ").join(rows),
        )
        self.env.cr.execute(query, log_exceptions=False)
        self.invalidate_model(["version"])

    @api.model
    def _filter_fresh(self, partners):
        """Return the customers that nobody has billed since this transaction began."""
        try:
            with self.env.cr.savepoint(flush=False):
                self._change_rows(partners)
        except SerializationFailure:
            if len(partners) == 1:
                return partners.browse()
            return partners.browse().concat(*map(self._filter_fresh, partners))
        return partners

    @api.model
    def _try_lock(self, partners, wait):
        """Return the customers that nobody else bills, until the transaction ends.

        By a lock of its own: the row may not be there yet, and an insert would wait.
        """
        if not partners:
            return partners
        keys = [f"{self._table},{self.env.company.id},{id_}" for id_ in partners.ids]
        locked = self.env.execute_query(
            SQL(
                "SELECT partner.id FROM unnest(%(ids)s, %(keys)s) AS partner(id, key) "
                "WHERE %(lock)s",
                ids=partners.ids,
                keys=keys,
                lock=SQL("pg_advisory_xact_lock(hashtextextended(key, 0)) IS NOT NULL")
                if wait
                else SQL("pg_try_advisory_xact_lock(hashtextextended(key, 0))"),
            )
        )
        return partners.browse(id_ for (id_,) in locked)
