"""``python -m benchmarks``: measures everything in the databases of ``make bench``."""

import argparse
import json
import platform
import sys
import time
from functools import partial
from pathlib import Path

from odoo import release
from odoo.tools import config

from . import (
    engine,
    history,
    large,
    large_seed,
    peers,
    peers_scene,
    report,
    scene,
    workers,
)
from .bench import Bench, median

# "backlog" and "long": how many times as many tickets workers and the long run have;
# "closed": how many are closed at once at most
SIZES = {
    "small": {
        "customers": 3,
        "history": 1000,
        "looped": 5,
        "backlog": 1,
        "long": 5,
        "large": 10_000,
        "closed": 100,
    },
    "full": {
        "customers": 20,
        "history": 20_000,
        "looped": 30,
        "backlog": 4,
        "long": 50,
        "large": 1_000_000,
        "closed": 1000,
    },
}
TIMES = 3
FEW = 500


class Benchmark:
    """Everything that is measured, in the order in which it is."""

    def __init__(self, database, large_database, size):
        self.bench = Bench(database)
        self.large_database = large_database
        self.size, self.wanted = size, SIZES[size]
        self.figures = {}
        self.start = time.monotonic()

    def run(self):
        """Measure everything, and return the figures by name."""
        self.say("the company: customers, contracts, tickets, invoices of before")
        self.seed()
        self.measure_throughput()
        self.say("one ticket by its button")
        self.measure_button()
        self.say("one and two workers on one backlog")
        self.figures["workers"] = workers.measure_workers(
            self.bench, self.wanted["backlog"]
        )
        self.say("memory of a long run, beside what follows")
        many = self.count * self.wanted["long"]
        long_run = workers.start_measuring_memory(
            self.bench, min(FEW, many // 2), self.wanted["long"]
        )
        large_bench = self.seed_large()
        self.figures["memory"] = long_run.wait()
        self.measure_large(large_bench)
        return self.figures

    @property
    def count(self):
        return self.wanted["customers"] * scene.TICKETS_EACH

    def say(self, text):
        print(f"[{time.monotonic() - self.start:5.0f} s] {text}", flush=True)

    def seed(self):
        with self.bench.transaction(keep=True) as env:
            scene.found_company(env)
        with self.bench.transaction(keep=True) as env:
            customers = scene.create_customers(env, self.wanted["customers"])
            history.create_history(env, customers, self.wanted["history"])
        history.analyze(self.bench.database)
        with self.bench.transaction(keep=True) as env:
            customers = env["res.partner"].browse(customers.ids)
            scene.create_tickets(env, customers)
            peers_scene.create_orders(env, customers)
            peers_scene.create_contracts(env, customers)
        history.analyze(self.bench.database)

    # Throughput

    def measure_throughput(self):
        """Measure all that makes invoices, in turn, and keep the medians."""
        candidates = self.get_candidates()
        samples = {name: [] for name in candidates}
        for number in range(1, TIMES + 1):
            for name, (count, measure) in candidates.items():
                sample = measure()
                samples[name].append(sample)
                speed = count / sample.seconds
                self.say(f"{number} of {TIMES}: {name}: {speed:.0f} tickets/s")
                history.analyze(self.bench.database, *history.FILLED)
        for name, (count, _measure) in candidates.items():
            middle = median(samples[name])
            self.figures[name] = {
                "tickets": count,
                "tickets_per_second": round(count / middle.seconds, 1),
                "queries_per_ticket": round(middle.queries / count, 2),
                "memory": round(middle.memory),
            }

    def get_candidates(self):
        """Return by name how many tickets are invoiced, and a function that does it."""
        candidates = {}
        for shape in engine.SHAPES:
            bare, hinted = engine.read_drafts(self.bench, shape, peers.read_values)
            makers = {
                "engine": partial(engine.measure, self.bench, shape),
                "bare": partial(self.bench.measure, partial(peers.create_moves, bare)),
                "limit": partial(
                    self.bench.measure, partial(peers.create_moves, hinted)
                ),
            }
            for name, maker in makers.items():
                candidates[f"{name}_{shape}"] = (self.count, maker)
        for order in peers_scene.ORDERS:
            candidates[f"sale_timesheet_{order}"] = self.get_peer(
                peers.invoice_orders, partial(peers.find_orders, order), self.count
            )
        candidates["contract"] = self.get_peer(
            peers.invoice_contracts, peers.find_contracts, self.count
        )
        looped = self.wanted["looped"]
        for name in ("loop_by_ticket", "loop_by_customer"):
            find = partial(peers.find_tickets, looped)
            candidates[name] = self.get_peer(getattr(peers, name), find, looped)
        return candidates

    def get_peer(self, work, find, count):
        return count, partial(self.bench.measure, work, find)

    def measure_button(self):
        """Measure one ticket, and one bare draft, with and without what was read."""
        bare, _hinted = engine.read_drafts(
            self.bench, "ticket_entry", peers.read_values
        )
        makers = {
            "button": (engine.press_button, engine.prepare_button),
            "one_draft": (
                partial(peers.create_some_moves, bare[-1:]),
                partial(peers.create_some_moves, bare[-2:-1]),
            ),
        }
        for name, (work, prepare) in makers.items():
            for forgets in (False, True):
                samples = [
                    self.bench.measure(work, prepare, forgets)
                    for _time in range(TIMES + 1)
                ]
                middle = median(samples[1:])
                self.figures[f"{name}_cold" if forgets else name] = {
                    "ms": round(middle.seconds * 1000),
                    "queries": middle.queries,
                }

    # A large database

    def seed_large(self):
        self.say(f"{self.wanted['large']} tickets, by SQL")
        bench = Bench(self.large_database)
        with bench.transaction(keep=True) as env:
            large_seed.seed(env, self.wanted["large"], say=self.say)
        history.analyze(self.large_database)
        return bench

    def measure_large(self, bench):
        with bench.transaction() as env:
            figures = large.measure(env, say=self.say, most=self.wanted["closed"])
        self.figures["large"] = {"tickets": self.wanted["large"], **figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--large", required=True, help="one for a million tickets")
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--results", type=Path, required=True, help="a file to write")
    options = parser.parse_args()
    config.parse_config(["--log-level=critical"])
    benchmark = Benchmark(options.database, options.large, options.size)
    results = {
        "size": options.size,
        "odoo": release.version,
        "python": platform.python_version(),
        "figures": benchmark.run(),
    }
    results["seconds"] = round(time.monotonic() - benchmark.start)
    has_batches = benchmark.count >= peers.CHUNK
    results["goals"] = report.judge(results["figures"], has_batches)
    options.results.write_text(json.dumps(results, indent=2) + "\n")
    print(report.get_table(results))
    missed = [goal for goal in results["goals"] if goal["verdict"] == "below the floor"]
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
