-- a rule that bills tickets, the example or another one, bills nothing in a copy
UPDATE base_automation SET active = false
 WHERE id IN (
       SELECT base_automation_id
         FROM ir_act_server
        WHERE code LIKE '%generate_invoice%'
);
