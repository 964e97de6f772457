from . import ticket_billing_credit
from . import ticket_billing_credit_line
from . import ticket_billing_decision
from . import ticket_billing_preview
from . import ticket_billing_trial
