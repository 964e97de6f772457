from datetime import timedelta

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .common_health import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthLedger(HealthCommon):
    """Charges beside their invoices. The ledger is broken in the database itself: the
    product has no other way to do it."""

    def _break(self, charges, assignments):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE ticket_billing_charge SET {assignments} WHERE id = ANY(%s)",
            [charges.ids],
        )
        charges.invalidate_recordset()

    def _credit(self, invoice, **values):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, **values})
        return self.env["account.move"].browse(wizard.reverse_moves()["res_id"])

    def _check_all_agree(self):
        self._check_finding("states", "ok", "Each charge says")
        finding = self._find("sums")
        self.assertEqual(finding["status"], "ok", finding["message"])

    # States

    def test_states_of_a_whole_life_agree(self):
        """Draft, posted, credited in part and as a whole, billed again, written off,
        cancelled, deleted, several charges on a line: no false alarm at any step."""
        self.policy.sudo().line_detail = "total"
        tickets = self._create_ticket(0.33, 1.0) + self._create_ticket(0.5)
        invoice = self._close_and_bill(tickets)
        self._check_all_agree()
        invoice.invoice_line_ids[0].price_unit = 33.33
        self._check_all_agree()
        invoice.action_post()
        self._check_all_agree()
        part = self._credit(invoice)
        part.invoice_line_ids[0].quantity = 0.25
        self._check_all_agree()
        part.action_post()
        self._check_all_agree()
        self.assertEqual(set(tickets.charge_ids.mapped("state")), {"billed"})
        rest = self._credit(invoice)
        rest.invoice_line_ids[0].quantity -= 0.25
        rest.action_post()
        self.assertIn("credited", tickets.charge_ids.mapped("state"))
        self._check_all_agree()
        tickets[0].action_bill_again()
        self._check_all_agree()
        tickets[1].charge_ids.action_write_off("Goodwill")
        self._check_all_agree()
        tickets[0].invoice_ids.sudo().filtered(lambda m: m.state == "draft").unlink()
        self._check_all_agree()

    def test_states_with_covered_cancelled_and_void_work_agree(self):
        self._create_contract(hour_allowance="limited", included_hours=1.5)
        self.policy.sudo().approval = "none"
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        self._close_and_bill(tickets)
        tickets.invoice_ids.button_cancel()
        waiting = self._create_ticket(9.0, partner_id=self._create_customer("Z").id)
        self.policy.sudo().approval = "all"
        self._close_and_bill(waiting)
        self._log_time(waiting, 1.0)
        states = (tickets | waiting).sudo().charge_ids.mapped("state")
        self.assertEqual(set(states), {"covered", "released", "void"})
        self._check_all_agree()

    def test_wrong_states(self):
        draft, posted, deleted = tickets = self.env["helpdesk.ticket"].concat(
            *[
                self._create_ticket(1.0, partner_id=self._create_customer(name).id)
                for name in ("Draft", "Posted", "Deleted")
            ]
        )
        self._close_and_bill(tickets)
        posted.invoice_ids.action_post()
        deleted.invoice_ids.sudo().unlink()
        self._check_all_agree()
        cases = [
            (draft, "state = 'billed'"),
            (draft, "state = 'released'"),
            (draft, "state = NULL"),
            (draft, "was_invoiced = FALSE, state = rating_state"),
            (draft, "is_void = TRUE"),
            (posted, "state = 'invoiced'"),
            (posted, "state = 'credited'"),
            (posted, "state = 'ready'"),
            (deleted, "state = 'billed'"),
            (deleted, "state = 'written_off'"),
        ]
        for ticket, assignments in cases:
            with self.subTest(assignments=assignments):
                charge = ticket.charge_ids
                state, was = charge.state, charge.was_invoiced
                self._break(charge, assignments)
                self._check_finding("states", "error", "their invoices say: 1", charge)
                self._break(
                    charge, f"state = '{state}', was_invoiced = {was}, is_void = FALSE"
                )
                self._check_finding("states", "ok", "Each charge says")

    def test_partly_credited_is_not_credited(self):
        ticket = self._create_ticket(1.0)
        invoice = self._close_and_bill(ticket)
        invoice.action_post()
        part = self._credit(invoice)
        part.invoice_line_ids[0].quantity = 0.99
        part.action_post()
        self._break(ticket.charge_ids, "state = 'credited'")
        self._check_finding("states", "error", "1", ticket.charge_ids)

    # Sums

    def test_sums_are_shown_and_compared_by_currency(self):
        self._check_finding("sums", "ok", "Nothing was invoiced yet")
        euro = self._create_customer("Euro")
        currency = self.env.ref("base.EUR")
        currency.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": currency.id}
        )
        euro.property_product_pricelist = pricelist
        self._create_rate(currency, 0.5)
        tickets = self._create_ticket(1.0) + self._create_ticket(
            2.0, partner_id=euro.id
        )
        self._close_and_bill(tickets)
        finding = self._check_finding("sums", "ok", "EUR: the ledger has 100.00")
        self.assertIn("USD: the ledger has 100.00", finding["message"])

    def _create_rate(self, currency, rate):
        self.env["res.currency.rate"].sudo().create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": rate,
            }
        )

    def test_one_cent_off(self):
        ticket = self._create_ticket(1.0)
        invoice = self._close_and_bill(ticket)
        invoice.action_post()
        self._credit(invoice).action_post()
        charge = ticket.charge_ids
        for column in ("invoiced_amount", "credited_amount"):
            with self.subTest(column=column):
                self._break(charge, f"{column} = {column} - 0.01")
                finding = self._check_finding("sums", "error", "99.99", charge)
                self.assertIn("100.00", finding["message"])
                self._break(charge, f"{column} = {column} + 0.01")
                self._check_finding("sums", "ok", "100.00")

    def test_errors_that_make_up_for_each_other(self):
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        self._close_and_bill(tickets)
        first, second = tickets.charge_ids
        self._break(first, "invoiced_amount = invoiced_amount + 5")
        self._break(second, "invoiced_amount = invoiced_amount - 5")
        self._check_finding("sums", "error", "that are off: 2", first + second)

    def test_cent_of_a_shared_line(self):
        """No charge is off by more than rounding allows, but the sum is."""
        self.policy.sudo().line_detail = "total"
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        self._close_and_bill(tickets)
        charges = tickets.charge_ids
        self._break(charges[0], "invoiced_amount = invoiced_amount + 0.01")
        finding = self._check_finding("sums", "error", "200.01", charges)
        self.assertIn("200.00", finding["message"])
        self._break(charges[1], "invoiced_amount = invoiced_amount - 0.01")
        self._check_finding("sums", "ok", "200.00")

    def test_line_that_changed_behind_the_ledger(self):
        ticket = self._create_ticket(1.0)
        line = self._get_lines(self._close_and_bill(ticket))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET price_subtotal = 90 WHERE id = %s", [line.id]
        )
        self._check_finding("sums", "error", "90.00", ticket.charge_ids)

    def test_link_that_is_gone(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        charge = ticket.charge_ids
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM ticket_billing_charge_aml_rel WHERE charge_id = %s",
            [charge.id],
        )
        self._check_finding("states", "error", "1", charge)
        self._check_finding("sums", "error", "0.00", charge)

    def test_other_companys_ledger_is_not_looked_at(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self._break(ticket.charge_ids, "state = 'billed', invoiced_amount = 1")
        for key in ("states", "sums"):
            self.assertEqual(self._find(key, other)["status"], "ok")
            self.assertEqual(self._find(key)["status"], "error")


@tagged("post_install", "-at_install")
class TestHealthAccounted(HealthCommon):
    """Closed tickets of which no step of billing knows."""

    def _update(self, ticket, assignments):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE helpdesk_ticket SET {assignments} WHERE id = ANY(%s)", [ticket.ids]
        )
        ticket.invalidate_recordset()

    def _get_one_in_each_state(self):
        """Return tickets that wait, are blocked, billed and so on."""
        new = self._create_ticket
        pending = self._close(new(1.0))
        held = self._close(new(1.0))
        held.sudo().billing_is_held = True
        blocked = self._close(new(1.0, partner_id=False))
        self._run_due(blocked)
        to_approve = new(9.0)
        invoiced, released = new(1.0), new(1.0)
        nothing = new()
        for ticket in (to_approve, invoiced, nothing, released):
            self._close_and_bill(ticket)
        credited = new(1.0, partner_id=self._create_customer("Credited").id)
        invoice = self._close_and_bill(credited)
        invoice.action_post()
        invoice._reverse_moves(cancel=True)
        return pending | held | blocked | to_approve | invoiced | nothing | credited

    def test_every_known_state_is_accounted_for(self):
        self._check_finding("unaccounted", "ok", "No billable ticket was closed")
        tickets = self._get_one_in_each_state()
        self._create_ticket(1.0)
        self._let_search_pass()
        finding = self._check_finding("unaccounted", "ok", "accounted for")
        self.assertIn(f"began: {len(tickets) + 1}, each", finding["message"])
        for part in ("Pending 2", "Blocked 1", "To Approve 1", "Not Billable 1"):
            self.assertIn(part, finding["message"])

    def test_lost_tickets(self):
        ticket = self._create_ticket(1.0)
        cases = [
            "billing_pending = FALSE",
            "billing_event = 'none', billing_pending = FALSE",
            "billing_state = NULL",
            "billing_state = 'open'",
        ]
        self._close(ticket)
        for assignments in cases:
            with self.subTest(assignments=assignments):
                self._update(ticket, assignments)
                # The next search for forgotten tickets gets its chance
                self._run_crons(self.env.cr.now() - timedelta(hours=1))
                self._check_finding("unaccounted", "ok", "")
                self._let_search_pass()
                self._check_finding("unaccounted", "error", "knows of: 1", ticket)
                self._update(
                    ticket,
                    "billing_event = 'close', billing_pending = TRUE, "
                    "billing_state = 'pending'",
                )
                self._check_finding("unaccounted", "ok", "Pending 1")

    def test_search_that_does_not_run(self):
        """After twice its interval it should have found what was lost."""
        ticket = self._close(self._create_ticket(1.0))
        self._update(ticket, "billing_pending = FALSE")
        cron = self.env.ref("ticket_billing.ir_cron_catch_up").sudo()
        for last in (False, self.env.cr.now() - timedelta(days=3)):
            with self.subTest(last=last):
                cron.lastcall = last
                self._age(ticket, 0)
                self._check_finding("unaccounted", "ok", "")
                self._age(ticket, 3)
                self._check_finding("unaccounted", "error", "1", ticket)

    def _age(self, ticket, hours):
        moment = self.env.cr.now() - timedelta(hours=hours)
        self.env.flush_all()
        for table, column in (
            ("helpdesk_ticket", "id"),
            ("account_analytic_line", "ticket_id"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET write_date = %s WHERE {column} = %s",
                [moment, ticket.id],
            )

    def test_catch_up_mends_what_is_lost(self):
        ticket = self._close(self._create_ticket(1.0))
        self._update(ticket, "billing_pending = FALSE")
        self._let_search_pass()
        self._check_finding("unaccounted", "error", "1", ticket)
        self._run_catch_up()
        self._check_finding("unaccounted", "ok", "Pending 1")

    def test_time_that_has_no_charge(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self._log_time(ticket, 1.0)
        self._let_search_pass()
        self._check_finding("unaccounted", "ok", "Pending 1")
        self._update(ticket, "billing_pending = FALSE")
        self._check_finding("unaccounted", "error", "1", ticket)
        self._run_crons(self.env.cr.now() - timedelta(hours=1))
        self._update(ticket, "write_date = '2020-01-01'")
        self._check_finding("unaccounted", "ok", "")

    def test_ready_work_that_no_run_takes(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._close(self._create_ticket(1.0))
        self._run_due(ticket)
        self.assertEqual(ticket.billing_state, "ready")
        self._let_search_pass()
        # Time alone makes it due; no search had a chance to find it
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        ticket.charge_ids.sudo().invoice_from = tomorrow
        self._let_search_pass(f"{fields.Date.today()} 23:55:00")
        with freeze_time(f"{tomorrow} 00:05:00"):
            self._check_finding("unaccounted", "ok", "Ready 1")
        ticket.charge_ids.sudo().invoice_from = "2020-01-01"
        self._let_search_pass()
        self._check_finding("unaccounted", "error", "1", ticket)

    def test_released_work_that_does_not_wait(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).sudo().unlink()
        self._let_search_pass()
        self._check_finding("unaccounted", "ok", "Released 1")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ticket_billing_charge SET is_waiting = FALSE WHERE ticket_id = %s",
            [ticket.id],
        )
        self._check_finding("unaccounted", "error", "1", ticket)

    def test_what_nobody_has_to_bill(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Internal"})
        category.billable = False
        tickets = self._create_ticket(1.0) + self._create_ticket(
            1.0, category_id=category.id
        )
        tickets[0].sudo().duplicate_id = self._create_ticket()
        self._close(tickets)
        self._update(tickets, "billing_pending = FALSE")
        early = self._close(self._create_ticket(1.0))
        self._update(
            early, "billing_pending = FALSE, billing_event_date = '2019-12-31'"
        )
        self._let_search_pass()
        self._check_finding("unaccounted", "ok", "No billable ticket was closed")

    # Stages

    def test_stages(self):
        self._check_finding("stages", "ok", "Each closed stage")
        stages = self.env["helpdesk.ticket.stage"]
        stage = stages.create({"name": "Archived", "closed": True})
        self._check_finding("stages", "warning", "event: Archived", stage)
        ticket = self._create_ticket(1.0)
        ticket.stage_id = stage
        self._check_finding("stages", "error", "not billed: 1", stage)
        ticket.sudo().billable = False
        self._check_finding("stages", "warning", "not billed: 0", stage)
        stage.billing_event = "void"
        self._check_finding("stages", "ok", "Each closed stage")

    def test_stages_of_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.env["helpdesk.ticket.stage"].sudo().create(
            {"name": "Theirs", "closed": True, "company_id": other.id}
        )
        self._check_finding("stages", "ok", "Before you begin", company=other)
        other.ticket_billing_enabled = True
        self._check_finding("stages", "warning", "Theirs", company=other)
        self._check_finding("stages", "ok", "Each closed stage")

    def test_team_of_customers_with_open_tickets(self):
        """Open tickets and new ones are nobody's loss."""
        self._create_ticket(1.0)
        self._let_search_pass()
        self.team.write({"user_ids": [Command.clear()]})
        self._check_finding("unaccounted", "ok", "No billable ticket was closed")
