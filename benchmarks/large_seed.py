"""A large database: bundles of real tickets, copied a thousand times by SQL."""

import time

from odoo.sql_db import db_connect

from .large_clone import LINKS, TABLES, Bundle
from .large_kinds import BUNDLE, MAKERS
from .large_scene import COMPANIES, found_sides

# Kind → customers, and how many of each thousand tickets of the history
HISTORY = {
    "billed": ("common", 930),
    "covered": ("inclusive", 30),
    "void": ("approval", 10),
    "credited": ("common", 10),
    "written_off": ("approval", 10),
    "cancelled": ("common", 10),
}
# Kind → customers, how many tickets, and how many days ago the first was closed
BACKLOG = {
    "open": ("common", 2000, 20),
    "pending": ("common", 2000, 2),
    "blocked": ("common", 300, 10),
    "to_approve": ("approval", 200, 5),
    "ready": ("monthly", 200, 20),
    "released": ("common", 100, 10),
}
FOREVER_CHARGES = 50000
FIRST_DAY, LAST_DAY = 30, 1460
# The lines of runs are kept for the newest part of the history
WITH_RUN_LINES = 0.2
# From so many tickets on there is all of the history, and two companies
WHOLE = 100_000


def seed(env, tickets, entries_per_ticket=3, say=print):
    """Fill an empty database with the addons in it, and commit.

    :param env: an environment of the superuser
    :param int tickets: how many in all; 100,000 at least for all of the history, fewer
        for a short look at one company
    """
    started = time.monotonic()
    sides = found_sides(env, COMPANIES if tickets >= WHOLE else COMPANIES[-1:])
    say(f"companies and customers: {time.monotonic() - started:.0f} s")
    bundles = _make_bundles(sides, entries_per_ticket)
    say(f"bundles of each kind: {time.monotonic() - started:.0f} s")
    definitions = _drop_definitions(env.cr)
    for side, own in zip(sides, bundles, strict=True):
        _Copier(side, own, entries_per_ticket, say).copy(tickets // len(sides))
        say(f"{side.env.company.name}: {time.monotonic() - started:.0f} s")
    _make_definitions(env.cr, definitions)
    say(f"indexes: {time.monotonic() - started:.0f} s")
    _age_terms(env)
    env.cr.commit()
    _vacuum(env.cr.dbname)
    env.invalidate_all()
    say(f"done: {time.monotonic() - started:.0f} s")


def _make_bundles(sides, entries):
    bundles = []
    kinds = {**HISTORY, **BACKLOG}
    for side in sides:
        own = {}
        for kind, (group, *_rest) in kinds.items():
            customer = side.groups[group][0]
            own[kind] = Bundle(
                side.env, MAKERS[kind](side.env, customer, entries), customer
            )
        bundles.append(own)
    return bundles


class _Copier:
    """Copies the bundles of one company."""

    def __init__(self, side, bundles, entries, say):
        self.side = side
        self.cr = side.env.cr
        self.bundles = bundles
        self.entries = entries
        self.say = say

    def copy(self, tickets):
        """Copy a number of tickets, the backlog among them."""
        half = 2
        for kind, (group, count, days) in BACKLOG.items():
            self._copy(kind, self.side.groups[group], count // half, (0, days))
        left = tickets - sum(count for _group, count, _days in BACKLOG.values()) // half
        if self.side.env.company.name == "Lakeside Support":
            forever = min(FOREVER_CHARGES // self.entries, left // 10)
            self._copy("covered", self.side.forever, forever, (FIRST_DAY, LAST_DAY))
            left -= forever
        split = int(FIRST_DAY + (LAST_DAY - FIRST_DAY) * WITH_RUN_LINES)
        for kind, (group, share) in HISTORY.items():
            count, customers = left * share // 1000, self.side.groups[group]
            new = int(count * WITH_RUN_LINES)
            self._copy(kind, customers, count - new, (split, LAST_DAY), False)
            self._copy(kind, customers, new, (FIRST_DAY, split))

    def _copy(self, kind, customers, tickets, days, with_run_lines=True):
        started = time.monotonic()
        self._make_targets(customers, tickets // BUNDLE, days)
        self.bundles[kind].clone("seed_target", with_run_lines)
        self.cr.execute("DROP TABLE seed_target")
        seconds = time.monotonic() - started
        self.say(f"  {tickets} tickets {kind.replace('_', ' ')}: {seconds:.1f} s")

    def _make_targets(self, customers, copies, days):
        """Make the table that says whose each copy is, and when, the oldest first."""
        first, last = days
        self.cr.execute(
            """
            CREATE TEMP TABLE seed_target AS
            SELECT n, customer.*,
                   (%(last)s - (n - 1) * (%(last)s - %(first)s) / %(copies)s)::int
                       AS days
              FROM generate_series(1, %(copies)s) n
              JOIN (
                  SELECT partner.id AS partner_id, partner.name,
                         min(contract.id) AS contract_id,
                         row_number() OVER (ORDER BY partner.id) - 1 AS position
                    FROM res_partner partner
                    LEFT JOIN contract_contract contract
                      ON contract.partner_id = partner.id
                   WHERE partner.id = ANY(%(customers)s)
                   GROUP BY partner.id
              ) customer ON customer.position = (n - 1) %% %(count)s
            """,
            {
                "first": first,
                "last": last,
                "copies": copies or 1,
                "customers": customers.ids,
                "count": len(customers),
            },
        )


# Indexes and foreign keys are made anew, which takes a fraction of the time


def _drop_definitions(cr):
    """Drop indexes and foreign keys, and return the statements that make them."""
    tables = [*TABLES, *LINKS]
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cr.execute("SET LOCAL synchronous_commit = off")
    cr.execute(
        """
        CREATE TEMP TABLE seed_foreign_key AS
        SELECT conrelid, conname, confrelid, attname AS column_,
               pg_get_constraintdef(pg_constraint.oid) AS definition
          FROM pg_constraint
          JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
         WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
        """,
        [tables],
    )
    cr.execute(
        """
        SELECT format('DROP INDEX %%I', indexrelid::regclass::text),
               pg_get_indexdef(indexrelid) || format(
                   '; COMMENT ON INDEX %%I IS %%L', indexrelid::regclass::text,
                   obj_description(indexrelid, 'pg_class'))
          FROM pg_index
         WHERE indrelid = ANY(%(tables)s::regclass[])
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        UNION ALL
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I',
                      conrelid::regclass, conname),
               format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s NOT VALID',
                      conrelid::regclass, conname, definition)
          FROM seed_foreign_key
        """,
        {"tables": tables},
    )
    rows = cr.fetchall()
    for drop, _make in rows:
        cr.execute(drop)
    return [make for _drop, make in rows]


def _make_definitions(cr, definitions):
    for definition in definitions:
        cr.execute(definition)


def _age_terms(env):
    """Let terms be older than the work, or all that waits would be rated anew."""
    for table in ("contract_contract", "ticket_billing_policy"):
        env.cr.execute(f"UPDATE {table} SET ticket_terms_date = '2020-01-01'")


def _vacuum(database):
    """Leave the tables as the server's own cleaning would."""
    connection = db_connect(database)
    with connection.cursor() as cr:
        cr._cnx.autocommit = True
        for table in (*TABLES, *LINKS):
            cr.execute(f"VACUUM (ANALYZE) {table}")
        cr.execute("ANALYZE")
