"""What rating hands on: agreements, the work under them, and what it is worth."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from odoo.tools import float_compare


def split_source_key(key):
    """Return source and number of a key: ``line:12:0`` → ``("line:12", 0)``."""
    source, _colon, number = key.rpartition(":")
    return source, int(number)


@dataclass(frozen=True)
class Agreement:
    """The contract and the policy that hold on the day the work was done.

    ``contract`` may be an empty record: then the policy and the customer's
    pricelist hold. ``currency`` is the one that charges are made in.
    """

    contract: Any
    policy: Any
    pricelist: Any
    currency: Any
    invoice_partner: Any

    @property
    def display_name(self):
        return (self.contract or self.policy).display_name


@dataclass(frozen=True)
class Choice:
    """Why a contract holds for a ticket on a day.

    ``reason`` is a key of ``ticket.billing.receipt``; ``rejected`` holds for each
    contract that was not chosen its name, the condition that failed, and a detail.
    """

    contract: Any
    reason: str
    rejected: tuple = ()


@dataclass(frozen=True)
class Rate:
    """The price of one hour or one fee in the agreement's currency, and its origin.

    ``source`` is a key of ``ticket.billing.receipt``. Where the price was converted or
    multiplied, ``details`` says from what; its numbers are strings.
    """

    price: float
    source: str
    details: dict = field(default_factory=dict, compare=False)


@dataclass
class Batch:
    """What was read once for the rating of several tickets, by ticket.

    ``contracts`` are those to consider, by commercial customer. ``entries`` is all
    time, oldest first; ``billable`` are those of it that may be billed. ``charges``
    count, neither void nor superseded; ``reviewed`` are void ones that somebody had
    approved. ``superseded`` holds by source the charges that are billed again,
    ``numbers`` the highest number of its charges. ``prices`` are the rates found so
    far.
    """

    contracts: dict
    entries: dict = field(default_factory=dict)
    billable: Any = None
    charges: dict = field(default_factory=dict)
    reviewed: dict = field(default_factory=dict)
    superseded: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)
    prices: dict = field(default_factory=dict)


@dataclass
class Work:
    """The entries, and perhaps the fee, of one ticket under one agreement.

    ``entries`` have no charge yet, oldest first. ``earlier_charges`` are those of
    the ticket that stand. ``fee_date`` is a date if this agreement is the one of
    the billing event, else None. ``has_time`` says whether the ticket has billable
    time at all. ``choices`` holds by day why the contract was chosen. ``batch`` is the
    ``Batch`` that the work is of.
    """

    ticket: Any
    agreement: Agreement
    entries: Any
    earlier_charges: Any
    fee_date: Any = None
    has_time: bool = True
    choices: dict = field(default_factory=dict)
    batch: Any = None

    @property
    def prices(self):
        return self.batch.prices

    def get_source(self, source):
        """Return the values of a new charge that say what is rated.

        :param str source: such as ``line:12`` for a time entry
        """
        number = self.batch.numbers.get(source, -1) + 1
        replaced = self.batch.superseded.get(source)
        values = {"source_key": f"{source}:{number}"}
        return {**values, "replaces_id": replaced.id} if replaced else values

    @property
    def fee_is_withheld(self):
        """Whether the policy bills no fee because the ticket has no billable time."""
        return self.agreement.policy.require_time_entries and not self.has_time

    @property
    def fee_is_due(self):
        fees = self.earlier_charges.filtered(
            lambda charge: charge.kind == "ticket" and not charge.is_remainder
        )
        return bool(self.fee_date) and not self.fee_is_withheld and not fees

    def get_earlier_charges(self, work_type, price):
        """Return the charges that were rounded in the same group, billed or not."""
        agreement, customer = self.agreement, self.ticket.commercial_partner_id
        return self.earlier_charges.filtered(
            lambda charge: charge.kind == "time"
            and not charge.is_remainder
            and charge.partner_id.commercial_partner_id == customer
            and charge.contract_id == agreement.contract
            and charge.policy_id == agreement.policy
            and charge.currency_id == agreement.currency
            and charge.work_type_id == work_type
            and not float_compare(charge.rated_price_unit, price, precision_digits=6)
        )


@dataclass
class Rating:
    """What a ticket is worth: charge values, or the reason why there are none.

    ``works`` are those that gave charges, ``strategies`` the key of each one's.
    ``reason`` says why nothing is billed, ``later_reason`` what is invoiced another
    day; ``error`` says what has to be mended
    before the ticket can be billed, ``error_type`` what it is about. ``is_held`` says
    that the automation level leaves (part of) the work to a person. ``amounts`` holds
    by currency what the invoice lines amount to at the agreed prices. ``unrated_hours``
    were worked if nothing was rated.
    """

    ticket: Any
    charges: list = field(default_factory=list)
    works: list = field(default_factory=list)
    strategies: list = field(default_factory=list)
    amounts: dict = field(default_factory=dict)
    unrated_hours: float = 0.0
    is_held: bool = False
    reason: str = ""
    later_reason: str = ""
    error: str = ""
    error_type: str = ""

    @property
    def hours(self):
        """The billable hours of the charges, without what is covered."""
        hours = (c["quantity"] for c in self.charges if c["kind"] == "time")
        return float(sum(Decimal(str(quantity)) for quantity in hours))

    @property
    def agreements(self):
        """The names of the contracts or policies that gave charges."""
        names = (work.agreement.display_name for work in self.works)
        return list(dict.fromkeys(names))
