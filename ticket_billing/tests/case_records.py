"""Writes the facts that generated cases share into the database."""

from datetime import datetime, time

from odoo import Command

from .oracle_case import Product

QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}
UNITS = {
    "unit": "uom.product_uom_unit",
    "hour": "uom.product_uom_hour",
    "day": "uom.product_uom_day",
}


class CaseRecords:
    """Mixin: the record of each fact, made when it is first asked for."""

    @classmethod
    def _create_quietly(cls, model, vals_list):
        records = cls.env[model].with_context(**QUIET).sudo()
        return records.create(list(vals_list))

    @classmethod
    def _get_record(cls, fact):
        """Return the record of a fact, made when it is first asked for."""
        if fact is None:
            return None
        if fact not in cls.records:
            prepare = getattr(cls, f"_prepare_{type(fact).__name__.lower()}")
            model, vals = prepare(fact)
            cls.records[fact] = cls._create_quietly(model, [vals])
        return cls.records[fact]

    @classmethod
    def _get_id(cls, fact):
        record = cls._get_record(fact)
        return record.id if record else False

    # Facts that customers share

    @classmethod
    def _prepare_tax(cls, tax):
        kind = "included" if tax.is_included else "excluded"
        return "account.tax", {
            "name": f"{float(tax.share * 100):g} % {kind}",
            "amount": float(tax.share * 100),
            "type_tax_use": "sale",
            "price_include_override": f"tax_{kind}",
        }

    @classmethod
    def _prepare_product(cls, product):
        return "product.product", {
            "name": product.name,
            "type": "service",
            "uom_id": cls.env.ref(UNITS[product.unit]).id,
            "list_price": float(product.list_price),
            "taxes_id": [Command.set(cls._get_record(product.tax).ids)]
            if product.tax
            else [Command.clear()],
        }

    @classmethod
    def _prepare_worktype(cls, work_type):
        return "ticket.billing.work.type", {
            "name": work_type.name,
            "product_id": cls._get_id(work_type.product),
            "multiplier": float(work_type.multiplier),
            "minimum_hours": float(work_type.minimum),
            "rounding_increment": float(work_type.increment),
            "draws_allowance": work_type.draws,
            "billable": work_type.is_billable,
        }

    @classmethod
    def _prepare_pricelist(cls, pricelist):
        return "product.pricelist", {
            "name": pricelist.name,
            "sequence": 100,
            "company_id": cls.company.id,
            "currency_id": cls._get_currency(pricelist.currency).id,
            "item_ids": [Command.create(cls._prepare_rule(r)) for r in pricelist.rules],
        }

    @classmethod
    def _prepare_rule(cls, rule):
        first, last = rule.start.year > 1, rule.end.year < 9999
        return {
            "applied_on": "0_product_variant",
            "product_id": cls._get_id(rule.product),
            "compute_price": "percentage" if rule.price is None else "fixed",
            "fixed_price": float(rule.price or 0),
            "percent_price": float(rule.discount * 100),
            "date_start": first and datetime.combine(rule.start, time()),
            "date_end": last and datetime.combine(rule.end, time(23, 59, 59)),
        }

    @classmethod
    def _prepare_policy(cls, policy):
        return "ticket.billing.policy", {
            "name": "House rules",
            "company_id": cls.company.id,
            "approval": "none",
            "strategy": policy.strategy,
            "rounding_method": policy.method,
            "rounding_increment": float(policy.increment),
            "rounding_scope": policy.scope,
            "minimum_hours": float(policy.minimum),
            "require_time_entries": policy.fee_needs_time,
            "due_days": policy.due_days,
            "time_product_id": cls._get_id(policy.time_product),
            "ticket_product_id": cls._get_id(policy.ticket_product),
        }

    @classmethod
    def _get_currency(cls, currency):
        known = cls.currencies.get(currency.name) if currency else None
        return known or cls.company.currency_id

    @classmethod
    def _get_product(cls, record):
        """Return the fact that a product was made from."""
        facts = (fact for fact in cls.records if isinstance(fact, Product))
        return next(fact for fact in facts if cls.records[fact] == record)
