from . import test_strategy_half_days
