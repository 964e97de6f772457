from odoo import fields, models

SCOPES = {"ticket_team_ids": "team_id", "ticket_category_ids": "category_id"}


class ContractContract(models.Model):
    """Which tickets a contract is for, and since when and until when."""

    _inherit = "contract.contract"

    def _get_misfit(self, ticket, date):
        """Return why the contract does not hold for a ticket on a day.

        :return: the condition that fails, a key of ``ticket.billing.receipt``, and its
            detail; two empty texts if the contract fits
        """
        self.ensure_one()
        if not self.covers_tickets:
            return "covers_tickets", ""
        if self.date_start and self.date_start > date:
            return "date_start", fields.Date.to_string(self.date_start)
        if self.date_end and self.date_end < date:
            return "date_end", fields.Date.to_string(self.date_end)
        for name, ticket_field in SCOPES.items():
            if not self._matches_scope(self[name], ticket[ticket_field]):
                return name, ", ".join(self[name].mapped("name"))
        return "", ""

    def _matches_scope(self, scope, record):
        """Return whether a team or category is in the scope, or below one that is."""
        path = (record.parent_path or "").split("/")
        return not scope or any(str(id_) in path for id_ in scope.ids)

    def _get_scope_rank(self, ticket):
        """Return how closely the contract is made for such tickets; more is closer.

        Two conditions beat one; of two categories the lower one beats the upper one,
        and a category beats a team.
        """
        self.ensure_one()
        category_path = (ticket.category_id.parent_path or "").split("/")
        team_path = (ticket.team_id.parent_path or "").split("/")
        return (
            len([name for name in SCOPES if self[name]]),
            self._get_depth(self.ticket_category_ids, category_path),
            self._get_depth(self.ticket_team_ids, team_path),
        )

    def _get_depth(self, scope, path):
        """Return how far down the path the lowest member of the scope is."""
        return max([path.index(str(i)) + 1 for i in scope.ids if str(i) in path] or [0])
