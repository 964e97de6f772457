-- a copy of a database bills nothing by itself
UPDATE res_company SET ticket_billing_enabled = false;
-- nor does it post what was a draft, whoever switches billing on in the copy
UPDATE account_move SET ticket_billing_next_post = NULL
 WHERE ticket_billing_next_post IS NOT NULL;
-- nor send what was posted, even if Odoo's own scheduled action is started by hand
UPDATE account_move SET sending_data = NULL
 WHERE ticket_billing_level = 'send' AND sending_data IS NOT NULL;
