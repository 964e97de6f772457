from . import helpdesk_ticket
from . import queue_job
from . import ticket_billing_cockpit
from . import ticket_billing_health
from . import ticket_billing_run
