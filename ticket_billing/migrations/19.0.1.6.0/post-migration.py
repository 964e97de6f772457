from odoo.tools import SQL


def migrate(cr, version):
    """Say what reviewers decided before decisions had a name: to approve."""
    cr.execute(
        SQL(
            "UPDATE ticket_billing_charge SET review = CASE "
            "WHEN rating_state = 'written_off' OR written_off_amount > 0 "
            "THEN 'write_off' ELSE 'approve' END "
            "WHERE reviewer_id IS NOT NULL AND review IS NULL"
        )
    )
