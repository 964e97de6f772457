from odoo import api, fields, models
from odoo.fields import Domain

BILLING_EVENTS = [
    ("none", "None"),
    ("resolve", "Resolved"),
    ("close", "Closed"),
    ("void", "Void"),
]
# Those that tickets are billed on
EVENTS = ("resolve", "close")
SHIPPED_EVENTS = {
    "helpdesk_mgmt.helpdesk_ticket_stage_done": "close",
    "helpdesk_mgmt.helpdesk_ticket_stage_cancelled": "void",
    "helpdesk_mgmt.helpdesk_ticket_stage_rejected": "void",
}


class HelpdeskTicketStage(models.Model):
    _name = "helpdesk.ticket.stage"
    _inherit = [
        "helpdesk.ticket.stage",
        "ticket.billing.protected.mixin",
        "ticket.billing.logged.mixin",
    ]

    billing_event = fields.Selection(
        selection=BILLING_EVENTS,
        default="none",
        required=True,
        copy=False,
        help="What a ticket's arrival in this stage means for billing. Resolved and "
        "Closed: it becomes billable, if the company bills on that event. Void: it "
        "ends without being billed. Tickets that are here already are not touched.",
    )
    billing_event_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="Tickets that arrived in the stage before this moment are not touched.",
    )

    billing_event_note = fields.Char(
        compute="_compute_billing_event_note",
        groups="ticket_billing.group_ticket_billing_manager",
        help="How many older tickets the billing event does not touch.",
    )

    @api.depends("billing_event", "billing_event_since")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_billing_event_note(self):
        for stage in self:
            count = stage._count_untouched()
            stage.billing_event_note = (
                stage._get_untouched_text(count) if count else False
            )

    @api.model
    def _get_untouched_text(self, count):
        if count == 1:
            return self.env._(
                "1 ticket reached this stage before; it is not billed by this event."
            )
        return self.env._(
            "%(count)s tickets reached this stage before; they are not billed by this "
            "event.",
            count=count,
        )

    def _count_untouched(self):
        """Return how many tickets of the user's companies are in the stage from before
        it got its event, as it is chosen on the form.

        As the system: it is a number, and whoever sees it manages all tickets.
        """
        stage = self._origin
        if not stage or self.billing_event not in EVENTS:
            return 0
        here = (
            Domain("stage_id", "=", stage.id)
            & Domain("active", "in", [True, False])
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("billing_event", "not in", EVENTS)
        )
        if stage.billing_event == self.billing_event:
            here &= ~Domain("last_stage_update", ">=", stage.billing_event_since)
        return self.env["helpdesk.ticket"].sudo().search_count(here)

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_billing_writers(),
            "billing_event": "ticket_billing.group_ticket_billing_admin",
            "billing_event_since": None,
        }

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        return {**super()._get_logged_fields(), "billing_event": "setting"}

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        stages._stamp_billing_event_since()
        return stages

    def write(self, vals):
        if "billing_event" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda s: s.billing_event != vals["billing_event"])
        result = super().write(vals)
        changed._stamp_billing_event_since()
        return result

    def _stamp_billing_event_since(self):
        now = fields.Datetime.now()
        self.sudo().write({"billing_event_since": now})

    @api.model
    def _set_shipped_billing_events(self):
        """Give the stages of helpdesk_mgmt that still exist their event."""
        for xmlid, event in SHIPPED_EVENTS.items():
            stage = self.env.ref(xmlid, raise_if_not_found=False)
            if stage:
                stage.billing_event = event
                tickets = self.env["helpdesk.ticket"]
                tickets._stamp_found_in_stage(stage, Domain.TRUE)
