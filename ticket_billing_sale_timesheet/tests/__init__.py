from . import test_concurrency
from . import test_other_time
from . import test_sales_order_first
from . import test_ticket_billing_first
