"""Two support companies with a thousand customers each, of whom some have a policy of
their own."""

from dataclasses import dataclass, field

from odoo.fields import Domain

from .scene import create_customers, found_company

CUSTOMERS = 1000
COMPANIES = ("Hillside Support", None)
# Which customers have something of their own; the rest is as most are
GROUPS = {"approval": (900, 920), "monthly": (920, 940), "inclusive": (940, 960)}
POLICIES = {
    "approval": {"name": "With approval", "approval": "all"},
    "monthly": {"name": "Once a month", "invoice_frequency": "month"},
}


@dataclass
class Side:
    """A company with its customers by group, and who has all included for ever."""

    env: object
    groups: dict = field(default_factory=dict)
    forever: object = None


def found_sides(env, names=COMPANIES):
    """Make the companies and return a ``Side`` for each."""
    return [_found_side(env, name) for name in names]


def _found_side(env, name):
    company = found_company(env)
    if name:
        company.name = name
    env = env(context={"allowed_company_ids": company.ids})
    customers = create_customers(env, CUSTOMERS)
    first = min(start for start, _end in GROUPS.values())
    groups = {"common": customers[:first]}
    for key, (start, end) in GROUPS.items():
        groups[key] = customers[start:end]
    for key, values in POLICIES.items():
        policy = env.company.ticket_billing_policy_id.copy(values)
        groups[key].ticket_billing_policy_id = policy
    contracts = _get_contracts(env, groups["inclusive"])
    contracts.write({"hour_allowance": "unlimited"})
    groups["inclusive"] = contracts.partner_id
    forever = groups["inclusive"][0]
    _get_contracts(env, forever).allowance_period = "contract"
    env.flush_all()
    return Side(env, groups, forever)


def _get_contracts(env, customers):
    own = Domain("company_id", "=", env.company.id)
    return env["contract.contract"].search(
        own & Domain("partner_id", "in", customers.ids), order="id"
    )
