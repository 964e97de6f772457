"""What the product's own questions cost in a large database.

python -m benchmarks.large --database NAME --tickets 1000000
"""

import argparse
import json

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from .bench import COMPANY, median, sample
from .large_cases import CASES, HOOKS
from .large_plans import plans
from .large_seed import seed

TIMES = 3
# After so many seconds a case is not repeated any more
LONGEST = 10


def measure(env, say=print, only="", most=1000):
    """Return by key how long each case takes, ``…_ms``, and its ``…_queries``.

    Each is the median of several, after one that does not count; what takes many
    seconds is done less often. Nothing is kept.

    :param str only: cases whose name contains it
    :param int most: how many tickets are closed at once at most
    """
    company = env["res.company"].search([("name", "=", COMPANY)])
    env = env(user=SUPERUSER_ID, context={"allowed_company_ids": company.ids})
    figures = {}
    for name, case in CASES.items():
        if only in name:
            _measure_case(env, name, case, figures, say)
    if only in "hook":
        for count in filter(most.__ge__, HOOKS):
            _measure_hook(env, count, figures, say)
    return figures


def _measure_case(env, name, case, figures, say):
    _note(figures, name, _take(env, case), say)


def _note(figures, name, middle, say):
    figures[f"{name}_ms"] = round(middle.seconds * 1000, 2)
    figures[f"{name}_queries"] = middle.queries
    say(f"{name}: {middle.seconds * 1000:.2f} ms, {middle.queries} queries")


def _take(env, case):
    """Return the median ``Sample`` of a case; nothing of its work is kept."""
    samples = []
    with env.cr.savepoint() as prepared:
        work, *readings = made if isinstance(made := case(env), tuple) else (made,)
        for _time in range(TIMES + 1):
            env.flush_all()
            env.invalidate_all()
            for reading in readings:
                reading()
            with env.cr.savepoint() as done:
                samples.append(sample(env, work))
                done.rollback()
            if sum(taken.seconds for taken in samples) > LONGEST:
                break
        prepared.rollback()
    env.invalidate_all()
    return median(samples[1:] or samples)


def _measure_hook(env, count, figures, say):
    """Compare closing tickets with moving them to a stage that bills nothing."""
    middles = {}
    for name, hook in HOOKS[count].items():
        middles[name] = _take(env, hook)
        _note(figures, f"hook_{count}_{name}", middles[name], say)
    extra = middles["billing"].queries - middles["plain"].queries
    figures[f"hook_{count}_extra_queries"] = extra
    say(f"hook_{count}: {extra} queries more")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--tickets", type=int, default=0, help="seed so many first")
    parser.add_argument("--only", default="", help="cases whose name contains it")
    parser.add_argument("--plans", action="store_true", help="print the plans as well")
    options = parser.parse_args()
    config.parse_config([])
    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        if options.tickets:
            seed(env, options.tickets)
        print(json.dumps(measure(env, only=options.only), indent=2))
        if options.plans:
            for name, text in plans(env, only=options.only).items():
                print(f"\n== {name}\n{text}")
        cr.rollback()


if __name__ == "__main__":
    main()
