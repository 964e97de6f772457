from . import ticket_billing_credit
from . import ticket_billing_credit_line
from . import ticket_billing_decision
from . import ticket_billing_preview
from . import ticket_billing_preview_line
from . import ticket_billing_trial
from . import ticket_billing_undo
from . import ticket_billing_up_to
