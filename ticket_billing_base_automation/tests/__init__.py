from . import test_bill_closed_tickets
