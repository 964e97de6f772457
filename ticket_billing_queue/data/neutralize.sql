-- a copy of a database does not go on with jobs of the original
UPDATE queue_job
   SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'utc'
 WHERE model_name = 'helpdesk.ticket'
   AND method_name = '_job_bill'
   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
