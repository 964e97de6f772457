from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .bad_values import HARMFUL, NO_RECORDS, ODD
from .common_bad_values import BadValuesCommon

# Too few and something was left out of the lists
FEWEST_VALUES = 165
MANY = 1_000


@tagged("post_install", "-at_install")
class TestBadValues(BadValuesCommon):
    """Nothing that cannot be calculated with or kept gets into a setting, a wizard or
    an argument."""

    def test_there_are_enough_values(self):
        kinds = {id(values): values for values in (*HARMFUL.values(), NO_RECORDS)}
        self.assertGreaterEqual(sum(map(len, kinds.values())), FEWEST_VALUES)
        self.assertEqual(len(ODD), len(set(ODD)))

    def test_settings(self):
        settings = self.env["res.config.settings"]
        names = self._get_own_fields(settings)
        self.assertIn("ticket_billing_rounding_increment", names)
        self.assertGreater(self._check_fields(settings, method="create"), MANY // 5)

    def test_company(self):
        self.assertGreater(self._check_fields(self.company), MANY // 10)

    def test_policy_and_work_type(self):
        work_type = self.env["ticket.billing.work.type"].create({"name": "On site"})
        count = self._check_fields(self.policy) + self._check_fields(work_type)
        self.assertGreater(count, MANY // 5)
        model = self.env["ticket.billing.policy"]
        self._check_fields(model, ["name", "due_days"], "create")

    def test_terms_of_contracts(self):
        template = self.env["contract.template"].sudo().create({"name": "Support"})
        self.assertGreater(self._check_fields(self._create_contract()), MANY // 10)
        self._check_fields(template, ["hourly_rate", "ticket_allowance"])

    def test_customer_stage_team_and_category(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Hardware"})
        for records in (self.customer, self.stage_done, self.team, category):
            self.assertGreater(self._check_fields(records), 0)

    def test_defaults_of_the_context(self):
        manager = new_test_user(
            self.env,
            "manager_of_defaults",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=self.company.id,
        )
        decisions = self.env["ticket.billing.decision"].with_user(manager)
        for value in ("nul\x00byte", ["x"], 7):
            with self.subTest(value=value), self.assertRaises(ValidationError):
                decisions.with_context(default_reason=value).create(
                    {"decision": "reject"}
                )

    def test_ticket_and_time(self):
        ticket = self._create_ticket(1.0)
        self.assertGreater(self._check_fields(ticket), 50)
        entry = ticket.timesheet_ids
        self.assertGreater(self._check_fields(entry), 50)
        values = {"name": "x", "ticket_id": ticket.id, "unit_amount": 1.0}
        names = ["billing_work_type_id", "billing_rate_override", "billable"]
        self._check_fields(entry.browse(), names, "create", **values)

    def test_ledger_runs_and_journal_take_nothing(self):
        self._bill_new(1.0)
        for name in ("charge", "run", "run.line", "log"):
            record = self.env[f"ticket.billing.{name}"].sudo().search([], limit=1)
            record = record or self._log_something()
            for field in self._get_own_fields(record):
                kind = record._fields[field].type
                with self.subTest(model=record._name, field=field):
                    self._check_refused(record, "write", {field: HARMFUL[kind][0]})

    def _log_something(self):
        return self.env["ticket.billing.log"]._note("setting", self.policy)

    def test_wizards(self):
        move = self._bill_new(1.0)
        move.action_post()
        charge = move.sudo().invoice_line_ids.charge_ids
        run = charge.invoice_run_id
        credit = self.env["ticket.billing.credit"].create({})
        review = self.env["ticket.billing.review"].create({})
        values = {
            "credit": {},
            "credit.line": {"credit_id": credit.id, "charge_id": charge.id},
            "decision": {"decision": "again"},
            "override": {"move_id": move.id, "reason": "fine"},
            "review": {},
            "review.line": {"review_id": review.id, "charge_id": charge.id},
            "trial": {},
            "undo": {"run_id": run.id},
            "up.to": {},
        }
        count = 0
        for name, needed in values.items():
            model = self.env[f"ticket.billing.{name}"]
            self.assertTrue(self._call(model, "create", needed), name)
            count += self._check_fields(model, method="create", **needed)
        self.assertGreater(count, MANY // 5)

    @mute_logger("odoo.sql_db")
    def test_numbers_of_the_system_are_finite(self):
        """Whatever way a number takes, the database has none that is none."""
        nan = float("nan")
        records = {
            self.policy: "rounding_increment",
            self.company: "ticket_billing_daily_limit",
            self._create_contract(): "hourly_rate",
            self._create_ticket(1.0).timesheet_ids: "billing_rate_override",
            self._bill_new(1.0).sudo().invoice_line_ids.charge_ids: "price_unit",
            self.env["ticket.billing.work.type"].create(
                {"name": "Travel"}
            ): "multiplier",
        }
        self.env.flush_all()
        for record, name in records.items():
            for value in (nan, float("inf"), 1e308):
                query = f"UPDATE {record._table} SET {name} = %s WHERE id = %s"
                with self.subTest(model=record._name, value=value):
                    with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                        self.env.cr.execute(query, [value, record.id])

    def test_bounds(self):
        """Numbers that are too small or too large for what they say."""
        wrong = {
            "ticket_billing_delay_minutes": (-1, 600_000),
            "ticket_billing_batch_size": (0, -1, 20_000),
            "ticket_billing_max_attempts": (0, -1, 2_000),
            "ticket_billing_daily_limit": (-0.01,),
            "ticket_billing_check_percent": (-1, 2_000_000),
            "ticket_billing_due_days": (-1, 4_000),
            "ticket_billing_approval_hours": (-0.01,),
            "ticket_billing_minimum_hours": (-0.25, 0.001),
            "ticket_billing_rounding_increment": (0.0, -0.25, 0.001),
        }
        settings = self.env["res.config.settings"]
        for name, values in wrong.items():
            for value in values:
                with self.subTest(field=name, value=value):
                    records = settings if name in settings._fields else self.company
                    method = "create" if records == settings else "write"
                    error = self._get_refusal(records, method, {name: value})
                    self.assertTrue(str(error or ""))

    def test_days_at_the_edge(self):
        """The first and the last day that are taken do no harm."""
        ticket = self._create_ticket(1.0)
        for tz in ("Pacific/Auckland", "America/Los_Angeles"):
            self.company.partner_id.tz = tz
            for day in ("1900-01-01", "2999-12-31"):
                self._call(self.company, "write", {"ticket_billing_start_date": day})
                ticket.stage_id = self.stage_new
                ticket.stage_id = self.stage_done
                self.assertEqual(ticket.billing_event, "close")

    def test_odd_values_are_kept(self):
        for text in ODD:
            with self.subTest(text=text[:60]):
                self._call(self.policy, "write", {"name": text})
                self.assertEqual(self.policy.name, text)
        self.policy.flush_recordset()

    def test_hours_of_a_time_entry_are_a_number(self):
        entry = self._create_ticket(1.0).timesheet_ids
        for value in (float("nan"), float("inf"), 1e308):
            error = self._get_refusal(entry, "write", {"unit_amount": value})
            self.assertTrue(error, value)
        self.assertEqual(entry.unit_amount, 1.0)


@tagged("post_install", "-at_install")
class TestBadArguments(BadValuesCommon):
    """What is handed to public methods."""

    def setUp(self):
        super().setUp()
        self.policy.sudo().approval = "all"
        self.ticket = self._close(self._create_ticket(1.0))
        self.ticket.action_generate_invoice()
        self.charge = self.ticket.sudo()._get_charges().with_env(self.env)

    def _check_argument(self, records, method, name, kind, **others):
        for value in HARMFUL[kind]:
            with self.subTest(method=method, argument=name, value=repr(value)[:60]):
                self._check_refused(records, method, **{**others, name: value})

    def test_reasons(self):
        run = self.env["ticket.billing.run"].search([], limit=1)
        for records, method in (
            (self.charge, "action_reject"),
            (self.charge, "action_write_off"),
            (self.charge, "action_change"),
            (self.ticket, "action_write_off"),
            (run, "action_undo"),
        ):
            self._check_argument(records, method, "reason", "char")
        self.assertEqual(self.charge.state, "to_approve")

    def test_empty_reasons(self):
        for reason in ("", " ", "\n\t ", None, False, "\u00a0"):
            error = self._get_refusal(self.charge, "action_reject", reason=reason)
            self.assertIn("Say what is to be corrected", str(error))

    def test_quantity_and_price(self):
        for name in ("quantity", "price_unit"):
            self._check_argument(
                self.charge, "action_change", name, "float", reason="fine"
            )
        for values in ({"quantity": -1}, {"quantity": 0}, {"price_unit": -0.01}):
            error = self._get_refusal(
                self.charge, "action_change", reason="fine", **values
            )
            self.assertTrue(error)
        self.assertEqual((self.charge.quantity, self.charge.price_unit), (1.0, 100.0))

    def test_price_of_bill_again(self):
        for value in HARMFUL["selection"]:
            error = self._get_refusal(self.charge, "action_bill_again", price=value)
            self.assertIn("today or the old one", str(error))

    def test_days_of_statistics(self):
        runs = self.env["ticket.billing.run"]
        for name in ("date_from", "date_to"):
            self._check_argument(runs, "get_statistics", name, "date")
        self._call(runs, "get_statistics", "1900-01-01", "2999-12-31")
        self._call(runs, "get_statistics", fields.Date.today(), "")

    def test_ids(self):
        methods = {
            "helpdesk.ticket": {
                "get_billing_preview": {},
                "generate_invoice": {},
                "action_preview_billing": {},
                "action_generate_invoice": {},
                "action_bill_again": {},
                "action_write_off": {"reason": "x"},
                "action_open_bill_again": {},
                "action_open_write_off": {},
                "action_open_review": {},
                "action_open_reject": {},
                "action_credit": {},
                "action_view_invoices": {},
                "action_view_charges": {},
                "action_set_billable": {},
                "action_open_contract_choice": {},
            },
            "ticket.billing.charge": {
                "action_explain": {},
                "action_approve": {},
                "action_reject": {"reason": "x"},
                "action_change": {"reason": "x"},
                "action_write_off": {"reason": "x"},
                "action_bill_again": {},
                "action_invoice": {},
                "action_credit": {},
                "action_open_review": {},
                "action_open_reject": {},
                "action_open_write_off": {},
                "action_open_bill_again": {},
            },
            "ticket.billing.run": {
                "action_undo": {"reason": "x"},
                "action_open_undo": {},
            },
            "ticket.billing.run.line": {
                "action_decide_trial": {},
                "action_open_ticket": {},
            },
            "ticket.billing.log": {"action_open_record": {}},
            "ticket.billing.policy": {"action_view_trials": {}},
            "res.partner": {"action_view_trials": {}},
            "contract.contract": {
                "action_view_agreement_tickets": {},
                "action_view_ticket_charges": {},
                "action_view_ticket_periods": {},
            },
            "account.analytic.line": {"action_bill_now": {}},
            "account.move": {
                "action_keep_ticket_draft": {},
                "action_retry_ticket_posting": {},
                "action_override_ticket_checks": {"reason": "x"},
                "action_open_override": {},
                "action_view_billed_tickets": {},
                "action_view_ticket_charges": {},
                "action_credit_ticket_work": {},
            },
            "ticket.billing.credit": {"action_confirm": {}},
            "ticket.billing.decision": {"action_confirm": {}},
            "ticket.billing.override": {"action_confirm": {}},
            "ticket.billing.contract.choice": {"action_confirm": {}},
            "ticket.billing.preview": {
                "action_confirm": {},
                "confirm_step": {"ticket_ids": []},
            },
            "ticket.billing.review": {"action_approve": {}, "action_save": {}},
            "ticket.billing.trial": {"action_confirm": {}},
            "ticket.billing.undo": {"action_confirm": {}},
            "ticket.billing.up.to": {"action_preview": {}, "action_view_undecided": {}},
        }
        for name, arguments in methods.items():
            for method, kwargs in arguments.items():
                for ids in NO_RECORDS:
                    with self.subTest(model=name, method=method, ids=repr(ids)[:60]):
                        self._check_refused(self.env[name], method, ids=ids, **kwargs)
