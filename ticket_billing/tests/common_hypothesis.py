"""Settings of the property tests, to be imported before them.

How fast inputs are made on a busy machine, under coverage, says nothing about the
arithmetic.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ticket_billing", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ticket_billing")
