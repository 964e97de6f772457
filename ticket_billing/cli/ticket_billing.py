"""``odoo-bin ticket_billing``: bill tickets from the command line.

Loaded by file name, without the addon's package: no relative imports, and the addon's
own modules only once the registry is loaded.
"""

import argparse
import os
import sys
from contextlib import contextmanager
from functools import partial

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tools import config

DESCRIPTION = """
Bill helpdesk tickets, and see how billing stands.

Odoo finds this command in its addons path: name the configuration file that has it
in ODOO_RC, or the path itself before the command.
"""
EPILOG = """
examples:
  ODOO_RC=/etc/odoo/odoo.conf odoo-bin ticket_billing status -d production
  odoo-bin --addons-path=addons,/opt/billing ticket_billing process -d test --dry-run

"ticket_billing process --help" and the like tell more.

exit status: 0 when the run went through, blocked tickets included; 1 when the run
itself failed, in part or as a whole, or when health finds an error; 2 for wrong use
"""
PROCESS = """
Bill the tickets that are due, oldest first. Switches, automation level and delay are
passed over; approval, the start date and the invoice frequency are not. Each batch is
saved on its own: whoever stops the command loses at most the one it is at.
"""
PROCESS_EPILOG = """
examples:
  odoo-bin ticket_billing process -d production --dry-run
  odoo-bin ticket_billing process -d production --customer "Northwind Dental"
  odoo-bin ticket_billing process -d production --ticket HT00012 --ticket HT00013

exit status: 0 when the run went through, blocked tickets included; 1 when the run
itself failed, in part or as a whole; 2 for wrong use
"""
STATUS = """
Show what is switched on, what waits and for how long, the last runs, whether the
scheduled actions are at work, and how well tickets were billed.
"""
HEALTH = """
Check billing, company by company: is it at work, does anything wait for too long, is
anything missing, do ledger and invoices agree? Nothing is changed, nobody is told.
"""
HEALTH_EPILOG = """
examples:
  odoo-bin ticket_billing health -d production
  odoo-bin ticket_billing health -d production --json

exit status: 0 when all checks are ok or warnings; 1 when one of them is an error, or
the command itself failed; 2 for wrong use
"""
REPORT = "Show for each ticket what was done with it last, or why nothing was."


class TicketBilling(Command):
    """Bill helpdesk tickets"""

    name = "ticket_billing"
    description = DESCRIPTION
    epilog = EPILOG

    def run(self, args):
        """Run what is asked for and leave with its exit status."""
        options = self._parse(args)
        self._configure(options)
        self._check_database(options.database)
        try:
            with self._open(options.database) as env:
                from odoo.addons.ticket_billing.tools import command

                actions = {
                    "process": command.process,
                    "status": command.status,
                    "health": command.health,
                    "report": command.report,
                }
                status = actions[options.action](env, options)
        except UserError as error:
            self.parser.error(str(error))
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            sys.exit(
                f"The database {options.database} failed: {self._get_line(error)}. "
                "Batches that were finished are saved."
            )
        except KeyboardInterrupt:
            sys.exit("Stopped. Batches that were finished are saved.")
        sys.exit(status)

    # Options

    def _parse(self, args):
        actions = self.parser.add_subparsers(dest="action", required=True)
        add = partial(
            actions.add_parser,
            parents=[self._get_shared_options()],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        process = add(
            "process",
            help="bill the tickets that are due",
            description=PROCESS,
            epilog=PROCESS_EPILOG,
        )
        self._add_process_options(process)
        status = add("status", help="show how billing stands", description=STATUS)
        self._add_company_option(status)
        status.add_argument(
            "--days",
            type=self._positive,
            default=30,
            help="how many days the statistics go back; 30 if not given",
        )
        texts = {"description": HEALTH, "epilog": HEALTH_EPILOG}
        health = add("health", help="check whether billing is well", **texts)
        self._add_company_option(health)
        add("report", help="show what was done with each ticket", description=REPORT)
        options = self.parser.parse_args(args)
        if options.action == "process" and options.ticket and options.limit:
            process.error("--limit is for what is due, not for chosen tickets")
        return options

    def _get_shared_options(self):
        shared = argparse.ArgumentParser(add_help=False)
        shared.add_argument(
            "-d", "--database", metavar="DB", required=True, help="the database"
        )
        shared.add_argument(
            "-c",
            "--config",
            metavar="FILE",
            help="the configuration file of Odoo; else the one that ODOO_RC names",
        )
        shared.add_argument(
            "--json",
            action="store_true",
            help="print one JSON document, amounts as texts",
        )
        return shared

    def _add_process_options(self, process):
        process.add_argument(
            "--dry-run",
            action="store_true",
            help="bill nothing, and show to the cent what would be billed",
        )
        process.add_argument(
            "--limit",
            metavar="N",
            type=partial(self._positive, digits=9),
            help="at most N tickets that are due",
        )
        self._add_company_option(process)
        process.add_argument(
            "--customer",
            metavar="P",
            help="only of this customer and its contacts: id, reference or exact name",
        )
        process.add_argument(
            "--ticket",
            metavar="NUMBER",
            action="append",
            help="exactly this ticket, whatever the start date and the invoice "
            "frequency say; may be repeated",
        )

    def _add_company_option(self, parser):
        parser.add_argument(
            "--company", metavar="C", help="only of this company: id or exact name"
        )

    @staticmethod
    def _positive(text, digits=5):
        # Seven digits of days lead back before the first day there is
        is_number = text.isascii() and text.isdigit() and len(text) <= digits
        if not is_number or not int(text):
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number above zero of at most {digits} digits"
            )
        return int(text)

    # Database

    def _configure(self, options):
        """Read the configuration file, which has to be there if somebody names one."""
        path = options.config or os.environ.get("ODOO_RC")
        if path and not os.access(os.path.expanduser(path), os.R_OK):
            origin = "-c/--config" if options.config else "ODOO_RC"
            self.parser.error(
                f"the configuration file {path} that {origin} names does not exist or "
                "cannot be read"
            )
        args = ["-d", options.database, "--no-http", "--log-level=warn"]
        if options.config:
            args += ["-c", options.config]
        config.parse_config(args, setup_logging=True)

    def _check_database(self, name):
        """Leave with a sentence if tickets cannot be billed in the database."""
        try:
            with db_connect(name).cursor() as cr:
                cr.execute("SELECT to_regclass('ir_module_module') IS NOT NULL")
                if not cr.fetchone()[0]:
                    sys.exit(f"{name} is not a database of Odoo.")
                cr.execute(
                    "SELECT 1 FROM ir_module_module"
                    " WHERE name = 'ticket_billing'"
                    " AND state IN ('installed', 'to upgrade')"
                )
                if not cr.rowcount:
                    sys.exit(f"ticket_billing is not installed in {name}.")
        except psycopg2.OperationalError as error:
            sys.exit(f"Cannot connect to the database {name}: {self._get_line(error)}.")

    @staticmethod
    def _get_line(error):
        """Return the first line of what the database says."""
        return (str(error).strip() or "no connection").splitlines()[0].rstrip(".")

    @contextmanager
    def _open(self, name):
        """The system's environment in the database."""
        registry = Registry(name)
        if "ticket.billing.run" not in registry:
            sys.exit(
                f"ticket_billing is installed in {name}, but it is in no folder of "
                f"addons_path: {', '.join(config['addons_path'])}."
            )
        with registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
