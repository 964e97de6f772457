from odoo.tests import new_test_user

from .common import TicketBillingCommon

MANAGER_GROUPS = (
    "helpdesk_mgmt.group_helpdesk_manager,ticket_billing.group_ticket_billing_manager"
)


class ReviewCommon(TicketBillingCommon):
    """Everything waits for approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().approval = "all"
        cls.manager = new_test_user(
            cls.env, "manager", groups=MANAGER_GROUPS, company_id=cls.company.id
        )

    def _wait(self, *hours, **values):
        """Return the charges of a closed ticket that wait for approval."""
        ticket = self._close(self._create_ticket(*hours, **values))
        self._bill(ticket)
        charges = ticket._get_charges().with_user(self.env.user)
        self.assertEqual(set(charges.mapped("state")), {"to_approve"})
        return charges.sudo(False)

    def _get_activities(self, ticket, name):
        activity_type = self.env.ref(f"ticket_billing.mail_activity_type_{name}")
        return ticket.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )
