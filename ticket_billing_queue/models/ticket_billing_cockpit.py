from odoo import api, models
from odoo.fields import Domain

from odoo.addons.queue_job.job import FAILED


class TicketBillingCockpit(models.AbstractModel):
    """How many jobs wait for the job runner, beside the tickets that are due."""

    _inherit = "ticket.billing.cockpit"

    @api.model
    def _get_queue(self, company, runs):
        # EXTENDS ticket_billing
        own = Domain("company_id", "=", company.id)
        return {
            **super()._get_queue(company, runs),
            "jobs": len(runs._get_waiting_jobs().filtered_domain(own)),
            "failed_jobs": len(runs._search_jobs(own & Domain("state", "=", FAILED))),
        }
