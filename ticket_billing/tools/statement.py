"""How a statement of work is cut into pieces, without a database."""

# Lines of text that stay together on a page, and letters that fit on one of them
MOST_LINES = 18
LINE_LENGTH = 50


def count_lines(row):
    """Return how many lines of text a row takes, roughly."""
    texts = row["notes"] or ""
    wrapped = (-(-len(text) // LINE_LENGTH) for text in texts.splitlines())
    extra = [row.get("technician"), row.get("is_covered")]
    return 1 + sum(wrapped) + sum(map(bool, extra))


def split_rows(rows, most=MOST_LINES):
    """Return rows in parts that are not torn apart by the end of a page.

    Not every program that prints repeats the head of a table on the next page, or
    keeps rows whole. So what is longer becomes several tables, each with a head.

    :param list rows: dicts with ``notes``
    :param int most: lines of text in a part; a longer row is a part of its own
    """
    parts, left = [], 0
    for row in rows:
        lines = count_lines(row)
        if not parts or lines > left:
            parts.append([])
            left = most
        parts[-1].append(row)
        left -= lines
    return parts
