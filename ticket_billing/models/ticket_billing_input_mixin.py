from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError, ValidationError
from odoo.models import BaseModel

from ..tools import values as checks

CHECKS = {
    "boolean": checks.is_yes_or_no,
    "char": checks.is_text,
    "date": checks.is_day,
    "datetime": checks.is_day,
    "float": checks.is_number,
    "html": checks.is_text,
    "integer": checks.is_integer,
    "many2many": checks.is_commands,
    "many2one": checks.is_id,
    "monetary": checks.is_number,
    "one2many": checks.is_commands,
    "text": checks.is_text,
}
MOST_SHOWN = 50


class TicketBillingInputMixin(models.AbstractModel):
    """Records and values that people and programs hand over.

    What billing cannot take is refused with a sentence, before anything is written.
    Values that the system writes itself are its own business.
    """

    _name = "ticket.billing.input.mixin"
    _description = "Input of Ticket Billing"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS base
        defaults = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_")
        }
        for vals in vals_list:
            self._check_input({**defaults, **vals})
        self._check_named([defaults, *vals_list])
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS base
        self._check_input(vals)
        self._check_named([vals])
        return super().write(vals)

    @api.model
    def _check_input(self, vals):
        """Refuse values of billing's own fields that cannot be calculated with or kept.

        :raise ValidationError: which names the field and says what it takes
        """
        if self.env.su:
            return
        for name, value in vals.items():
            field = self._get_input_field(name)
            if field and value is not None and value is not False:
                self._check_field_input(field, value)

    @api.model
    def _get_input_field(self, name):
        """Return a field if it is one of billing's own, None for others."""
        field = self._fields.get(name)
        modules = field._modules if field else ()
        is_ours = any(module.startswith("ticket_billing") for module in modules)
        return field if is_ours else None

    @api.model
    def _check_named(self, vals_list):
        """Refuse records that do not exist, in a query for each field.

        :raise ValidationError: which names the field
        """
        if self.env.su:
            return
        for name in {name for vals in vals_list for name in vals}:
            field = self._get_input_field(name)
            if not field or field.type != "many2one":
                continue
            ids = {vals.get(name) for vals in vals_list}
            ids = {id_ for id_ in ids if id_ and not isinstance(id_, BaseModel)}
            gone = ids - set(self.env[field.comodel_name].browse(ids).exists().ids)
            if gone:
                raise ValidationError(self._get_input_error(field, min(gone)))

    @api.model
    def _check_field_input(self, field, value):
        if field.type == "selection":
            if not (isinstance(value, str) and value in field.get_values(self.env)):
                raise ValidationError(self._get_input_error(field, value))
        elif isinstance(value, BaseModel) and field.relational:
            return
        elif not CHECKS.get(field.type, bool)(value):
            raise ValidationError(self._get_input_error(field, value))

    @api.model
    def _get_input_error(self, field, value):
        return self.env._(
            "%(field)s takes %(kind)s, not this: %(value)s",
            field=field._description_string(self.env),
            kind=self._get_input_kind(field.type),
            value=_show(value),
        )

    @api.model
    def _get_input_kind(self, kind):
        """Return in words what a field or an argument of a type takes."""
        number = self.env._("a number with at most thirteen digits before the point")
        text = self.env._(
            "a text of at most %(count)s characters, without control characters",
            count=checks.MOST_CHARACTERS,
        )
        day = self.env._(
            "a day from %(first)s to %(last)s, such as 2026-01-31",
            first=checks.FIRST_YEAR,
            last=checks.LAST_YEAR,
        )
        records = self.env._("a list of ids or of commands for lines")
        return {
            "boolean": self.env._("true or false"),
            "char": text,
            "date": day,
            "datetime": day,
            "float": number,
            "html": text,
            "integer": self.env._("a whole number with at most nine digits"),
            "many2many": records,
            "many2one": self.env._("the id of a record that exists"),
            "monetary": number,
            "one2many": records,
            "selection": self.env._("one of its choices"),
            "text": text,
        }[kind]

    # Arguments

    @api.model
    def _check_argument(self, name, kind, value):
        """Refuse an argument of a public method that is not what it has to be.

        :param str kind: a type of fields
        :raise UserError: which names the argument and says what it takes
        """
        if not CHECKS[kind](value):
            raise UserError(
                self.env._(
                    "“%(name)s” takes %(kind)s, not this: %(value)s",
                    name=name,
                    kind=self._get_input_kind(kind),
                    value=_show(value),
                )
            )

    @api.model
    def _clean_reason(self, reason, question):
        """Return a reason without spaces around it.

        :raise UserError: with the question if there is none; for a text that cannot be
            kept
        """
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(question)
        self._check_argument("reason", "char", reason)
        return reason.strip()

    @api.model
    def _clean_day(self, name, value):
        """Return an argument as a date, None if it is empty.

        :raise UserError: if it is neither
        """
        if value is None or value is False or value == "":
            return None
        self._check_argument(name, "date", value)
        return fields.Date.to_date(value)

    # Records

    def _check_readable(self):
        """Refuse records that are none, that are gone, or that the user may not read.

        :raise UserError: for ids that are no numbers
        :raise MissingError: if one of the records does not exist
        :raise AccessError: if the user may not read one of them
        """
        wrong = [id_ for id_ in self._ids if not checks.is_id(id_)]
        if wrong:
            raise UserError(
                self.env._(
                    "Ids are whole numbers above zero. This is none: %(value)s",
                    value=_show(wrong[0]),
                )
            )
        gone = set(self.ids) - set(self.exists().ids)
        if gone:
            raise MissingError(
                self.env._(
                    "There is no %(kind)s with the id %(id)s, or it was deleted.",
                    kind=self.env["ir.model"]._get(self._name).display_name,
                    id=min(gone),
                )
            )
        self.check_access("read")

    def _check_single(self):
        """Refuse to do with none or several records what takes one.

        :raise UserError: if there is not exactly one
        """
        self._check_readable()
        if len(self) != 1:
            raise UserError(
                self.env._("This takes one record, not %(count)s.", count=len(self))
            )


def _show(value):
    """Return a value as short and plain text, to tell which one is meant."""
    text = value if isinstance(value, str) else repr(value)
    text = checks.NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
