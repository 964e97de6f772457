from hypothesis import HealthCheck, settings

from . import test_access
from . import test_agreement
from . import test_agreement_changes
from . import test_allowance
from . import test_approval
from . import test_catch_up
from . import test_cli
from . import test_closing
from . import test_concurrency
from . import test_hours
from . import test_invoice
from . import test_invoice_life
from . import test_ledger
from . import test_migration
from . import test_money
from . import test_not_billed
from . import test_oracle
from . import test_oracle_by_hand
from . import test_portal_close
from . import test_preview
from . import test_receipt
from . import test_run
from . import test_settings
from . import test_strategy_mixed
from . import test_strategy_per_ticket
from . import test_strategy_time_based
from . import test_ticket_time
from . import test_tools_allowances
from . import test_tours
from . import test_translations
from . import test_work_type

# A busy machine is no failure of the arithmetic
settings.register_profile(
    "ticket_billing", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ticket_billing")
