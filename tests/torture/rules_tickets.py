"""What technicians and dispatchers do."""

from .scene import STAGES, pick
from .steps import step

NUMBERS = range(6)
MINUTES = [60, 1, 10, 20, 34, 50, 75, 130, 300, 500, -30, 0]
DAYS_AGO = [0, 1, 3, 25, 40]
TYPES = [0, 0, 0, 1, 2]
RATES = [None, None, None, 75.0, 0.0, 99.99]


class TicketRules:
    """Tickets are opened, worked on, moved about and closed."""

    @step(weight=3, customer=NUMBERS, team=NUMBERS, minutes=MINUTES)
    def open_ticket(self, customer, team, minutes):
        """Open a ticket with some work on it."""

        def work(env):
            teams = self.scene.teams(env)
            ticket = env["helpdesk.ticket"].create(
                {
                    "name": "Printer offline",
                    "description": "The printer at the front desk is offline.",
                    "partner_id": pick(self.scene.partner_ids, customer),
                    "team_id": pick(teams, team).id,
                }
            )
            self.log_on(ticket, minutes)

        self.act(work)

    @step(
        weight=6,
        ticket=NUMBERS,
        minutes=MINUTES,
        days_ago=DAYS_AGO,
        work_type=TYPES,
        rate=RATES,
    )
    def log(self, ticket, minutes, days_ago, work_type, rate):
        """Log time on a ticket, open or not."""

        def work(env):
            found = self.scene.ticket(env, ticket)
            if found:
                self.log_on(found, minutes, days_ago, work_type, rate)

        self.act(work)

    def log_on(self, ticket, minutes, days_ago=0, work_type=0, rate=None):
        values = {
            "ticket_id": ticket.id,
            "name": "Replaced the network cable",
            "unit_amount": minutes / 60,
            "date": self.get_day(days_ago),
            "employee_id": ticket.env.user.employee_id.id,
            "billing_work_type_id": self.scene.work_types(ticket.env)[work_type].id,
        }
        if rate is not None:
            values |= {"billing_rate_override": rate, "billing_rate_overridden": True}
        ticket.env["account.analytic.line"].create(values)

    @step(weight=2, entry=NUMBERS, minutes=MINUTES)
    def correct_hours(self, entry, minutes):
        self.edit_entry(entry, lambda _env: {"unit_amount": minutes / 60})

    @step(entry=NUMBERS, days_ago=DAYS_AGO)
    def correct_date(self, entry, days_ago):
        self.edit_entry(entry, lambda _env: {"date": self.get_day(days_ago)})

    @step(entry=NUMBERS, ticket=NUMBERS)
    def move_entry(self, entry, ticket):
        def get_values(env):
            return {"ticket_id": self.scene.ticket(env, ticket).id}

        self.edit_entry(entry, get_values)

    @step(entry=NUMBERS, billable=[True, False])
    def mark_entry(self, entry, billable):
        self.edit_entry(entry, lambda _env: {"billable": billable})

    @step(entry=NUMBERS)
    def delete_entry(self, entry):
        self.act(lambda env: self.scene.entry(env, entry).unlink())

    def edit_entry(self, number, get_values):
        self.act(lambda env: self.scene.entry(env, number).write(get_values(env)))

    # Stages

    @step(weight=4, ticket=NUMBERS)
    def close(self, ticket):
        self.move_to_stage(ticket=ticket, stage="done")

    @step(weight=2, ticket=NUMBERS, stage=sorted(STAGES))
    def move_to_stage(self, ticket, stage):
        """Move a ticket, which nothing about its billing may prevent."""

        def work(env):
            target = self.scene.stage(env, stage)
            self.scene.ticket(env, ticket).write({"stage_id": target.id})

        self.act(work, may_be_refused=False)

    # Whose, and what for

    @step(ticket=NUMBERS, team=NUMBERS)
    def change_team(self, ticket, team):
        def get_values(env):
            return {"team_id": pick(self.scene.teams(env), team).id}

        self.edit_ticket(ticket, get_values)

    @step(ticket=NUMBERS, category=NUMBERS)
    def change_category(self, ticket, category):
        def get_values(env):
            return {"category_id": pick(self.scene.categories(env), category).id}

        self.edit_ticket(ticket, get_values)

    @step(ticket=NUMBERS, customer=NUMBERS)
    def change_customer(self, ticket, customer):
        partner_id = pick(self.scene.partner_ids, customer)
        self.edit_ticket(ticket, lambda _env: {"partner_id": partner_id})

    @step(ticket=NUMBERS, contract=range(-1, 3))
    def choose_contract(self, ticket, contract):
        contract_id = contract >= 0 and self.scene.contract_ids[contract]
        self.edit_ticket(ticket, lambda _env: {"billing_contract_id": contract_id})

    @step(
        ticket=NUMBERS,
        strategy=[False, "time_based", "per_ticket", "mixed"],
    )
    def choose_strategy(self, ticket, strategy):
        self.edit_ticket(ticket, lambda _env: {"billing_strategy": strategy})

    @step(ticket=NUMBERS, billable=[True, False])
    def mark_ticket(self, ticket, billable):
        self.edit_ticket(ticket, lambda _env: {"billable": billable})

    @step(ticket=NUMBERS)
    def duplicate_ticket(self, ticket):
        self.act(lambda env: [t.copy() for t in self.scene.ticket(env, ticket)])

    @step(ticket=NUMBERS)
    def delete_ticket(self, ticket):
        self.act(lambda env: self.scene.ticket(env, ticket).unlink())

    def edit_ticket(self, number, get_values):
        self.act(lambda env: self.scene.ticket(env, number).write(get_values(env)))
