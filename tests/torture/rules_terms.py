"""What managers change: terms, switches, and the date."""

from .rules_tickets import NUMBERS
from .steps import step

TERMS = [
    {"hourly_rate": 95.0},
    {"hourly_rate": 133.33},
    {"per_ticket_rate": 0.0},
    {"per_ticket_rate": 25.0},
    {"hour_allowance": "unlimited"},
    {"hour_allowance": "limited", "included_hours": 1.0},
    {"hour_allowance": "none"},
    {"ticket_allowance": "limited", "included_tickets": 2},
    {"date_end": "2026-03-01"},
    {"date_end": False},
    {"ticket_invoice_mode": "separate"},
    {"ticket_invoice_mode": "with_contract"},
]
RULES = [
    {"approval": "all"},
    {"approval": "none"},
    {"approval": "over", "approval_hours": 2.0},
    {"group_by": "ticket"},
    {"group_by": "contract"},
    {"group_by": "customer"},
    {"line_detail": "entry"},
    {"line_detail": "total"},
    {"rounding_increment": 0.5},
    {"rounding_scope": "entry"},
    {"rounding_method": "nearest", "rounding_increment": 0.1},
    {"rounding_method": "none"},
    {"minimum_hours": 1.0},
    {"skip_zero": False},
    {"show_covered_work": True},
    {"invoice_frequency": "week"},
    {"invoice_frequency": "month"},
    {"invoice_frequency": "at_once"},
    {"automation_level": "off"},
    {"automation_level": "shadow"},
    {"automation_level": "draft"},
    {"automation_level": "post"},
    {"automation_level": "send"},
]
SWITCHES = [
    {"ticket_billing_enabled": False},
    {"ticket_billing_enabled": True},
    {"ticket_billing_on_close": False},
    {"ticket_billing_on_close": True},
    {"ticket_billing_on_resolve": False},
    {"ticket_billing_daily_limit": 100.0},
    {"ticket_billing_daily_limit": 0.0},
    {"ticket_billing_start_date": "2026-03-15"},
    {"ticket_billing_batch_size": 1},
    {"ticket_billing_check_no_address": "error"},
    {"ticket_billing_check_no_address": "off"},
    {"ticket_billing_check_unusual_total": "error"},
    {"tax_calculation_rounding_method": "round_globally"},
    {"tax_calculation_rounding_method": "round_per_line"},
]


class TermRules:
    @step(contract=NUMBERS, terms=TERMS)
    def change_contract(self, contract, terms):
        def work(env):
            self.scene.contract(env, contract).write(terms)

        self.act(work)

    @step(terms=RULES)
    def change_policy(self, terms):
        self.act(lambda env: self.scene.policy(env).write(terms))

    @step(values=SWITCHES)
    def switch(self, values):
        self.act(lambda env: self.scene.company(env).sudo().write(values))

    @step(customer=NUMBERS, level=[False, "off", "shadow", "draft", "post", "send"])
    def change_level(self, customer, level):
        def work(env):
            ids = self.scene.customer_ids
            partner = env["res.partner"].browse(ids[customer % len(ids)])
            partner.ticket_billing_level = level

        self.act(work)

    @step(weight=2, days=[1, 7, 31])
    def wait(self, days):
        """Let days go by, and so the months end."""
        self.move_clock(days=days)
