import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestConcurrency(ConcurrencyCommon):
    def test_stale_reader_collides_instead_of_billing_twice(self):
        with self._transaction() as env:
            self._switch_on(env)
        for trigger in ("button", "command", "api"):
            with self.subTest(trigger=trigger):
                with self._stale_transaction() as env:
                    self._read_early(env)
                    with self._transaction() as fresh:
                        self._process(fresh, "button")
                    with (
                        mute_logger("odoo.sql_db"),
                        self.assertRaises(psycopg2.errors.SerializationFailure),
                    ):
                        self._process(env, trigger)
                self.assertEqual(self._count_invoices(), (1, 1))
                self._bill_anew()

    def test_ticket_in_work_elsewhere_is_left_alone(self):
        with self._transaction() as first:
            ticket = first["helpdesk.ticket"].browse(self.ids["ticket"])
            ticket.lock_for_update(allow_referencing=True)
            with self._transaction() as second:
                run = self._process(second, "button")
                self.assertEqual(run.line_ids.outcome, "skipped")
                self.assertIn("someone else", run.line_ids.reason)

    def test_two_claims_of_the_same_work_collide(self):
        with self._stale_transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
            rating = env["ticket.billing.rating"].with_company(company)._rate(ticket)
            with self._transaction() as fresh:
                self._process(fresh, "button")
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                env["ticket.billing.charge"]._claim(rating[0].charges)
        self.assertEqual(self._count_invoices(), (1, 1))

    def _set_up_included_hour(self, env):
        """Make a second ticket of the customer, whose contract includes one hour."""
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        contract = env["contract.contract"].create(
            {
                "name": "One hour included",
                "company_id": ticket.company_id.id,
                "partner_id": ticket.partner_id.id,
                "covers_tickets": True,
                "hour_allowance": "limited",
                "included_hours": 1.0,
                "allowance_period": "contract",
                "date_start": "2020-01-01",
            }
        )
        self.ids["contract"] = contract.id
        self._set_up_second(env)
        self.addCleanup(self._clean_up_contract)

    def _clean_up_contract(self):
        with self._transaction() as env:
            env["contract.contract"].browse(self.ids["contract"]).active = False

    def test_two_runs_do_not_draw_the_same_included_hour(self):
        with self._transaction() as env:
            self._set_up_included_hour(env)
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as fresh:
                self._process(fresh, "button")
            second = env["helpdesk.ticket"].browse(self.ids["second"])
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                env["ticket.billing.run"]._process("button", tickets=second)
        with self._transaction() as env:
            contract = env["contract.contract"].browse(self.ids["contract"])
            self.assertEqual(contract.current_period_hours, 1.0)

    def test_terms_that_change_during_a_rating_are_found(self):
        """Neither transaction sees the other; the hourly search sees both."""
        with self._transaction() as env:
            self._set_up_included_hour(env)
            contract = env["contract.contract"].browse(self.ids["contract"])
            policy = contract.company_id.ticket_billing_policy_id
            contract.hour_allowance = "none"
            contract.ticket_billing_policy_id = policy.copy({"approval": "all"})
        with self._transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                contract = other["contract.contract"].browse(self.ids["contract"])
                contract.write({"hourly_rate_source": "fixed", "hourly_rate": 20.0})
            self._process_second(env)
            self.assertEqual(self._get_second(env).price_unit, 100.0)
        with self._transaction() as env:
            env["ticket.billing.charge"]._get_outdated().ticket_id._on_billing_change(
                "The terms changed while the work was rated."
            )
            contract = env["contract.contract"].browse(self.ids["contract"])
            contract.ticket_billing_policy_id.approval = "none"
        with self._transaction() as env:
            self._process_second(env)
            charge = self._get_second(env)
            self.assertEqual((charge.price_unit, charge.state), (20.0, "invoiced"))

    def _get_second(self, env):
        return env["helpdesk.ticket"].browse(self.ids["second"])._get_charges()
