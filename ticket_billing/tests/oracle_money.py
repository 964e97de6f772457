"""Prices, taxes and totals, in fractions. Imports nothing of the product."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .oracle_hours import to_nearest

HOURS_PER_DAY = 8


class NoPrice(Exception):
    """Nobody said what something costs: the ticket cannot be billed."""


# Currencies


def get_rate(currency, day):
    """Return how many units of a currency one unit of the company's is worth."""
    if not currency.rates:
        return Fraction(1)
    known = [rate for since, rate in currency.rates if since <= day]
    return known[-1] if known else currency.rates[0][1]


def convert(amount, source, target, day):
    return amount * get_rate(target, day) / get_rate(source, day)


# Prices


def find_rule(pricelist, product, day):
    """Return the rule for a product on a day, if there is one."""
    rules = pricelist.rules if pricelist else ()
    fitting = (r for r in rules if r.product == product and r.start <= day <= r.end)
    return next(fitting, None)


def get_price(product, pricelist, currency, day, world):
    """Return what one hour, or one ticket, costs by pricelist or list price.

    :raise NoPrice: if there is neither a rule nor a list price
    """
    rule = find_rule(pricelist, product, day)
    price, origin = product.list_price, world.company_currency
    if rule and rule.price is not None:
        price, origin = rule.price, pricelist.currency
    elif not price:
        raise NoPrice(product.name)
    elif rule:
        price *= 1 - rule.discount
    if product.unit == "day":
        price /= HOURS_PER_DAY
    return round_price(convert(price, origin, currency, day), world)


def round_price(price, world):
    return to_nearest(price, Fraction(1, 10**world.price_digits))


# Invoices


@dataclass
class Line:
    """One line: ``quantity`` times ``price``; ``net`` and ``gross`` as printed."""

    ticket: int
    product: Any
    unit: str
    price: Fraction
    quantity: Fraction = Fraction(0)
    net: Fraction = Fraction(0)
    gross: Fraction = Fraction(0)


@dataclass
class Document:
    """One draft invoice in one currency, with its totals."""

    currency: Any
    lines: list
    net: Fraction = Fraction(0)
    tax: Fraction = Fraction(0)

    @property
    def gross(self):
        return self.net + self.tax


def split_tax(amount, tax):
    """Return net and tax of quantity times price, to the last fraction."""
    if not tax:
        return amount, Fraction(0)
    if tax.is_included:
        net = amount / (1 + tax.share)
        return net, amount - net
    return amount, amount * tax.share


def complete_document(document, tax_rounding):
    """Add net and gross of the lines, and the totals of the document."""
    complete = {
        "round_per_line": complete_per_line,
        "round_globally": complete_globally,
    }
    complete[tax_rounding](document, document.currency.unit)
    return document


def complete_per_line(document, unit):
    """Each line is rounded: first the amount, then its tax; net is what is left."""
    for line in document.lines:
        amount = to_nearest(line.quantity * line.price, unit)
        _net, tax = split_tax(amount, line.product.tax)
        tax = to_nearest(tax, unit)
        is_included = line.product.tax and line.product.tax.is_included
        line.net = amount - tax if is_included else amount
        line.gross = line.net + tax
        document.net += line.net
        document.tax += tax


def complete_globally(document, unit):
    """Each tax is rounded once for the document, and so is the net.

    Where all taxes are included in the prices, it is the gross that is rounded, and
    the net is what the taxes leave of it. Lines show their own rounded amounts, which
    need not add up to the totals: Odoo puts the odd cents into the totals alone, and
    of an included price, rounded net plus rounded tax may be a cent off.
    """
    by_tax, raw_net, raw_gross = {}, Fraction(0), Fraction(0)
    for line in document.lines:
        net, tax = split_tax(line.quantity * line.price, line.product.tax)
        line.net = to_nearest(net, unit)
        line.gross = line.net + to_nearest(tax, unit)
        by_tax[line.product.tax] = by_tax.get(line.product.tax, 0) + tax
        raw_net, raw_gross = raw_net + net, raw_gross + net + tax
    document.tax = sum(to_nearest(tax, unit) for tax in by_tax.values())
    if any(tax and not tax.is_included for tax in by_tax):
        document.net = to_nearest(raw_net, unit)
    else:
        document.net = to_nearest(raw_gross, unit) - document.tax
