from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import table_exists

ARCHIVE = "ticket_billing_charge_archive"
MOST_TICKETS = 20


class TicketBillingCharge(models.Model):
    """What becomes of the ledger when the addon is uninstalled."""

    _inherit = "ticket.billing.charge"

    @api.model
    def _check_uninstall(self):
        """Refuse to uninstall while somebody has to do something about charges.

        :raise UserError: with the tickets and what their work waits for
        """
        pending = Domain("state", "in", ("to_approve", "ready", "invoiced"))
        charges = self.search(pending | Domain("is_waiting", "=", True), order="id")
        if not charges:
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        lines = [
            f"{ticket._get_number()}: "
            f"{', '.join(dict.fromkeys(labels[c.state] for c in own))}"
            for ticket, own in charges.grouped("ticket_id").items()
        ]
        if len(lines) > MOST_TICKETS:
            rest = len(lines) - MOST_TICKETS
            more = self.env._("and %(count)s more tickets", count=rest)
            lines = [*lines[:MOST_TICKETS], more]
        raise UserError(
            self.env._(
                "Ticket Billing cannot be uninstalled while work waits for approval, "
                "for its invoice or for a decision. Post, delete, bill again or write "
                "off first:\n%(tickets)s",
                tickets="\n".join(lines),
            )
        )

    @api.model
    def _archive_ledger(self):
        """Copy the ledger into a table that stays when the addon is gone."""
        self.env.flush_all()
        self.env.execute_query(SQL(CREATE_ARCHIVE, table=SQL.identifier(ARCHIVE)))
        lang = self.env.user.lang or "en_US"
        values = {"table": SQL.identifier(ARCHIVE), "lang": lang}
        self.env.execute_query(SQL(FILL_ARCHIVE, **values))

    @api.model
    def _has_archive(self):
        """Return whether an earlier installation left its ledger."""
        return table_exists(self.env.cr, ARCHIVE)


CREATE_ARCHIVE = """
    CREATE TABLE IF NOT EXISTS %(table)s (
        archived_on timestamp, charge_id integer, source_key varchar, state varchar,
        ticket_id integer, ticket_number varchar, customer_id integer, customer varchar,
        company_id integer, company varchar, service_date date, work varchar,
        done_by varchar, product varchar, worked_hours numeric, rated_quantity numeric,
        covered_quantity numeric, quantity numeric, price_unit numeric, amount numeric,
        covered_amount numeric, invoiced_amount numeric, credited_amount numeric,
        written_off_amount numeric, currency varchar, invoices varchar, reason varchar,
        explanation jsonb
    )
"""
FILL_ARCHIVE = """
    INSERT INTO %(table)s
    SELECT now() AT TIME ZONE 'UTC', charge.id, charge.source_key, charge.state,
           ticket.id, ticket.number, partner.id, partner.complete_name,
           company.id, company.name, charge.service_date, charge.name, employee.name,
           COALESCE(template.name ->> %(lang)s, template.name ->> 'en_US'),
           charge.worked_hours, charge.rated_quantity, charge.covered_quantity,
           charge.quantity, charge.price_unit, charge.amount, charge.covered_amount,
           charge.invoiced_amount, charge.credited_amount, charge.written_off_amount,
           currency.name, documents.names, charge.reason, charge.explanation
      FROM ticket_billing_charge charge
      JOIN helpdesk_ticket ticket ON ticket.id = charge.ticket_id
      JOIN res_partner partner ON partner.id = charge.partner_id
      JOIN res_company company ON company.id = charge.company_id
      JOIN res_currency currency ON currency.id = charge.currency_id
      JOIN product_product product ON product.id = charge.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
 LEFT JOIN hr_employee employee ON employee.id = charge.employee_id
 LEFT JOIN (
            SELECT rel.charge_id, string_agg(DISTINCT move.name, ', ') AS names
              FROM ticket_billing_charge_aml_rel rel
              JOIN account_move_line line ON line.id = rel.line_id
              JOIN account_move move ON move.id = line.move_id
          GROUP BY rel.charge_id
           ) documents ON documents.charge_id = charge.id
  ORDER BY charge.id
"""
