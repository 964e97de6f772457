from odoo.exceptions import UserError

ERROR_TYPES = [
    ("customer", "No customer"),
    ("policy", "No billing policy"),
    ("product", "No product"),
    ("price", "No price"),
    ("work_type", "Work type not agreed"),
    ("hours", "Hours"),
    ("currency", "Currency"),
    ("journal", "No sales journal"),
    ("account", "No income account"),
    ("safety", "Safety check"),
    ("refused", "Refused by Odoo"),
    ("unexpected", "Unexpected error"),
]


class BillingError(UserError):
    """Something that has to be mended before a ticket can be billed.

    ``error_type`` is one of ``ERROR_TYPES``, to count errors by what they are about.
    """

    def __init__(self, message, error_type):
        super().__init__(message)
        self.error_type = error_type


def get_error_type(error):
    """Return the type of an exception that kept a ticket from being billed."""
    if isinstance(error, BillingError):
        return error.error_type
    return "refused" if isinstance(error, UserError) else "unexpected"
