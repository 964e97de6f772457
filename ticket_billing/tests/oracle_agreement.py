"""Which contract holds for work on a day, and what is agreed by it, for the oracle.

Imports nothing of the product.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Agreement:
    """The contract, by its place in the case, and what else holds for some work."""

    place: int | None
    contract: Any
    policy: Any
    pricelist: Any
    currency: Any


def get_agreement(case, world, ticket, day):
    place = choose_contract(case, ticket, day)
    if place is None:
        currency = case.pricelist.currency if case.pricelist else None
        currency = currency or world.company_currency
        return Agreement(None, None, case.policy, case.pricelist, currency)
    contract = case.contracts[place]
    return Agreement(
        place,
        contract,
        contract.policy or case.policy,
        contract.pricelist or case.pricelist,
        contract.currency or world.company_currency,
    )


def choose_contract(case, ticket, day):
    """Return the ticket's choice, else of those valid the closest, newest, last."""
    if ticket.contract is not None:
        return ticket.contract
    ranks = [
        (contract.scope == "own", contract.start, place)
        for place, contract in enumerate(case.contracts)
        if contract.scope != "other"
        and contract.start <= day <= (contract.end or date.max)
    ]
    return max(ranks)[2] if ranks else None


def get_strategy(ticket, agreement):
    contract = agreement.contract
    own = contract.strategy if contract else None
    return ticket.strategy or own or agreement.policy.strategy


def has_fee(ticket, agreement):
    strategy = get_strategy(ticket, agreement)
    if strategy == "auto":
        return bool(agreement.contract and agreement.contract.fee)
    return strategy in ("per_ticket", "mixed")
