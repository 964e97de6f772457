"""What rating hands on: agreements, the work under them, and what it is worth."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from odoo.tools import float_compare


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


@dataclass
class Work:
    """The entries, and perhaps the fee, of one ticket under one agreement.

    ``entries`` have no charge yet, oldest first. ``earlier_charges`` are those of
    the ticket that stand. ``fee_date`` is a date if this agreement is the one of
    the billing event, else None. ``prices`` is shared by all work of a batch.
    """

    ticket: Any
    agreement: Agreement
    entries: Any
    earlier_charges: Any
    fee_date: Any = None
    prices: dict = field(default_factory=dict)

    @property
    def fee_is_due(self):
        fees = self.earlier_charges.filtered(lambda charge: charge.kind == "ticket")
        return bool(self.fee_date) and not fees

    def get_earlier_charges(self, product, price):
        """Return the charges that were rounded in the same group, billed or not."""
        contract, policy = self.agreement.contract, self.agreement.policy
        return self.earlier_charges.filtered(
            lambda charge: charge.kind == "time"
            and charge.source_key.endswith(":0")
            and charge.contract_id == contract
            and charge.policy_id == policy
            and charge.product_id == product
            and not float_compare(charge.rated_price_unit, price, precision_digits=6)
        )

    def get_price(self, product, uom, date):
        """Return the price of one ``uom`` on ``date`` and the pricelist rule's id.

        The price is in the pricelist's currency, else in the company's: a fixed
        price of a rule is not converted by the pricelist itself.
        """
        pricelist = self.agreement.pricelist
        key = (pricelist.id, product.id, uom.id, date)
        if key not in self.prices:
            self.prices[key] = pricelist._get_product_price_rule(
                product, 1.0, uom=uom, date=date
            )
        return self.prices[key]


@dataclass
class Rating:
    """What a ticket is worth: charge values, or the reason why there are none.

    ``reason`` says why nothing is billed; ``error`` says what has to be mended
    before the ticket can be billed. ``is_held`` says that the automation level leaves
    (part of) the work to a person. ``amounts`` holds by currency what the invoice lines
    amount to at the agreed prices. ``unrated_hours`` were worked if nothing was rated.
    """

    ticket: Any
    charges: list = field(default_factory=list)
    strategies: list = field(default_factory=list)
    agreements: list = field(default_factory=list)
    amounts: dict = field(default_factory=dict)
    unrated_hours: float = 0.0
    is_held: bool = False
    reason: str = ""
    error: str = ""

    @property
    def hours(self):
        """The billable hours of the charges, without what is covered."""
        hours = (c["quantity"] for c in self.charges if c["kind"] == "time")
        return float(sum(Decimal(str(quantity)) for quantity in hours))
