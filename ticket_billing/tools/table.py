"""Tables of text that fit a terminal, without a database."""

from itertools import zip_longest

GAP = "  "


def cut(text, width):
    """Return one line of text, at most ``width`` characters long."""
    text = " ".join(text.split())
    return text if len(text) <= width else f"{text[: width - 1]}…"


def fit_columns(widths, least, total):
    """Return the widths made so narrow that together they do not exceed ``total``.

    The widest column gives first. None falls below its own of ``least``.
    """
    widths = list(widths)
    while sum(widths) > total:
        spare = [max(w - low, 0) and w for w, low in zip(widths, least, strict=True)]
        if not any(spare):
            break
        widths[spare.index(max(spare))] -= 1
    return widths


def format_table(columns, rows, width):
    """Return the lines of a table with a headline; columns without a text are left out.

    :param columns: tuples (key of the row, title, ``<`` or ``>``); numbers, which are
        aligned right, are never cut
    :param rows: dicts of texts
    :param int width: the largest number of characters in a line
    """
    columns = [column for column in columns if any(row[column[0]] for row in rows)]
    cells = [[title for _key, title, _side in columns]]
    cells += [[" ".join(row[key].split()) for key, _t, _s in columns] for row in rows]
    widths = [max(map(len, texts)) for texts in zip_longest(*cells)]
    least = [
        width if side == ">" else min(width, max(len(title), 8))
        for width, (_key, title, side) in zip(widths, columns, strict=True)
    ]
    widths = fit_columns(widths, least, width - len(GAP) * (len(columns) - 1))
    return [
        GAP.join(
            f"{cut(text, size):{side}{size}}"
            for text, size, (_key, _title, side) in zip(
                texts, widths, columns, strict=True
            )
        ).rstrip()
        for texts in cells
    ]
