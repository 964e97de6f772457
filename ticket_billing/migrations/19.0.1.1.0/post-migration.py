from odoo.tools import SQL


def migrate(cr, version):
    """Keep what charges said about themselves: it was text, and becomes facts."""
    cr.execute(
        SQL(
            "UPDATE ticket_billing_charge SET explanation = jsonb_build_object("
            "'texts', jsonb_build_array(explanation -> 'agreement', "
            "explanation -> 'rate_source')) WHERE explanation ? 'rate_source'"
        )
    )
