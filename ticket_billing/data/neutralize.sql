-- a copy of a database bills nothing by itself
UPDATE res_company SET ticket_billing_enabled = false;
