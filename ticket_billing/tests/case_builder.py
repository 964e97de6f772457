"""Writes generated cases into the database, in bulk."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from odoo import Command

from .case_records import CaseRecords


@dataclass
class BuiltCase:
    """The records of a case. ``entries`` are by place of ticket and of entry."""

    case: Any
    partner: Any
    contracts: Any = None
    tickets: Any = None
    entries: dict = field(default_factory=dict)


class CaseBuilder(CaseRecords):
    """Mixin for tests on ``TicketBillingCommon`` that bill generated cases.

    ``_build_cases`` writes everything but what is logged late, ``_log_late`` the rest.
    """

    @classmethod
    def _set_up_cases(cls, currencies):
        """Activate currencies with their rates, and pricelists."""
        cls.currencies = {
            currency.name: cls.setup_other_currency(
                currency.name,
                rounding=float(currency.unit),
                rates=[(str(day), float(rate)) for day, rate in currency.rates],
            )
            for currency in currencies
        }
        group = cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").sudo()._apply_group(group)
        cls._create_quietly("product.pricelist", [{"name": "None", "sequence": 0}])
        cls.other_team = cls.env["helpdesk.ticket.team"].create({"name": "Other"})
        cls.company.sudo().ticket_billing_batch_size = 200

    # Cases

    @classmethod
    def _build_cases(cls, cases, company_policy):
        """Write the cases, tickets closed, and return a list of ``BuiltCase``."""
        cls.records = {}
        cls.company.sudo().ticket_billing_policy_id = cls._get_record(company_policy)
        partners = cls._create_quietly("res.partner", map(cls._prepare_customer, cases))
        built = [
            BuiltCase(case, partner)
            for case, partner in zip(cases, partners, strict=True)
        ]
        cls._create_each(
            "contract.contract", built, "contracts", cls._prepare_case_contract
        )
        cls._create_each("helpdesk.ticket", built, "tickets", cls._prepare_case_ticket)
        cls._log_entries(built, is_late=False)
        return built

    @classmethod
    def _get_tickets(cls, built):
        return cls.env["helpdesk.ticket"].union(*[one.tickets for one in built])

    @classmethod
    def _create_each(cls, model, built, name, prepare):
        """Create the contracts or tickets of all cases at once."""
        rows = [prepare(one, fact) for one in built for fact in getattr(one.case, name)]
        records = cls._create_quietly(model, rows)
        for one in built:
            count = len(getattr(one.case, name))
            setattr(one, name, records[:count])
            records = records[count:]

    @classmethod
    def _prepare_customer(cls, case):
        values = {"name": f"Customer {case.number}", "is_company": True}
        if not case.is_company_policy:
            values["ticket_billing_policy_id"] = cls._get_id(case.policy)
        if case.pricelist:
            values["specific_property_product_pricelist"] = cls._get_id(case.pricelist)
        return values

    @classmethod
    def _prepare_case_contract(cls, built, contract):
        team = {"own": cls.team, "other": cls.other_team}.get(contract.scope)
        return {
            "name": f"Contract of {built.partner.name}",
            "partner_id": built.partner.id,
            "company_id": cls.company.id,
            "covers_tickets": True,
            "date_start": contract.start,
            "date_end": contract.end or False,
            "ticket_team_ids": [Command.set(team.ids)] if team else False,
            "manual_currency_id": contract.currency
            and cls._get_currency(contract.currency).id,
            "pricelist_id": cls._get_id(contract.pricelist),
            "ticket_billing_policy_id": cls._get_id(contract.policy),
            "payment_term_id": contract.has_payment_term and cls.pay_terms_a.id,
            **cls._prepare_rates(contract),
        }

    @classmethod
    def _prepare_rates(cls, contract):
        tickets, hours = contract.included_tickets, contract.included_hours
        return {
            "ticket_billing_strategy": contract.strategy or False,
            "per_ticket_rate": float(contract.fee),
            "hourly_rate_source": "pricelist"
            if contract.hourly_rate is None
            else "fixed",
            "hourly_rate": float(contract.hourly_rate or 0),
            "ticket_allowance": cls._get_allowance(tickets),
            "included_tickets": tickets or 0,
            "hour_allowance": cls._get_allowance(hours),
            "included_hours": float(hours or 0),
            "allowance_period": contract.period,
        }

    @classmethod
    def _get_allowance(cls, included):
        if included is None:
            return "unlimited"
        return "limited" if included else "none"

    @classmethod
    def _prepare_case_ticket(cls, built, ticket):
        contract = ticket.contract is not None and built.contracts[ticket.contract].id
        return {
            "name": "Printer offline",
            "description": "The printer at the front desk is offline.",
            "partner_id": built.partner.id,
            "company_id": cls.company.id,
            "team_id": cls.team.id,
            "stage_id": cls.stage_done.id,
            "billing_event_date": datetime.combine(ticket.closed, time(12)),
            "billing_contract_id": contract,
            "billing_strategy": ticket.strategy or False,
            "billable": ticket.is_billable,
        }

    @classmethod
    def _log_late(cls, built):
        """Write the time that is logged after the first bill."""
        cls._log_entries(built, is_late=True)

    @classmethod
    def _log_entries(cls, built, is_late):
        keys = [
            (one, place, number)
            for one in built
            for place, ticket in enumerate(one.case.tickets)
            for number, entry in enumerate(ticket.entries)
            if entry.is_late == is_late
        ]
        rows = [cls._prepare_entry(*key) for key in keys]
        lines = cls._create_quietly("account.analytic.line", rows)
        for (one, place, number), line in zip(keys, lines, strict=True):
            one.entries[place, number] = line

    @classmethod
    def _prepare_entry(cls, built, place, number):
        entry = built.case.tickets[place].entries[number]
        values = {
            "ticket_id": built.tickets[place].id,
            "employee_id": cls.employee.id,
            "name": "Replaced the network cable",
            "unit_amount": float(entry.hours),
            "date": entry.day,
            "billing_work_type_id": cls._get_id(entry.work_type),
        }
        if not entry.is_billable:
            values["billable"] = False
        if entry.override is not None:
            values["billing_rate_override"] = float(entry.override)
            values["billing_rate_overridden"] = True
        return values
