from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_repr

from .ticket_billing_run_line import OUTCOMES

CRONS = ("ir_cron_process_tickets", "ir_cron_catch_up")
SWITCHES = {
    "enabled": "ticket_billing_enabled",
    "on_close": "ticket_billing_on_close",
    "on_resolve": "ticket_billing_on_resolve",
    "delay_minutes": "ticket_billing_delay_minutes",
}


class TicketBillingRun(models.Model):
    """How billing stands at the moment, as plain data. Reads as the system."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_status(self, companies, days):
        """Return switches, backlog, last runs and statistics of companies, and the
        scheduled actions.

        Moments are texts in UTC, amounts texts with the decimals of their currency.

        :param int days: how many days the statistics go back, today included
        """
        return {
            "companies": [
                self.with_context(allowed_company_ids=company.ids)._get_company_status(
                    company, days
                )
                for company in companies
            ],
            "scheduled_actions": [self._get_cron_status(name) for name in CRONS],
        }

    @api.model
    def _get_company_status(self, company, days):
        today = company._get_ticket_billing_date(fields.Datetime.now())
        first = fields.Date.subtract(today, days=days - 1)
        policy = company.ticket_billing_policy_id
        levels = policy._fields["automation_level"]._description_selection(self.env)
        return {
            "id": company.id,
            "name": company.name,
            "switches": {
                **{key: company[name] for key, name in SWITCHES.items()},
                "start_date": self._get_text(company.ticket_billing_start_date),
                "level": policy.automation_level or None,
                "level_name": dict(levels).get(policy.automation_level, ""),
            },
            "backlog": self._get_backlog(company),
            "charges": self._get_waiting_charges(company),
            "last_runs": self._get_last_runs(company),
            "statistics": self._get_amounts_as_text(self.get_statistics(first, today)),
        }

    # Tickets

    @api.model
    def _get_backlog(self, company):
        """Return of each kind of waiting tickets how many, and the oldest event."""
        tickets = self.env["helpdesk.ticket"].sudo()
        return {
            name: self._get_count(
                *tickets._read_group(
                    domain, aggregates=["__count", "billing_event_date:min"]
                )[0]
            )
            for name, domain in self._get_backlog_domains(company).items()
        }

    @api.model
    def _get_backlog_domains(self, company):
        """Return the domains of waiting tickets by kind. None is of two kinds."""
        own = Domain("company_id", "=", company.id)
        own &= Domain("active", "in", [True, False])
        pending = own & Domain("billing_pending", "=", True)
        is_held = Domain("billing_is_held", "=", True)
        on_trial = Domain("billing_trial_line_id", "!=", False)
        by_itself = self._get_company_due_domain(company, by_hand=False)
        if not company.ticket_billing_enabled:
            by_itself = Domain.FALSE
        free = pending & ~is_held & by_itself
        now = fields.Datetime.now()
        return {
            "due": free & Domain("billing_next_try", "<=", now),
            "later": free & Domain("billing_next_try", ">", now),
            "not_by_itself": pending & ~is_held & ~by_itself,
            "held": pending & is_held & ~on_trial,
            "trial": pending & is_held & on_trial,
            "blocked": own
            & Domain("billing_pending", "=", False)
            & Domain("billing_state", "=", "blocked"),
        }

    @api.model
    def _get_count(self, count, oldest):
        hours = None
        if oldest:
            passed = fields.Datetime.now() - oldest
            hours = int(passed.total_seconds() // 3600)
        return {"count": count, "oldest": self._get_text(oldest), "age_hours": hours}

    # Charges

    @api.model
    def _get_waiting_charges(self, company):
        """Return of each kind of waiting charges how many, the oldest, and amounts."""
        own = Domain("company_id", "=", company.id)
        kinds = {
            "to_approve": (Domain("state", "=", "to_approve"), "create_date", "amount"),
            "ready": (Domain("state", "=", "ready"), "create_date", "amount"),
            "released": (
                Domain("is_waiting", "=", True),
                "waiting_since",
                "waiting_amount",
            ),
        }
        return {
            name: self._get_charge_count(own & domain, since, amount)
            for name, (domain, since, amount) in kinds.items()
        }

    @api.model
    def _get_charge_count(self, domain, since, amount):
        groups = (
            self.env["ticket.billing.charge"]
            .sudo()
            ._read_group(
                domain, ["currency_id"], ["__count", f"{since}:min", f"{amount}:sum"]
            )
        )
        oldest = min((group[2] for group in groups), default=None)
        return {
            **self._get_count(sum(group[1] for group in groups), oldest),
            "amounts": {
                currency.name: float_repr(total, currency.decimal_places)
                for currency, _count, _oldest, total in groups
            },
        }

    # Runs

    @api.model
    def _get_last_runs(self, company):
        """Return the last run of each trigger, and the last dry run, newest first."""
        own = Domain("company_id", "=", company.id)
        groups = self._read_group(own, ["dry_run", "trigger"], ["id:max"])
        last = {}
        for dry_run, trigger, id_ in groups:
            kind = "dry_run" if dry_run else trigger
            last[kind] = max(id_, last.get(kind, 0))
        runs = self.browse(sorted(last.values(), reverse=True))
        return [run._get_run_status() for run in runs]

    def _get_run_status(self):
        labels = dict(self._fields["trigger"]._description_selection(self.env))
        return {
            "id": self.id,
            "trigger": self.trigger,
            "label": labels[self.trigger],
            "dry_run": self.dry_run,
            "date": self._get_text(self.create_date),
            "found": self.found,
            **{outcome: self[outcome] for outcome in OUTCOMES},
            "amount": float_repr(self.amount, self.currency_id.decimal_places),
            "currency": self.currency_id.name,
        }

    @api.model
    def _get_amounts_as_text(self, statistics):
        """Return the statistics with amounts as texts."""
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        decimals = {currency.name: currency.decimal_places for currency in currencies}
        for row in statistics["by_day"] + statistics["by_trigger"]:
            row["amounts"] = {
                name: float_repr(amount, decimals[name])
                for name, amount in row["amounts"].items()
            }
        return statistics

    # Scheduled actions

    @api.model
    def _get_cron_status(self, name):
        """Return how a scheduled action stands; only its name if it was deleted."""
        cron = self.env.ref(f"ticket_billing.{name}", raise_if_not_found=False)
        if not cron:
            return {"key": name, "name": None, "active": False}
        cron = cron.sudo()
        return {
            "key": name,
            "name": cron.name,
            "active": cron.active,
            "last_call": self._get_text(cron.lastcall),
            "next_call": self._get_text(cron.nextcall),
            "failures": cron.failure_count,
        }

    @api.model
    def _get_text(self, moment):
        """Return a date or moment as text without fractions of a second, or None."""
        if not moment:
            return None
        return str(moment)[:19]
