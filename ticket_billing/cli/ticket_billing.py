"""``odoo-bin ticket_billing``: bill tickets from the command line.

Loaded by file name, without the addon's package: no relative imports.
"""

import argparse
import json
import sys

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

COLUMNS = [
    ("number", "Ticket", "<"),
    ("customer", "Customer", "<"),
    ("agreement", "Agreement", "<"),
    ("strategy", "Strategy", "<"),
    ("worked", "Worked", ">"),
    ("billed", "Billed", ">"),
    ("amount", "Amount", ">"),
    ("invoice", "Invoice", "<"),
    ("reason", "Why not", "<"),
]
OUTCOMES = ("invoiced", "covered", "to_approve", "skipped", "blocked")
WIDTH = 34
EPILOG = """
exit status: 0 when the run went through, blocked tickets included; 1 when the run
itself failed; 2 for wrong use
"""


class TicketBilling(Command):
    """Bill helpdesk tickets"""

    name = "ticket_billing"
    epilog = EPILOG

    def run(self, args):
        """Run ``process`` or ``report`` and leave with its exit status."""
        options = self._parse(args)
        config.parse_config(
            ["-d", options.database, "--no-http", "--log-level=warn"],
            setup_logging=True,
        )
        registry = Registry(options.database)
        if "ticket.billing.run" not in registry:
            sys.exit(f"ticket_billing is not installed in {options.database}.")
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            actions = {"process": self._process, "report": self._report}
            lines = actions[options.action](env, options)
            rows = [self._prepare_row(line) for line in lines]
            self._show(rows, self._prepare_totals(lines), options.json)

    def _parse(self, args):
        actions = self.parser.add_subparsers(dest="action", required=True)
        shared = argparse.ArgumentParser(add_help=False)
        shared.add_argument("-d", "--database", required=True)
        shared.add_argument("--json", action="store_true", help="print JSON")
        process = actions.add_parser(
            "process", parents=[shared], help="bill the tickets that are due"
        )
        process.add_argument("--dry-run", action="store_true", help="bill nothing")
        process.add_argument("--limit", type=self._positive, help="at most N tickets")
        process.add_argument("--ticket", metavar="NUMBER", help="just this ticket")
        actions.add_parser(
            "report", parents=[shared], help="show what was done with each ticket"
        )
        return self.parser.parse_args(args)

    @staticmethod
    def _positive(text):
        if not text.isdigit() or not int(text):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
        return int(text)

    def _process(self, env, options):
        tickets = self._get_ticket(env, options.ticket) if options.ticket else None
        runs = env["ticket.billing.run"]._process(
            "command", tickets, options.limit, options.dry_run
        )
        return runs.line_ids

    def _get_ticket(self, env, number):
        ticket = env["helpdesk.ticket"].search([("number", "=", number)])
        if not ticket:
            self.parser.error(f"there is no ticket {number}")
        return ticket

    def _report(self, env, options):
        """Return for each ticket the last line that says more than "skipped"."""
        lines = env["ticket.billing.run.line"].search(
            [("run_id.dry_run", "=", False)], order="id"
        )
        last = {}
        for line in lines:
            if line.outcome != "skipped" or line.number not in last:
                last[line.number] = line
        return lines.browse(line.id for line in last.values())

    def _prepare_row(self, line):
        return {
            "number": line.number,
            "customer": line.partner_id.commercial_partner_id.name or "",
            "agreement": line.agreement or "",
            "strategy": line.strategy or "",
            "worked": f"{line.worked_hours:.2f}",
            "billed": f"{line.billed_hours:.2f}",
            "amount": f"{line.amount:.2f}",
            "currency": line.currency_id.name,
            "invoice": ", ".join(map(self._get_invoice_name, line.move_ids)),
            "outcome": line.outcome,
            "reason": line.reason or self._get_waiting(line),
        }

    def _get_invoice_name(self, move):
        return move.name or f"draft {move.id}"

    def _get_waiting(self, line):
        return "waits for approval" if line.outcome == "to_approve" else ""

    def _prepare_totals(self, lines):
        outcomes = lines.mapped("outcome")
        totals = {"found": len(lines)}
        for outcome in OUTCOMES:
            totals[outcome] = outcomes.count(outcome)
        amounts = {}
        for line in lines.filtered(lambda line: line.outcome == "invoiced"):
            name = line.currency_id.name
            amounts[name] = amounts.get(name, 0.0) + line.amount
        return {**totals, "amounts": {k: f"{v:.2f}" for k, v in amounts.items()}}

    # Output

    def _show(self, rows, totals, as_json):
        if as_json:
            self._print(json.dumps({"tickets": rows, **totals}, indent=2))
            return
        for row in [dict((key, title) for key, title, _side in COLUMNS), *rows]:
            self._print(self._format(row, rows))
        amounts = ", ".join(
            f"{value} {key}" for key, value in totals["amounts"].items()
        )
        counts = ", ".join(
            f"{value} {key.replace('_', ' ')}"
            for key, value in totals.items()
            if key != "amounts"
        )
        self._print(f"\n{counts}; invoiced before tax: {amounts or '0.00'}")

    def _format(self, row, rows):
        cells = []
        for key, title, side in COLUMNS:
            width = min(max(len(r[key]) for r in [{key: title}, *rows]), WIDTH)
            text = row[key]
            if key == "amount" and "currency" in row:
                text = f"{text} {row['currency']}"
                width += 4
            elif key == "amount":
                width += 4
            if key != "reason" and len(text) > width:
                text = text[: width - 1] + "…"
            cells.append(f"{text:{side}{width}}")
        return "  ".join(cells).rstrip()

    def _print(self, text):
        sys.stdout.write(f"{text}\n")
