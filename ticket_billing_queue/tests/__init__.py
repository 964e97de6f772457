from . import test_job_failures
from . import test_job_health
from . import test_jobs
