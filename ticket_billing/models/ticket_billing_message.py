from odoo import api, models

# More would hide the page behind the message
MOST_LINKS = 5


class TicketBillingMessage(models.AbstractModel):
    """Tells a user what was done, with links to what came of it."""

    _name = "ticket.billing.message"
    _description = "Message about Ticket Billing"

    @api.model
    def _show(self, text, *results, **params):
        """Return the action that shows what was done, and then the page as it is now.

        :param str text: what was done, plain; each line stands on its own
        :param results: recordsets; links open those that the user may read
        :param params: of the client action, as ``type``, ``title``, ``sticky`` or
            ``next``
        """
        links, texts = [], []
        for records in results:
            links += self._get_links(records)
            texts += self._get_link_texts(records)
        if links:
            # The browser puts links in the place of %s
            text = "\n".join([text.replace("%", "%%"), ", ".join(texts)])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "links": links,
                "type": "success",
                "className": "text-prewrap",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                **params,
            },
        }

    @api.model
    def _get_readable(self, records):
        """Return those of some records that the user may read."""
        return records.with_env(self.sudo(False).env)._filtered_access("read")

    @api.model
    def _get_links(self, records):
        """Return links to the first records that the user may read."""
        return [
            {
                "label": self._get_label(record),
                "url": f"/odoo/{record._name}/{record.id}",
            }
            for record in self._get_readable(records)[:MOST_LINKS]
        ]

    @api.model
    def _get_label(self, record):
        """Return what a link to a record says; of a run there is but its moment."""
        if record._name == "ticket.billing.run":
            return self.env._("Run of %(moment)s", moment=record.display_name)
        return record.display_name

    @api.model
    def _get_link_texts(self, records):
        """Return a place for each link, and how many more there are."""
        count = len(self._get_readable(records))
        texts = ["%s"] * min(count, MOST_LINKS)
        if count > MOST_LINKS:
            texts.append(self.env._("%(count)s more", count=count - MOST_LINKS))
        return texts
