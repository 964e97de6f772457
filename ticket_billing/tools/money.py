"""Sharing of amounts, without a database."""

from decimal import ROUND_HALF_UP, Decimal


def sum_lines(lines, unit):
    """Return what an invoice with these lines amounts to before tax.

    Quantities of the same line are added up first, as they are printed; then each
    line is multiplied and rounded half up.

    :param lines: tuples (key of the line, quantity, price per unit)
    :param unit: the currency's smallest amount, such as 0.01
    :return: the sum as a Decimal
    """
    unit = Decimal(str(unit))
    quantities, total = {}, Decimal(0)
    for key, quantity, price in lines:
        line = (key, Decimal(str(price)))
        quantities[line] = quantities.get(line, 0) + Decimal(str(quantity))
    for (_key, price), quantity in quantities.items():
        units = (quantity * price / unit).to_integral_value(ROUND_HALF_UP)
        total += units * unit
    return total


def share_amount(amount, weights, unit):
    """Share ``amount`` in proportion to ``weights``, to the last unit.

    Largest remainder: everybody gets his share rounded towards zero, and what
    is left goes one unit at a time to those who lost most, the first of equals
    first. Without any weight the shares are equal.

    :param amount: amount of money, of either sign, a multiple of ``unit``
    :param weights: numbers, 0 or more
    :param unit: the currency's smallest amount, such as 0.01
    :return: list of Decimals, as long as ``weights``, that adds up to ``amount``
    """
    unit = Decimal(str(unit))
    units = int((Decimal(str(amount)) / unit).to_integral_value(ROUND_HALF_UP))
    weights = [Decimal(str(weight)) for weight in weights]
    if not any(weights):
        weights = [Decimal(1)] * len(weights)
    exact = [abs(units) * weight / sum(weights) for weight in weights]
    shares = [int(part) for part in exact]
    by_loss = sorted(range(len(exact)), key=lambda i: shares[i] - exact[i])
    for index in by_loss[: abs(units) - sum(shares)]:
        shares[index] += 1
    sign = -1 if units < 0 else 1
    return [sign * part * unit for part in shares]


def split_remainder(amount, old_price, price, unit):
    """Return quantity and price that bill what was credited of a line.

    In hours if the amount is a number of hundredths of them, else once the amount.

    :param amount: what was credited, at the old price, above 0
    :param old_price: price per unit by which it was billed
    :param price: price per unit by which it is billed again
    :param unit: the currency's smallest amount, such as 0.01
    :return: two floats: a quantity with at most two decimals, and a price
    """
    amount, old_price = Decimal(str(amount)), Decimal(str(old_price))
    price, unit = Decimal(str(price)), Decimal(str(unit))
    if not old_price:
        return 1.0, float(amount)
    exact = amount / old_price
    quantity = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    billed = (quantity * old_price / unit).to_integral_value(ROUND_HALF_UP) * unit
    if quantity and billed == amount:
        return float(quantity), float(price)
    value = (exact * price / unit).to_integral_value(ROUND_HALF_UP) * unit
    return 1.0, float(value)


def round_decimal(amount, unit):
    """Return a Decimal as a multiple of the currency's smallest amount, half up."""
    unit = Decimal(str(unit))
    return (amount / unit).to_integral_value(ROUND_HALF_UP) * unit
