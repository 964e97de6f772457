"""Who may do what, as tables: a column for each role.

Each test that reads one tries every cell over HTTP, as those who are in the role.
"""

# ruff: noqa: E501 -- a table is read across
ROLES = (
    "technician own",
    "technician other",
    "manager",
    "administrator",
    "auditor",
    "accountant",
    "customer own",
    "customer other",
    "employee",
    "helpdesk",
    "foreign",
)

# c create, r read, w write, u unlink (delete); a dot: refused
MODELS = """
#                                       |own  othr mgr  adm  aud  acct cust cus2 empl desk frgn
ticket.billing.policy                   | .r.. .r.. .r.. crwu .r.. .r.. .... .... .... .... ....
ticket.billing.work.type                | .r.. .r.. .r.. crwu .r.. .r.. .... .... .r.. .r.. ....
ticket.billing.gate                     | .... .... .... .... .r.. .... .... .... .... .... ....
ticket.billing.charge                   | .r.. .... .r.. .r.. .r.. .r.. .... .... .... .... ....
ticket.billing.run                      | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.run.line                 | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.log                      | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.health                   | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.accuracy.report          | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.allowance.report         | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.leakage.report           | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.realization.report       | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.unbilled.report          | .... .... .r.. .r.. .r.. .... .... .... .... .... ....
ticket.billing.automation               | .... .... .r.. .rw. .r.. .... .... .... .... .... ....
helpdesk.ticket                         | crw. crw. crw. crw. .r.. .... .r.. .... .... crw. ....
helpdesk.ticket.stage                   | .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. ....
helpdesk.ticket.category                | .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. ....
helpdesk.ticket.team                    | .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. ....
account.analytic.line                   | crwu .... .... .... .... .... .... .... .... .... ....
contract.contract                       | .... .... .r.. .r.. .r.. .r.. .... .... .... .... ....
contract.template                       | .... .... .... .... .... .r.. .... .... .... .... ....
account.move                            | .... .... .... .... .... crwu .... .... .... .... ....
res.partner                             | .r.. .r.. .r.. .r.. .r.. .r.. .r.. .... .r.. .r.. .r..
res.company                             | .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. .r.. ....
ir.attachment                           | .... .... .... .... .... crwu .... .... .... .... ....
ticket.billing.preview own              | .r.. .r.. .r.. .r.. .r.. .... .... .... .... .... .r..
ticket.billing.preview another          | .... .... .... .... .... .... .... .... .... .... ....
ticket.billing.preview.customer own     | .r.. .r.. .r.. .r.. .r.. .... .... .... .... .... .r..
ticket.billing.preview.line own         | .r.. .r.. .r.. .r.. .r.. .... .... .... .... .... .r..
ticket.billing.preview.invoice own      | .r.. .r.. .r.. .r.. .r.. .... .... .... .... .... .r..
ticket.billing.credit own               | .... .... .... .... .... crwu .... .... .... .... crwu
ticket.billing.credit another           | .... .... .... .... .... c... .... .... .... .... c...
ticket.billing.credit.line own          | .... .... .... .... .... crwu .... .... .... .... .r.u
ticket.billing.credit.line another      | .... .... .... .... .... c... .... .... .... .... ....
ticket.billing.decision own             | .... .... crwu crwu .... .... .... .... .... .... .rwu
ticket.billing.decision another         | .... .... c... c... .... .... .... .... .... .... ....
ticket.billing.contract.choice own      | .... .... crwu crwu .... .... .... .... .... .... .rwu
ticket.billing.contract.choice another  | .... .... c... c... .... .... .... .... .... .... ....
ticket.billing.override own             | .... .... .r.u .r.u .... .... .... .... .... .... .r.u
ticket.billing.override another         | .... .... .... .... .... .... .... .... .... .... ....
ticket.billing.review own               | .... .... crwu crwu .... .... .... .... .... .... crwu
ticket.billing.review another           | .... .... c... c... .... .... .... .... .... .... c...
ticket.billing.review.line own          | .... .... crwu crwu .... .... .... .... .... .... .r.u
ticket.billing.review.line another      | .... .... c... c... .... .... .... .... .... .... ....
ticket.billing.setup own                | .... .... .... crwu .... .... .... .... .... .... crwu
ticket.billing.setup another            | .... .... .... c... .... .... .... .... .... .... c...
ticket.billing.trial own                | .... .... crwu crwu .... .... .... .... .... .... .rwu
ticket.billing.trial another            | .... .... c... c... .... .... .... .... .... .... ....
ticket.billing.undo own                 | .... .... crwu crwu .... .... .... .... .... .... .r.u
ticket.billing.undo another             | .... .... c... c... .... .... .... .... .... .... ....
ticket.billing.up.to own                | .... .... crwu crwu .... .... .... .... .... .... crwu
ticket.billing.up.to another            | .... .... c... c... .... .... .... .... .... .... c...
"""

# + works, ! is refused in words for a reason of business, a dot: no right to it. The
# word after the method says what it is called on; "own" is a wizard of the user.
METHODS = """
#                                                                 | own othr mgr adm aud acct cust cus2 empl desk frgn
helpdesk.ticket action_preview_billing closed                     | +    .    +    +    +    .    .    .    .    .    .
helpdesk.ticket get_billing_preview closed                        | +    .    +    +    +    .    .    .    .    .    .
helpdesk.ticket generate_invoice closed                           | +    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_generate_invoice closed                    | +    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_generate_invoices closed                   | +    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket generate_step closed                              | +    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket run_step closed                                   | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_bill_again written                         | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_open_bill_again written                    | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_write_off waiting                          | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_open_write_off waiting                     | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_open_review waiting                        | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_open_reject waiting                        | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_credit posted                              | .    .    .    .    .    .    .    .    .    .    .
helpdesk.ticket action_view_invoices posted                       | .    .    .    .    .    .    +    .    .    .    .
helpdesk.ticket action_view_charges posted                        | +    +    +    +    +    .    +    .    .    +    .
helpdesk.ticket action_set_billable closed                        | .    .    +    +    .    .    .    .    .    .    .
helpdesk.ticket action_open_contract_choice closed                | .    .    +    +    .    .    .    .    .    .    .
account.analytic.line action_bill_now closed entries              | +    .    .    .    .    .    .    .    .    .    .
account.move action_view_billed_tickets posted invoice            | .    .    .    .    .    +    +    .    .    .    .
account.move action_credit_ticket_work posted invoice             | .    .    .    .    .    +    .    .    .    .    .
account.move action_keep_ticket_draft draft invoice               | .    .    .    .    .    +    .    .    .    .    .
account.move action_retry_ticket_posting draft invoice            | .    .    .    .    .    +    .    .    .    .    .
account.move action_override_ticket_checks draft invoice          | .    .    .    .    .    .    .    .    .    .    .
account.move action_open_override draft invoice                   | .    .    .    .    .    .    .    .    .    .    .
account.move action_view_ticket_charges posted invoice            | .    .    .    .    .    +    .    .    .    .    .
contract.contract action_view_ticket_charges contract.contract    | .    .    +    +    +    +    .    .    .    .    .
contract.contract action_view_ticket_periods contract.contract    | .    .    +    +    +    .    .    .    .    .    .
contract.contract action_view_agreement_tickets contract.contract | .    .    +    +    +    +    .    .    .    .    .
ticket.billing.charge action_approve waiting charges              | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_reject waiting charges               | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_change waiting charges               | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_invoice waiting charges              | .    .    !    !    .    .    .    .    .    .    .
ticket.billing.charge action_open_review waiting charges          | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_open_reject waiting charges          | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_open_write_off waiting charges       | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_write_off waiting charges            | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_bill_again written charges           | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_open_bill_again written charges      | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.charge action_credit posted charges                | .    .    .    .    .    +    .    .    .    .    .
ticket.billing.charge action_explain posted charges               | +    .    +    +    +    +    .    .    .    .    .
ticket.billing.log action_open_record ticket.billing.log          | .    .    +    +    +    .    .    .    .    .    .
ticket.billing.health action_check_now ticket.billing.health      | .    .    +    +    +    .    .    .    .    .    .
ticket.billing.health action_open_records ticket.billing.health   | .    .    !    !    !    .    .    .    .    .    .
ticket.billing.accuracy.report action_open_record ticket.billing.accuracy.report| .    .    +    +    +    .    .    .    .    .    .
ticket.billing.allowance.report action_open_record ticket.billing.allowance.report| .    .    +    +    +    .    .    .    .    .    .
ticket.billing.leakage.report action_open_record ticket.billing.leakage.report| .    .    +    +    +    .    .    .    .    .    .
ticket.billing.realization.report action_open_record ticket.billing.realization.report| .    .    +    +    +    .    .    .    .    .    .
ticket.billing.unbilled.report action_open_record ticket.billing.unbilled.report| .    .    +    +    +    .    .    .    .    .    .
ticket.billing.automation action_run_now ticket.billing.automation | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.automation action_dry_run ticket.billing.automation | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.automation action_view_trials ticket.billing.automation | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.automation action_view_figures ticket.billing.automation | .    .    !    !    !    .    .    .    .    .    .
ticket.billing.cockpit get_data model                             | .    .    +    +    +    .    .    .    .    .    +
ticket.billing.policy action_load_samples model                   | .    .    .    +    .    .    .    .    .    .    +
ticket.billing.setup action_next own                              | .    .    .    +    .    .    .    .    .    .    +
ticket.billing.setup action_back own                              | .    .    .    +    .    .    .    .    .    .    +
ticket.billing.setup action_dry_run own                           | .    .    .    +    .    .    .    .    .    .    +
ticket.billing.setup action_open_automation own                   | .    .    .    +    .    .    .    .    .    .    +
res.partner action_view_ticket_charges res.partner                | +    +    +    +    +    +    .    .    .    .    +
ticket.billing.policy action_view_trials ticket.billing.policy    | .    .    +    +    .    .    .    .    .    .    .
res.partner action_view_trials res.partner                        | .    .    +    +    .    .    .    .    .    .    +
ticket.billing.run action_run_now run                             | .    .    +    +    .    .    .    .    .    .    +
ticket.billing.run action_start_run run                           | .    .    +    +    .    .    .    .    .    .    +
ticket.billing.run action_dry_run run                             | .    .    +    +    .    .    .    .    .    .    +
ticket.billing.run get_statistics model                           | .    .    +    +    +    .    .    .    .    .    +
ticket.billing.run action_open_undo run                           | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.run action_undo run                                | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.run.line action_open_ticket run line               | .    .    +    +    +    .    .    .    .    .    .
ticket.billing.run.line action_decide_trial trial line            | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.credit action_confirm own                          | .    .    .    .    .    +    .    .    .    .    .
ticket.billing.decision action_confirm own                        | .    .    +    +    .    .    .    .    .    .    !
ticket.billing.contract.choice action_confirm own                 | .    .    +    +    .    .    .    .    .    .    !
ticket.billing.override action_confirm own                        | .    .    .    .    .    .    .    .    .    .    .
ticket.billing.preview action_confirm own                         | +    .    +    +    .    .    .    .    .    .    +
ticket.billing.preview confirm_step own                           | !    !    !    !    !    .    .    .    .    .    !
ticket.billing.review action_approve own                          | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.review action_save own                             | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.trial action_confirm own                           | .    .    +    +    .    .    .    .    .    .    +
ticket.billing.undo action_confirm own                            | .    .    +    +    .    .    .    .    .    .    .
ticket.billing.up.to action_preview own                           | .    .    !    !    .    .    .    .    .    .    !
ticket.billing.up.to action_view_undecided own                    | .    .    +    +    .    .    .    .    .    .    +
ir.module.module button_uninstall module                          | .    .    .    .    .    .    .    .    .    .    .
res.config.settings execute own                                   | .    .    .    .    .    .    .    .    .    .    .
helpdesk.ticket copy_data new                                     | +    +    +    +    +    .    .    .    .    +    .
helpdesk.ticket.stage copy_data helpdesk.ticket.stage             | +    +    +    +    +    +    +    +    +    +    .
helpdesk.ticket.category copy_data helpdesk.ticket.category       | +    +    +    +    +    +    +    +    +    +    .
helpdesk.ticket.team copy_data helpdesk.ticket.team               | +    +    +    +    +    +    .    .    +    +    .
account.analytic.line copy_data open entries                      | +    .    .    .    .    .    .    .    .    .    .
account.move copy_data draft invoice                              | .    .    .    .    .    +    .    .    .    .    .
account.move.line copy_data draft lines                           | .    .    .    .    .    +    .    .    .    .    .
ticket.billing.policy copy_data ticket.billing.policy             | .    .    +    +    +    .    .    .    .    .    .
ticket.billing.work.type copy_data ticket.billing.work.type       | .    .    +    +    +    .    .    .    .    .    .
res.partner copy_data res.partner                                 | +    +    +    +    +    +    .    .    +    +    +
contract.contract copy_data spare contract                        | .    .    +    +    +    +    .    .    .    .    .
"""

# Fields that tell amounts, and ways to them: those without the group neither search,
# sort nor group by them
FORBIDDEN_PATHS = """
helpdesk.ticket:amount_to_invoice
helpdesk.ticket:amount_invoiced
helpdesk.ticket:charge_ids.amount
helpdesk.ticket:charge_ids.price_unit
helpdesk.ticket:charge_ids.waiting_amount
helpdesk.ticket:charge_ids.invoice_line_ids.price_subtotal
helpdesk.ticket:charge_ids.contract_id.hourly_rate
helpdesk.ticket:charge_ids.run_id.amount
helpdesk.ticket:billing_contract_id.hourly_rate
helpdesk.ticket:billing_trial_line_id.amount
helpdesk.ticket:billing_run_id.amount
helpdesk.ticket:timesheet_ids.billing_rate_override
ticket.billing.charge:amount
ticket.billing.charge:price_unit
ticket.billing.charge:rated_price_unit
ticket.billing.charge:covered_amount
ticket.billing.charge:invoiced_amount
ticket.billing.charge:credited_amount
ticket.billing.charge:edited_amount
ticket.billing.charge:waiting_amount
ticket.billing.charge:written_off_amount
ticket.billing.charge:replaced_amount
ticket.billing.charge:contract_id.hourly_rate
ticket.billing.charge:contract_id.per_ticket_rate
ticket.billing.charge:invoice_line_ids.price_unit
ticket.billing.charge:run_id.amount
ticket.billing.charge:policy_id.approval_amount
ticket.billing.charge:work_type_id.multiplier
ticket.billing.policy:approval_amount
ticket.billing.work.type:multiplier
account.analytic.line:billing_rate_override
account.analytic.line:charge_ids.amount
account.analytic.line:ticket_id.charge_ids.amount
ticket.billing.run:amount
ticket.billing.run.line:amount
ticket.billing.log:amount
ticket.billing.accuracy.report:rated_amount
ticket.billing.allowance.report:covered_amount
ticket.billing.leakage.report:amount
ticket.billing.realization.report:billed_amount
ticket.billing.realization.report:cost
ticket.billing.unbilled.report:amount
contract.contract:hourly_rate
contract.contract:per_ticket_rate
contract.template:hourly_rate
res.company:ticket_billing_daily_limit
"""

# + gives or does what it is for; the last column: not logged in
ROUTES = """
#                            own  othr mgr  adm  aud  acct cust cus2 empl desk frgn publ
close: page                 | +    +    +    +    .    .    +    .    .    +    .    .
close: form                 | +    +    +    +    .    .    +    .    .    +    .    .
ticket page                 | +    +    +    +    +    .    +    .    .    +    .    .
ticket page, wrong token    | +    +    +    +    +    .    +    .    .    +    .    .
invoice page                | .    .    .    .    .    +    +    .    .    .    .    .
invoice page, wrong token   | .    .    .    .    .    +    +    .    .    .    .    .
statement                   | .    .    .    .    .    +    +    .    .    .    .    .
attachment                  | .    .    .    .    .    +    .    .    .    .    .    .
export of tickets           | +    +    +    +    +    .    .    .    .    +    .    .
export of charges           | +    .    +    +    +    +    .    .    .    .    .    .
export of runs              | .    .    +    +    +    .    .    .    .    .    .    .
json: charges               | +    .    +    +    +    +    .    .    .    .    .    .
json: runs                  | .    .    +    +    +    .    .    .    .    .    .    .
json: private method        | .    .    .    .    .    .    .    .    .    .    .    .
"""
