from . import ticket_billing_preview
