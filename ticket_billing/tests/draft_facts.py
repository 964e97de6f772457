"""All that the database keeps of invoices, to compare two that are to be the same."""

from odoo import models

# What two invoices cannot have in common
OWN = {
    "access_token",
    "create_date",
    "id",
    "ticket_billing_digest",
    "ticket_billing_next_post",
    "write_date",
}
MADE_ANEW = (
    "account.full.reconcile",
    "account.move",
    "account.move.line",
    "mail.message",
    "ticket.billing.charge",
)


def get_facts(moves):
    """Return a dict for each invoice, and for each of its lines in order of creation:
    field → value."""
    facts = []
    for move in moves.sudo().sorted(lambda m: (m.company_id.id, m.partner_id.id)):
        totals = dict(move.tax_totals, customer=move.partner_id.name)
        facts.append({**_get_values(move), "tax_totals": totals})
        facts += [_get_values(line) for line in move.line_ids.sorted("id")]
    return facts


def get_differences(facts, others):
    """Return a text for each value that differs between two lists of facts."""
    texts = [] if len(facts) == len(others) else [f"{len(facts)}, {len(others)} rows"]
    for row, other in zip(facts, others, strict=False):
        place = [row.get(name) for name in ("partner_id", "display_type", "name")]
        texts += [
            f"{place} {name}: {row[name]!r}, {other.get(name)!r}"
            for name in row
            if row[name] != other.get(name)
        ]
    return texts


def _get_values(record):
    return {
        name: _get_value(record[name])
        for name, field in record._fields.items()
        if field.store
        and name not in OWN
        and field.type not in ("one2many", "binary")
        and field.comodel_name not in MADE_ANEW
    }


def _get_value(value):
    if isinstance(value, models.BaseModel):
        return sorted(value.ids)
    # An empty distribution is none; 0.0 has no sign for accountants
    return value or False
