from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestLog(TicketBillingCommon):
    """Who decided what, when and why; kept for ever."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["ticket.billing.log"]
        cls.first = cls.log.search([], limit=1).id

    def _get_new(self):
        return self.log.search([("id", ">", self.first)], order="id")

    def _assert_changes(self, record, values, kind, *expected):
        """Assert what the journal says after some values of a record were written."""
        before = self.log.search([], limit=1).id
        record.write(values)
        entries = self.log.search([("id", ">", before)], order="id")
        self.assertEqual(
            [(e.kind, e.name, e.field_name, e.before, e.after) for e in entries],
            [(kind, record.display_name, *texts) for texts in expected],
        )
        self.assertEqual(
            entries.user_id, self.env.user if expected else entries.user_id
        )
        return entries

    def test_settings_with_before_and_after(self):
        company, policy = self.company.sudo(), self.policy.sudo()
        customer = self.customer.sudo()
        contract = self._create_contract(hourly_rate=90.0)
        cases = [
            (company, {"ticket_billing_delay_minutes": 5}, ("Billing delay", "2", "5")),
            (
                company,
                {"ticket_billing_on_resolve": True},
                ("Bill when resolved", "No", "Yes"),
            ),
            (
                policy,
                {"automation_level": "off"},
                ("Automation Level", "Draft invoices", "Off"),
            ),
            (policy, {"minimum_hours": 0.5}, ("Minimum Hours", "0.25", "0.5")),
            (
                policy,
                {"ticket_product_id": self.time_product.id},
                ("Ticket Product", "Support ticket", "Support time"),
            ),
            (
                customer,
                {"ticket_billing_level": "draft"},
                ("Automation Level", "", "Draft invoices"),
            ),
            (contract, {"hourly_rate": 95.0}, ("Hourly Rate", "90.0", "95.0")),
            (
                self.stage_new,
                {"billing_event": "void"},
                ("Billing Event", "None", "Void"),
            ),
            (self.team, {"billable": False}, ("Billable", "Yes", "No")),
        ]
        for record, values, expected in cases:
            with self.subTest(values=values):
                entries = self._assert_changes(record, values, "setting", expected)
                self.assertEqual(entries.company_id, self.company)

    def test_what_stays_as_it_is_makes_no_entry(self):
        self._assert_changes(self.policy.sudo(), {"minimum_hours": 0.25}, "setting")

    def test_overrides_on_tickets_and_time(self):
        ticket = self._create_ticket(1.0)
        self._assert_changes(
            ticket, {"billable": False}, "override", ("Billable", "Yes", "No")
        )
        entry = ticket.timesheet_ids
        entry.write({"billing_rate_override": 50.0, "billing_rate_overridden": True})
        entries = self._get_new().filtered(lambda e: e.model == entry._name)
        self.assertRecordValues(
            entries.sorted("field_name"),
            [
                {"field_name": "Has Its Own Rate", "ticket_id": ticket.id},
                {"field_name": "Own Rate", "ticket_id": ticket.id},
            ],
        )
        self.assertEqual(entries.mapped("name"), [ticket.display_name] * 2)

    def test_time_without_a_ticket_makes_no_entry(self):
        entry = self._log_time(self._create_ticket(), 1.0)
        plain = entry.copy({"ticket_id": False, "project_id": self.project.id})
        self._assert_changes(plain, {"billable": False}, "override")

    def test_decisions_about_work(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        ticket.charge_ids.action_approve()
        move = ticket.invoice_ids
        ticket.charge_ids.invoice_run_id.action_undo("Wrong month")
        self._bill(ticket)
        ticket.invoice_ids.unlink()
        ticket.invalidate_recordset()
        ticket.action_write_off("Goodwill")
        ticket.action_bill_again("old")
        self.assertFalse(move.exists())
        self.assertRecordValues(
            self._get_new(),
            [
                {"kind": "approve", "amount": 900.0, "reason": ""},
                {"kind": "undo", "amount": 900.0, "reason": "Wrong month"},
                {"kind": "write_off", "amount": 900.0, "reason": "Goodwill"},
                {"kind": "again", "amount": 900.0, "reason": False},
            ],
        )
        self.assertEqual(self._get_new()[-1].after, "Old price")
        self.assertEqual(self._get_new().ticket_id, ticket)

    def test_credit(self):
        ticket = self._close(self._create_ticket(2.0))
        self._bill(ticket).action_post()
        action = ticket.action_credit()
        wizard = self.env["ticket.billing.credit"].browse(action["res_id"])
        wizard.reason = "Remote, not on site"
        wizard.line_ids.amount = 50.0
        wizard.action_confirm()
        self.assertRecordValues(
            self._get_new(),
            [{"kind": "credit", "amount": 50.0, "reason": "Remote, not on site"}],
        )

    def test_nobody_changes_or_deletes_entries(self):
        self.policy.sudo().minimum_hours = 0.5
        entry = self._get_new()
        for record in (entry, entry.sudo()):
            with self.assertRaises(UserError):
                record.reason = "Never mind"
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(AccessError):
            self.log.create({"kind": "setting", "user_id": self.env.uid})

    def test_technicians_do_not_read_it(self):
        with self.assertRaises(AccessError):
            self.log.with_user(self.agent).search([])

    def test_auditor_reads_it(self):
        auditor = new_test_user(
            self.env,
            "auditor",
            groups="ticket_billing.group_ticket_billing_auditor",
            company_id=self.company.id,
        )
        self.policy.sudo().minimum_hours = 0.5
        entry = self._get_new().with_user(auditor)
        self.assertEqual((entry.before, entry.after), ("0.25", "0.5"))

    def test_entry_opens_its_record(self):
        ticket = self._create_ticket()
        ticket.billable = False
        action = self._get_new().action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (ticket._name, ticket.id)
        )


@tagged("post_install", "-at_install")
class TestVacuum(TicketBillingCommon):
    """Old runs go, but for what touched money."""

    def _run_in(self, year, tickets, dry_run=False):
        with freeze_time(f"{year}-03-05"):
            self._close(tickets)
            self._make_due(tickets)
            run = self.env["ticket.billing.run"]._process(
                "button", tickets=tickets, dry_run=dry_run
            )
        self.env.flush_all()
        for table in ("ticket_billing_run", "ticket_billing_run_line"):
            column = "id" if table == "ticket_billing_run" else "run_id"
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = %s WHERE {column} = %s",
                [f"{year}-03-05", run.id],
            )
        self.env.invalidate_all()
        return run

    def _vacuum(self):
        self.env["ticket.billing.run"].sudo()._gc_runs()

    def test_what_touched_money_is_kept(self):
        billed, empty = self._create_ticket(1.0), self._create_ticket()
        blocked = self._create_ticket(1.0, partner_id=False)
        dry = self._run_in("2022", self._create_ticket(1.0), dry_run=True)
        skipped = self._run_in("2022", empty)
        mixed = self._run_in("2022", billed + blocked)
        recent = self._run_in("2026", self._create_ticket())
        self._vacuum()
        self.assertFalse(dry.exists())
        self.assertFalse(skipped.exists())
        self.assertTrue(recent.exists())
        self.assertEqual(mixed.line_ids.ticket_id, billed)
        self.assertRecordValues(
            mixed, [{"found": 2, "invoiced": 1, "blocked": 1, "amount": 100.0}]
        )
        self.assertEqual(blocked.billing_state, "blocked")

    def test_open_trial_is_kept(self):
        self.policy.sudo().automation_level = "shadow"
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        run = self._run_schedule()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ticket_billing_run_line SET create_date = '2022-03-05'"
        )
        self._vacuum()
        self.assertTrue(run.line_ids.exists())

    def test_nobody_deletes_runs(self):
        run = self._run_in("2022", self._create_ticket())
        for records in (run, run.line_ids):
            with self.assertRaises(UserError):
                records.sudo().unlink()
