from odoo.tests import BaseCase, tagged

from ..tools.command_text import format_lines, format_process
from ..tools.status_text import format_age, format_cron, format_status
from ..tools.table import cut, fit_columns, format_table

ROW = {
    "number": "HT00012",
    "customer": "Northwind Dental",
    "agreement": "House rules",
    "strategy": "Time",
    "worked": "1.10",
    "billed": "1.25",
    "amount": "125.00",
    "currency": "EUR",
    "invoice": "draft 7",
    "outcome": "invoiced",
    "reason": "",
}
TOTALS = dict.fromkeys(("found", "invoiced", "covered"), 1)
TOTALS |= dict.fromkeys(("to_approve", "skipped", "blocked"), 0)
ANSWER = {
    **TOTALS,
    "tickets": [ROW],
    "amounts": {"EUR": "125.00", "JPY": "900"},
    "remaining": 2,
    "dry_run": False,
}
COUNT = {"count": 0, "oldest": None, "age_hours": None}


@tagged("post_install", "-at_install")
class TestCommandText(BaseCase):
    """What the command line prints for people."""

    def test_cut(self):
        cases = [
            ("Northwind", 9, "Northwind"),
            ("Northwind", 8, "Northwi…"),
            ("two\nlines", 20, "two lines"),
        ]
        for text, width, expected in cases:
            with self.subTest(text=text, width=width):
                self.assertEqual(cut(text, width), expected)

    def test_widest_column_gives_first(self):
        cases = [
            # widths, least, total, expected
            ([10, 20], [5, 5], 40, [10, 20]),
            ([10, 20], [5, 5], 22, [10, 12]),
            ([10, 20], [5, 5], 16, [8, 8]),
            ([10, 20], [10, 5], 16, [10, 6]),
            ([10, 20], [10, 20], 16, [10, 20]),
        ]
        for widths, least, total, expected in cases:
            with self.subTest(widths=widths, least=least, total=total):
                self.assertEqual(fit_columns(widths, least, total), expected)

    def test_table(self):
        columns = [
            ("name", "Name", "<"),
            ("note", "Note", "<"),
            ("hours", "Hours", ">"),
        ]
        rows = [
            {"name": "A", "note": "", "hours": "1.00"},
            {"name": "A customer with a long name", "note": "", "hours": "123.00"},
        ]
        self.assertEqual(
            format_table(columns, rows, 20),
            [
                "Name           Hours",
                "A               1.00",
                "A customer …  123.00",
            ],
        )

    def test_lines_fit_and_keep_their_numbers(self):
        row = {
            **ROW,
            "customer": "Northwind Dental and all of its practices in the country " * 2,
            "agreement": "Support agreement with a name that nobody can remember " * 2,
            "strategy": "Fee and Time, Time",
            "amount": "1234567.00",
            "invoice": "INV/2026/00012, draft 123456",
            "outcome": "blocked",
            "reason": "Set the contact of the ticket, for nobody can be billed. " * 4,
        }
        for width in (100, 120):
            with self.subTest(width=width):
                lines = format_lines([ROW, row], width)
                self.assertLessEqual(max(map(len, lines)), width)
                self.assertIn("1234567.00 EUR", lines[2])
                self.assertIn("…", lines[2])
                self.assertIn("HT00012: Set the contact", lines[5])
                reason = " ".join(" ".join(lines[5:]).split())
                self.assertIn(row["reason"].strip(), reason)

    def test_what_a_run_did(self):
        lines = format_process(ANSWER, 120)
        self.assertEqual(
            lines[0].split()[:5],
            ["Ticket", "Customer", "Agreement", "Strategy", "Worked"],
        )
        self.assertEqual(
            lines[-2:],
            [
                "1 found, 1 invoiced, 1 covered, 0 to approve, 0 skipped, 0 blocked; "
                "invoiced before tax: 125.00 EUR, 900 JPY",
                "2 tickets are still due.",
            ],
        )

    def test_what_is_left(self):
        nothing = {**ANSWER, "found": 0, "tickets": [], "remaining": 0}
        dry_run = {**ANSWER, "dry_run": True}
        cases = [
            (nothing, ["Nothing to bill: no ticket is due."]),
            ({**nothing, "remaining": 1}, ["1 ticket is still due."]),
            (
                dry_run,
                ["Dry run: nothing was billed.", "2 tickets would still be due."],
            ),
            (
                {**dry_run, "remaining": 1},
                ["Dry run: nothing was billed.", "1 ticket would still be due."],
            ),
        ]
        for answer, expected in cases:
            with self.subTest(expected=expected):
                self.assertEqual(format_process(answer, 120)[-2:], expected)

    def test_age(self):
        cases = [(None, "-"), (0, "0 h"), (47, "47 h"), (48, "2 d"), (80, "3 d")]
        for hours, expected in cases:
            with self.subTest(hours=hours):
                self.assertEqual(format_age(hours), expected)

    def test_scheduled_action(self):
        cron = {
            "key": "ir_cron_process_tickets",
            "name": "Bill",
            "active": True,
            "last_call": None,
            "next_call": "2026-03-05 10:00:00",
            "failures": 0,
        }
        cases = [
            (cron, "Bill: active, last call never, next call 2026-03-05 10:00:00 UTC"),
            (
                {**cron, "active": False, "failures": 3, "next_call": None},
                "Bill: NOT ACTIVE, failed 3 times, last call never, next call never",
            ),
            ({**cron, "name": None}, "ir_cron_process_tickets: deleted"),
        ]
        for values, expected in cases:
            with self.subTest(expected=expected):
                self.assertEqual(format_cron(values).strip(), expected)

    def test_status(self):
        company = {
            "name": "Harbour IT Services",
            "switches": {
                "enabled": True,
                "on_close": True,
                "on_resolve": True,
                "start_date": None,
                "delay_minutes": 2,
                "level_name": "Draft invoices",
            },
            "backlog": {
                key: COUNT for key in ("due", "later", "not_by_itself", "held", "trial")
            }
            | {"blocked": {**COUNT, "count": 3, "age_hours": 50}},
            "charges": {
                key: {**COUNT, "amounts": {"EUR": "9.50"}}
                for key in ("to_approve", "ready", "released")
            },
            "last_runs": [
                {**TOTALS, "label": "Button", "dry_run": True, "date": "2026-03-05"}
            ],
            "statistics": {
                "tickets": TOTALS,
                "success_rate": 0.875,
                "minutes_to_draft": {"tickets": 2, "mean": 3.0, "percentile_95": 4.5},
                "per_hour": 7200.0,
                "errors": [{"label": "No price", "tickets": 2}],
                "by_trigger": [{**TOTALS, "label": "Schedule", "runs": 4}],
            },
        }
        text = "\n".join(
            format_status({"companies": [company], "scheduled_actions": []}, 7, 120)
        )
        for expected in (
            r"Events +when closed and when resolved",
            r"Since +ever",
            r"Level +Draft invoices",
            r"Blocked, given up +3 +2 d",
            r"Ready +0 +- +9.50 EUR",
            r"Dry run +2026-03-05 UTC  1 found",
            r"Last 7 days",
            r"Success rate +87.5%",
            r"3.0 on average, 4.5 for 95 %",
            r"Schedule +4 runs: 1 found",
            r"Errors +No price 2",
        ):
            with self.subTest(expected=expected):
                self.assertRegex(text, expected)
