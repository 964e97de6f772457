"""What the oracle is told: what was agreed with a customer and what was worked.

Plain facts without any arithmetic. All numbers are fractions: hours, amounts per unit
of a product, shares such as 19/100.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Currency:
    """``unit`` is the smallest amount; ``rates`` are (first day, per company unit)."""

    name: str
    unit: Fraction
    rates: tuple = ()


@dataclass(frozen=True)
class World:
    """What holds for all customers of the company."""

    company_currency: Currency
    tax_rounding: str
    price_digits: int = 2


@dataclass(frozen=True)
class Tax:
    """``share`` of the net price; ``is_included`` if prices contain it already."""

    share: Fraction
    is_included: bool


@dataclass(frozen=True)
class Product:
    """Sold by ``hour``, ``day`` (of 8 hours) or ``unit``, in the company's currency."""

    name: str
    list_price: Fraction
    unit: str
    tax: Tax | None


@dataclass(frozen=True)
class WorkType:
    """``minimum`` and ``increment`` in hours, 0 where the policy's hold."""

    name: str
    product: Product | None = None
    multiplier: Fraction = Fraction(1)
    minimum: Fraction = Fraction(0)
    increment: Fraction = Fraction(0)
    draws: bool = True
    is_billable: bool = True


@dataclass(frozen=True)
class Rule:
    """The ``price`` of a product, or ``discount`` off its list price, on some days."""

    product: Product
    price: Fraction | None = None
    discount: Fraction = Fraction(0)
    start: date = date.min
    end: date = date.max


@dataclass(frozen=True)
class Pricelist:
    name: str
    currency: Currency
    rules: tuple


@dataclass(frozen=True)
class Policy:
    """House rules; ``minimum`` and ``increment`` in hours."""

    strategy: str
    method: str
    increment: Fraction
    scope: str
    minimum: Fraction
    fee_needs_time: bool
    due_days: int
    time_product: Product
    ticket_product: Product


@dataclass(frozen=True)
class Contract:
    """``scope``: None for all tickets, ``own`` or ``other`` for the team of the case.

    ``hourly_rate`` None means the pricelist. Included tickets and hours: 0 for none,
    None for all of them.
    """

    start: date
    end: date | None = None
    scope: str | None = None
    currency: Currency | None = None
    pricelist: Pricelist | None = None
    policy: Policy | None = None
    strategy: str | None = None
    fee: Fraction = Fraction(0)
    hourly_rate: Fraction | None = None
    included_tickets: int | None = 0
    included_hours: Fraction | None = Fraction(0)
    period: str = "month"
    has_payment_term: bool = False


@dataclass(frozen=True)
class Entry:
    """``hours`` worked on a day; ``is_late``: logged after the first bill."""

    hours: Fraction
    day: date
    work_type: WorkType | None = None
    override: Fraction | None = None
    is_billable: bool = True
    is_late: bool = False

    @property
    def counts(self):
        return self.is_billable and not (
            self.work_type and not self.work_type.is_billable
        )


@dataclass(frozen=True)
class Ticket:
    """``contract`` is the place of the chosen one among the contracts of the case."""

    closed: date
    entries: tuple = ()
    strategy: str | None = None
    contract: int | None = None
    is_billable: bool = True


@dataclass(frozen=True)
class Case:
    """One customer: his terms, his contracts, his tickets in the order of creation."""

    number: int
    policy: Policy
    is_company_policy: bool
    pricelist: Pricelist | None
    contracts: tuple
    tickets: tuple
