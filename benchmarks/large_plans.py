"""How PostgreSQL answers the product's hot questions: the plans of their queries."""

import re
from contextlib import contextmanager

from odoo import SUPERUSER_ID

from .bench import COMPANY
from .large_cases import CASES

MODIFIES = re.compile(r"\s*(INSERT|UPDATE|DELETE|SAVEPOINT|ROLLBACK|RELEASE|SET)", re.I)
TABLES = re.compile("helpdesk_ticket|ticket_billing|account_analytic_line|account_move")
WORTH_MS = 0.2


def plans(env, only="", most=3):
    """Return a dict: case and number → the query and its plan, the slowest first.

    :param str only: cases whose name contains it
    :param int most: how many queries of a case
    """
    company = env["res.company"].search([("name", "=", COMPANY)])
    env = env(user=SUPERUSER_ID, context={"allowed_company_ids": company.ids})
    found = {}
    for name, case in CASES.items():
        if only not in name:
            continue
        for number, plan in enumerate(_explain_case(env, case)[:most], 1):
            found[f"{name} {number}"] = plan
    return found


def _explain_case(env, case):
    """Return the plans of the queries of a case, the slowest first."""
    with env.cr.savepoint() as savepoint:
        work = made[0] if isinstance(made := case(env), tuple) else made
        env.flush_all()
        env.invalidate_all()
        with _explained(env.cr) as found:
            work()
        savepoint.rollback()
    env.invalidate_all()
    slow = [plan for plan in found if plan[0] >= WORTH_MS]
    return [f"{query}\n{plan}" for _ms, query, plan in sorted(slow, reverse=True)]


@contextmanager
def _explained(cr):
    """Yield a list that gets of each reading query how many ms it takes, its text and
    its plan; each is explained just before it is run."""
    found, own = [], cr._obj

    class Explainer:
        def __getattr__(self, name):
            return getattr(own, name)

        def execute(self, query, params=None):
            text = own.mogrify(query, params).decode()
            if not MODIFIES.match(text) and TABLES.search(text):
                found.append(_explain(own, text))
            own.execute(query, params)

    cr._obj = Explainer()
    try:
        yield found
    finally:
        cr._obj = own


def _explain(cursor, query):
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}")
    plan = "\n".join(row[0] for row in cursor.fetchall())
    return float(re.search(r"Execution Time: ([\d.]+)", plan)[1]), query, plan
