from lib import odoo_log

LOG = """\
2026-03-01 10:00:00,001 12 INFO demo odoo.modules.loading: 3 modules loaded
2026-03-01 10:00:00,002 12 WARNING demo odoo.fields: A field has no label
Traceback (most recent call last):
  File "x.py", line 1, in x
odoo.exceptions.ValidationError: The rate must be positive
2026-03-01 10:00:00,003 12 ERROR demo odoo.sql_db: bad query: SELECT 1
2026-03-01 10:00:00,004 12 CRITICAL ? odoo.service.server: Failed to initialize
"""


def test_warnings_and_worse_are_unexpected():
    levels = [line.split()[3] for line in odoo_log.unexpected_lines(LOG)]
    assert levels == ["WARNING", "ERROR", "CRITICAL"]


def test_an_expected_line_needs_its_logger_and_its_text(monkeypatch):
    monkeypatch.setattr(odoo_log, "EXPECTED", ((r"odoo\.fields", r"no label"),))
    assert odoo_log.is_expected("odoo.fields", "A field has no label")
    assert not odoo_log.is_expected("odoo.models", "A field has no label")
    assert len(odoo_log.unexpected_lines(LOG)) == 2


def test_the_reason_of_a_failure_is_its_last_exception():
    reason = "odoo.exceptions.ValidationError: The rate must be positive"
    assert odoo_log.last_error(LOG) == reason
    without = "\n".join(line for line in LOG.splitlines() if "Validation" not in line)
    assert odoo_log.last_error(without) == "bad query: SELECT 1"
    assert odoo_log.last_error("") == ""
