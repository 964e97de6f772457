"""Charges and the invoice lines that bill them say the same."""

INVOICE, REFUND = "out_invoice", "out_refund"
BACK = ("released", "credited")


def states_follow_the_lines(_before, now, _step):
    for charge in now.charges.values():
        wanted = get_state(charge, now)
        assert charge.state == wanted, f"charge {charge.id}: {charge.state}, {wanted}"


def get_state(charge, books):
    """Return what the lines of a charge make of it, by the words of the design."""
    if not charge.was_invoiced:
        return charge.rating_state
    state = get_invoice_state(charge, books)
    if charge.rating_state == "written_off" and state in BACK:
        return "written_off"
    return state


def get_invoice_state(charge, books):
    invoices = books.get_lines(charge, INVOICE)
    if not invoices:
        return "released"
    posted = [line for line in invoices if line.parent_state == "posted"]
    if not posted:
        return "invoiced"
    if is_undone(charge, books):
        return "invoiced" if len(posted) < len(invoices) else "credited"
    return "billed"


def is_undone(charge, books):
    """Return whether posted credit notes take back all that was posted.

    What is worth nothing is taken back with all of the line it shares with others.
    """
    invoices = books.get_lines(charge, INVOICE)
    refunds = get_in_state("posted", books.get_lines(charge, REFUND))
    if not refunds:
        return False
    drafts = get_in_state("draft", invoices)
    on_drafts = sum(get_share(charge, line, books) for line in drafts)
    posted, credited = charge.invoiced_amount - on_drafts, charge.credited_amount
    if not posted:
        posted = sum(line.price_subtotal for line in get_in_state("posted", invoices))
        credited = sum(line.price_subtotal for line in refunds)
    return credited >= posted


def get_in_state(state, lines):
    return [line for line in lines if line.parent_state == state]


def get_share(charge, line, books):
    """Return what a charge has of a line: all of it, or a part by what it is worth."""
    charges = books.get_charges(line)
    worth = sum(c.amount for c in charges)
    if len(charges) == 1 or not worth:
        return line.price_subtotal if charge.id == min(c.id for c in charges) else 0
    return (line.price_subtotal * charge.amount / worth).quantize(charge.rounding)


def invoiced_is_what_lines_say(_before, now, _step):
    """Shares of lines add up to the lines, for all charges that are linked to them."""
    for move_type, column in (
        (INVOICE, "invoiced_amount"),
        (REFUND, "credited_amount"),
    ):
        for charges, lines in get_clusters(now):
            wanted = sum(
                line.price_subtotal
                for line in lines
                if now.moves[line.move_id].move_type == move_type
                and line.parent_state != "cancel"
                and (move_type == INVOICE or line.parent_state == "posted")
            )
            got = sum(getattr(charge, column) for charge in charges)
            ids = [charge.id for charge in charges]
            assert got == wanted, f"charges {ids}: {column} {got}, lines {wanted}"


def get_clusters(books):
    """Return charges and lines that hang together, as (charges, lines)."""
    clusters, seen = [], set()
    for first in books.charges:
        if first in seen:
            continue
        charges, lines, todo = set(), set(), [first]
        while todo:
            id_ = todo.pop()
            if id_ in charges:
                continue
            charges.add(id_)
            for line_id in books.lines_of.get(id_, ()):
                lines.add(line_id)
                todo += books.charges_of[line_id]
        seen |= charges
        clusters.append(
            (
                [books.charges[i] for i in sorted(charges)],
                [books.lines[i] for i in sorted(lines)],
            )
        )
    return clusters


def invoices_are_made_out_right(_before, now, _step):
    for charge in now.charges.values():
        ticket = now.tickets[charge.ticket_id]
        assert ticket.company_id == charge.company_id, f"charge {charge.id}: company"
        for line in now.get_lines(charge, INVOICE, REFUND):
            move = now.moves[line.move_id]
            payers = charge.customer_id, charge.payer_id
            assert move.commercial_partner_id in payers, f"charge {charge.id}: customer"
            assert move.company_id == charge.company_id, f"charge {charge.id}: company"
            assert move.currency_id == charge.currency_id, f"charge {charge.id}: money"
            assert line.display_type == "product", f"charge {charge.id}: {line.id}"


def new_lines_bill_their_charges(before, now, _step):
    """A line that the engine just made says what its charges say."""
    for line in now.lines.values():
        charges = now.get_charges(line)
        first_time = charges and not any(before.lines_of.get(c.id) for c in charges)
        if not first_time or line.id in before.lines:
            continue
        move = now.moves[line.move_id]
        assert move.move_type == INVOICE, f"line {line.id} of {move.move_type}"
        assert move.partner_id == charges[0].invoice_partner_id, f"move {move.id}"
        assert {c.price_unit for c in charges} == {line.price_unit}, f"line {line.id}"
        quantity = sum(c.quantity for c in charges)
        assert line.quantity == quantity > 0, f"line {line.id}: {quantity}"
        got = sum(c.invoiced_amount for c in charges)
        assert got == line.price_subtotal, f"line {line.id}: {got}"
        assert all(c.edited_amount == 0 for c in charges), f"line {line.id} edited"


def work_is_billed_once(_before, now, _step):
    """Of the invoices that bill a charge all but one are credited."""
    for charge in now.charges.values():
        lines = now.get_lines(charge, INVOICE)
        refunds = now.get_lines(charge, REFUND)
        invoices = {line.move_id for line in lines}
        credits = {line.move_id for line in refunds if line.parent_state == "posted"}
        standing = len(invoices) - len(credits)
        assert standing <= 1, f"charge {charge.id} is billed {standing} times"


def billed_again_is_final(_before, now, _step):
    for charge in now.charges.values():
        if charge.is_superseded:
            back = charge.state in (*BACK, "written_off")
            assert back, f"charge {charge.id} was billed again and is {charge.state}"


def entries_balance(_before, now, _step):
    sums = {}
    for line in now.lines.values():
        sums[line.move_id] = sums.get(line.move_id, 0) + line.balance
    for move_id, balance in sums.items():
        assert balance == 0, f"move {move_id} is {balance} off"
    for move in now.moves.values():
        if move.move_type in (INVOICE, REFUND):
            sign = -1
            net = sum(
                line.balance
                for line in now.lines.values()
                if line.move_id == move.id and line.display_type == "product"
            )
            assert move.amount_untaxed_signed == sign * net, f"move {move.id}: {net}"


def nothing_is_posted_by_itself(before, now, step):
    for move in now.moves.values():
        old = before.moves.get(move.id)
        was_posted = old and old.state == "posted"
        if move.state == "posted" and not was_posted and move.move_type == INVOICE:
            assert step.may_post, f"move {move.id} was posted by itself"
        assert not move.is_move_sent, f"move {move.id} was sent"


PREDICATES = (
    states_follow_the_lines,
    invoiced_is_what_lines_say,
    invoices_are_made_out_right,
    new_lines_bill_their_charges,
    work_is_billed_once,
    billed_again_is_final,
    entries_balance,
    nothing_is_posted_by_itself,
)
