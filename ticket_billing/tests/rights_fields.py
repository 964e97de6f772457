"""Whose each stored field is that we add to a model of others.

``engine``: nobody writes it, whatever else he may do. ``manager`` and
``administrator`` of ticket billing. ``record``: whoever may write the record.
``settings``: on records that only system administrators write.
"""

FIELDS = """
helpdesk.ticket            engine         billing_event
helpdesk.ticket            engine         billing_was_resolved
helpdesk.ticket            engine         billing_event_date
helpdesk.ticket            engine         billing_event_user_id
helpdesk.ticket            engine         billing_pending
helpdesk.ticket            engine         billing_is_held
helpdesk.ticket            engine         billing_trial_line_id
helpdesk.ticket            engine         billing_next_try
helpdesk.ticket            engine         billing_attempts
helpdesk.ticket            engine         billing_error
helpdesk.ticket            engine         billing_rejected
helpdesk.ticket            engine         billing_run_id
helpdesk.ticket            engine         billing_state
helpdesk.ticket            engine         charge_ids
helpdesk.ticket            engine         billing_run_line_ids
helpdesk.ticket            engine         total_hours
helpdesk.ticket            manager        billable
helpdesk.ticket            manager        billing_contract_id
helpdesk.ticket            manager        billing_strategy
helpdesk.ticket            record         customer_reference
helpdesk.ticket            record         timesheet_ids
helpdesk.ticket.stage      administrator  billing_event
helpdesk.ticket.stage      engine         billing_event_since
helpdesk.ticket.team       administrator  billable
helpdesk.ticket.team       administrator  billing_work_type_id
helpdesk.ticket.category   administrator  billable
helpdesk.ticket.category   administrator  billing_work_type_id
account.analytic.line      engine         charge_ids
account.analytic.line      record         ticket_id
account.analytic.line      record         billable
account.analytic.line      record         billing_work_type_id
account.analytic.line      manager        billing_rate_override
account.analytic.line      manager        billing_rate_overridden
account.move               engine         ticket_billing_key
account.move               engine         ticket_billing_digest
account.move               engine         ticket_billing_override_reason
account.move               engine         ticket_billing_override_errors
account.move               engine         ticket_billing_level
account.move               engine         ticket_billing_next_post
account.move               engine         ticket_billing_post_error
account.move               record         statement_of_work_file
account.move.line          engine         charge_ids
account.move.line          engine         noted_charge_ids
account.move.line          engine         is_ticket_section
contract.contract          engine         ticket_terms_date
contract.contract          record         customer_reference
contract.contract          record         covers_tickets
contract.contract          record         ticket_team_ids
contract.contract          record         ticket_category_ids
contract.contract          record         ticket_billing_policy_id
contract.contract          record         ticket_billing_strategy
contract.contract          record         per_ticket_rate
contract.contract          record         hourly_rate_source
contract.contract          record         hourly_rate
contract.contract          record         ticket_allowance
contract.contract          record         included_tickets
contract.contract          record         hour_allowance
contract.contract          record         included_hours
contract.contract          record         allowance_period
contract.contract          record         ticket_invoice_mode
res.partner                manager        ticket_billing_level
res.partner                manager        ticket_billing_policy_id
"""
