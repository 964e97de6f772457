from odoo import fields, models

from odoo.addons.queue_job.job import STARTED

# How long a job may wait before the scheduled action bills its tickets
PATIENCE_MINUTES = 5


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _related_action_open_tickets(self):
        """Return an action that opens the tickets of the job, archived ones, too.

        :return: None if none of them is left
        """
        action = self.related_action_open_record()
        return action and {**action, "context": {"active_test": False}}

    def _get_ticket_ids(self):
        return [id_ for job in self for id_ in job.records.ids]

    def _is_late(self):
        """Return whether the job waits for longer than a job runner takes."""
        self.ensure_one()
        due = max(self.date_created, self.eta or self.date_created)
        since = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=PATIENCE_MINUTES
        )
        return self.state != STARTED and due < since
