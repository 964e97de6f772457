from . import ticket_billing_policy
from . import ticket_billing_strategy_half_days
