"""Generates cases: customers with terms, contracts, tickets and time, from a seed.

The same seed gives the same cases. Imports nothing of the product and no database.
"""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from .case_currencies import CURRENCIES, EUR, JPY, KWD, SIZES, USD
from .oracle_case import (
    Case,
    Contract,
    Entry,
    Policy,
    Pricelist,
    Product,
    Rule,
    Tax,
    Ticket,
    WorkType,
)

FIRST_DAY, LAST_DAY = date(2026, 1, 5), date(2026, 7, 10)
TAX_SHARES = ("0.19", "0.07", "0.20", "0.081", "0.055", "0.25", "0.10", "0.21")
STEPS = ("0.25", "0.25", "0.5", "1", "0.1", "0.01", "0.05", "0.75", "0.17", "0.3")
STRATEGIES = ("auto", "auto", "auto", "time_based", "per_ticket", "mixed")


class Generator:
    """Draws cases; what several customers share comes from small pools."""

    def __init__(self, seed, price_digits=2):
        self.random = Random(seed)
        self.price_digits = price_digits
        shares = [Fraction(share) for share in TAX_SHARES]
        taxes = [Tax(share, included) for share in shares for included in (False, True)]
        self.taxes = [None, None, *taxes]
        self.time_products = self.draw_products("Time", ("hour", "hour", "day", "unit"))
        self.ticket_products = self.draw_products("Ticket", ("unit",))
        self.work_types = [self.draw_work_type(number) for number in range(10)]
        self.price_changes = [self.draw_day() for _number in range(3)]
        self.pricelists = [self.draw_pricelist(number) for number in range(16)]
        self.policies = [self.draw_policy() for _number in range(60)]
        self.company_policy = self.policies[0]

    def get_cases(self, count):
        return [self.draw_case(number) for number in range(count)]

    # Numbers

    def pick(self, *values):
        return self.random.choice(values)

    def chance(self, share):
        return self.random.random() < share

    def draw_amount(self, low, high):
        """Return an amount with as many decimals as prices have, or a round one."""
        if self.chance(0.4):
            return Fraction(self.random.randint(low, high))
        unit = 10**self.price_digits
        return Fraction(self.random.randint(low * unit, high * unit), unit)

    def draw_price(self, currency):
        if self.chance(0.03):
            return Fraction(0)
        price = self.draw_amount(5, 200) * SIZES[currency.name]
        digits = 10**self.price_digits
        return Fraction(int(price * digits), digits)

    def draw_day(self, first=FIRST_DAY, last=LAST_DAY):
        return first + timedelta(days=self.random.randint(0, (last - first).days))

    def draw_hours(self):
        """Return hours as people type them, now and then a correction or nothing."""
        minutes = Fraction(self.random.randint(1, 300), 60)
        hundredths = Fraction(self.random.randint(1, 500), 100)
        quarters = Fraction(self.random.randint(1, 20), 4)
        odd = Fraction(self.random.randint(1, 5000), 1000)
        long = Fraction(self.random.randint(20, 160), 4)
        hours = self.pick(minutes, minutes, hundredths, hundredths, quarters, odd)
        if self.chance(0.03):
            return Fraction(0)
        if self.chance(0.05):
            return long
        return -hours if self.chance(0.1) else hours

    # Pools

    def draw_products(self, name, units):
        """Return products, the last of which has no list price."""
        products = []
        for number in range(10):
            unit = self.random.choice(units)
            price = self.draw_amount(10, 200) * (8 if unit == "day" else 1)
            tax = self.random.choice(self.taxes)
            products.append(Product(f"{name} {number}", price, unit, tax))
        return [*products, Product(f"{name} without price", Fraction(0), "unit", None)]

    def draw_work_type(self, number):
        """Return a work type; the first ones cost as much as any other work."""
        has_own_price = number > 3
        product = self.random.choice(self.time_products[:-1])
        multiplier = Fraction(self.pick("1", "1", "1.5", "2", "0.5", "1.3333", "0"))
        return WorkType(
            name=f"Type {number}",
            product=product if has_own_price and self.chance(0.6) else None,
            multiplier=multiplier if has_own_price else Fraction(1),
            minimum=Fraction(self.pick("0", "0", "0.5", "2", "0.01")),
            increment=Fraction(self.pick("0", "0", "1", "0.5", "0.2")),
            draws=self.chance(0.75),
            is_billable=number != 9,
        )

    def draw_pricelist(self, number):
        currency = self.random.choice(CURRENCIES)
        priced = [*self.time_products[:-1], *self.ticket_products[:-1]]
        products = [self.time_products[-1], self.ticket_products[-1]]
        rules = [
            rule
            for product in products + self.random.sample(priced, 14)
            for rule in self.draw_rules(product, currency)
        ]
        return Pricelist(f"Pricelist {number}", currency, tuple(rules))

    def draw_rules(self, product, currency):
        """Return a rule for ever, or two: until a day and from the day after."""
        if self.chance(0.3 if product.list_price else 0.7):
            return [Rule(product, discount=Fraction(self.pick(5, 10, 33), 100))]
        old, new = self.draw_price(currency), self.draw_price(currency)
        if self.chance(0.5):
            return [Rule(product, old)]
        change = self.random.choice(self.price_changes)
        return [
            Rule(product, old, end=change),
            Rule(product, new, start=change + timedelta(days=1)),
        ]

    def draw_policy(self):
        return Policy(
            strategy=self.random.choice(STRATEGIES),
            method=self.pick("up", "up", "nearest", "down", "none"),
            increment=Fraction(self.random.choice(STEPS)),
            scope=self.pick("ticket", "ticket", "entry"),
            minimum=Fraction(self.pick("0", "0.25", "0.25", "0.5", "1", "0.33")),
            fee_needs_time=self.chance(0.2),
            due_days=self.pick(30, 30, 14),
            time_product=self.draw_product(self.time_products),
            ticket_product=self.draw_product(self.ticket_products),
        )

    def draw_product(self, products):
        return products[-1] if self.chance(0.06) else self.random.choice(products[:-1])

    # Cases

    def draw_case(self, number):
        has_own_policy = self.chance(0.9)
        policy = self.random.choice(self.policies)
        contracts = self.draw_contracts()
        days = [*self.price_changes, *(c.start for c in contracts)]
        days += [c.end or c.start for c in contracts]
        count = self.pick(1, 1, 1, 1, 2, 2, 3)
        return Case(
            number=number,
            policy=policy if has_own_policy else self.company_policy,
            is_company_policy=not has_own_policy,
            pricelist=self.random.choice(self.pricelists) if self.chance(0.3) else None,
            contracts=contracts,
            tickets=tuple(self.draw_ticket(contracts, days) for _ in range(count)),
        )

    def draw_contracts(self):
        """Return no contract, one, or two: the second follows or renews the first."""
        count = self.pick(0, 1, 1, 1, 2, 2)
        term = self.chance(0.15)
        if count < 2:
            start = self.pick(date(2025, 1, 1), self.draw_day())
            return tuple(self.draw_contract(start, None, term) for _ in range(count))
        change = self.draw_day()
        gap = timedelta(days=self.pick(1, 1, 1, 4))
        end = self.pick(change, change, None)
        first = self.draw_contract(date(2025, 1, 1), end, term)
        if self.chance(0.35):
            return first, replace(first, start=change + gap, end=None)
        return first, self.draw_contract(change + gap, None, term)

    def draw_contract(self, start, end, has_payment_term):
        currency = self.pick(None, None, EUR, JPY, KWD, USD)
        in_currency = currency or USD
        is_fixed = self.chance(0.55)
        return Contract(
            start=start,
            end=end,
            scope=self.pick(None, None, None, None, "own", "other"),
            currency=currency,
            pricelist=self.random.choice(self.pricelists) if self.chance(0.3) else None,
            policy=self.random.choice(self.policies) if self.chance(0.4) else None,
            strategy=self.random.choice(STRATEGIES) if self.chance(0.3) else None,
            fee=self.draw_price(in_currency) if self.chance(0.5) else Fraction(0),
            hourly_rate=self.draw_price(in_currency) if is_fixed else None,
            included_tickets=self.pick(0, 0, 1, 2, None),
            included_hours=self.draw_included_hours(),
            period=self.pick("month", "month", "quarter", "year", "contract"),
            has_payment_term=has_payment_term,
        )

    def draw_included_hours(self):
        limited = Fraction(self.random.randint(0, 800), 100)
        return self.pick(Fraction(0), Fraction(0), limited, limited, limited, None)

    def draw_ticket(self, contracts, days):
        """Return a ticket that is worked on around a day that matters."""
        day = self.random.choice(days) if self.chance(0.7) else self.draw_day()
        rates = [c.hourly_rate for c in contracts if c.hourly_rate is not None]
        count = self.pick(0, 1, 1, 2, 2, 3, 4, 6)
        late = self.pick(1, 2, 3) if self.chance(0.15) else 0
        entries = [self.draw_entry(day, rates, False) for _number in range(count)]
        entries += [self.draw_late_entry(entries, day, rates) for _ in range(late)]
        can_choose = bool(contracts) and self.chance(0.06)
        return Ticket(
            closed=day + timedelta(days=self.random.randint(-6, 12)),
            entries=tuple(entries),
            strategy=self.random.choice(STRATEGIES) if self.chance(0.1) else None,
            contract=self.random.randrange(len(contracts)) if can_choose else None,
            is_billable=self.chance(0.97),
        )

    def draw_entry(self, day, rates, is_late):
        return Entry(
            hours=self.draw_hours(),
            day=day + timedelta(days=self.random.randint(-5, 5)),
            work_type=self.random.choice(self.work_types) if self.chance(0.3) else None,
            override=self.draw_override(rates) if self.chance(0.1) else None,
            is_billable=self.chance(0.93),
            is_late=is_late,
        )

    def draw_late_entry(self, entries, day, rates):
        """Return an entry logged late, at times at the rate of an earlier one."""
        entry = self.draw_entry(day, rates, True)
        if not entries or self.chance(0.3):
            return entry
        twin = self.random.choice(entries)
        work_type = self.pick(twin.work_type, self.random.choice(self.work_types[:4]))
        return replace(entry, override=twin.override, work_type=work_type)

    def draw_override(self, rates):
        """Return a rate of its own, at times the contract's or 0.00."""
        own = self.draw_amount(5, 200)
        return self.pick(own, own, Fraction(0), *rates[:1])
