"""Currencies of the generated cases, with none, two and three decimals."""

from datetime import date
from fractions import Fraction

from .oracle_case import Currency

USD = Currency("USD", Fraction(1, 100))
EUR = Currency(
    "EUR",
    Fraction(1, 100),
    (
        (date(2026, 1, 20), Fraction("0.8")),
        (date(2026, 3, 15), Fraction("0.925")),
        (date(2026, 5, 1), Fraction("0.9137")),
    ),
)
JPY = Currency(
    "JPY",
    Fraction(1),
    ((date(2026, 1, 1), Fraction("110.5")), (date(2026, 4, 1), Fraction("150.27"))),
)
KWD = Currency(
    "KWD",
    Fraction(1, 1000),
    ((date(2026, 1, 1), Fraction("0.3")), (date(2026, 2, 17), Fraction("0.3075"))),
)
CURRENCIES = (USD, EUR, JPY, KWD)
# How many units of a currency make a price of everyday size
SIZES = {"USD": 1, "EUR": 1, "JPY": 100, "KWD": Fraction(3, 10)}
