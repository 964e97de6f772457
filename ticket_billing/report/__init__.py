from . import report_statement_of_work
