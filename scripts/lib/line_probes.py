"""Which lines of the addons run, noted by statements put among theirs.

Before Python 3.12 a trace function can only be told of every line of all code, Odoo's
too, which makes the tests take twice as long. A probe costs nothing elsewhere.
"""

import ast
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path

# The name of a module's notes among its own names: a number for each line, 1 if it ran
NOTES = "_lines_that_ran_"


class Probes:
    """Notes which lines run in modules that are imported from some files."""

    def __init__(self, files):
        self.notes = {str(file): bytearray() for file in files}

    def start(self):
        """Put probes in what is imported from now on."""
        sys.meta_path.insert(0, ProbingFinder(self.notes))

    def lines(self):
        """Return a dict: file → numbers of the lines that ran, none if not imported."""
        return {
            file: [line for line, ran in enumerate(notes) if ran]
            for file, notes in self.notes.items()
        }


class ProbingFinder(MetaPathFinder):
    def __init__(self, notes):
        self.notes = notes

    def find_spec(self, fullname, path=None, target=None):
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin in self.notes:
            spec.loader = ProbingLoader(fullname, spec.origin, self.notes[spec.origin])
            return spec
        return None


class ProbingLoader(SourceFileLoader):
    def __init__(self, fullname, path, notes):
        super().__init__(fullname, path)
        self.notes = notes

    def get_code(self, fullname):
        """Compile the source anew: bytecode with probes must not be kept on disk."""
        source = Path(self.path).read_bytes()
        self.notes.extend(bytes(source.count(b"\n") + 2 - len(self.notes)))
        return compile(with_probes(source), self.path, "exec", dont_inherit=True)

    def exec_module(self, module):
        setattr(module, NOTES, self.notes)
        super().exec_module(module)


def with_probes(source):
    """Return the syntax tree of a source with a probe before each statement."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                setattr(node, name, list(probed(node, name, statements)))
    return ast.fix_missing_locations(tree)


def probed(node, name, statements):
    if name == "body" and isinstance(node, ast.ExceptHandler | ast.match_case):
        # These have a line of their own, and are no statements
        place = getattr(node, "pattern", node)
        yield probe(place, place.lineno)
    start = count_first(statements)
    yield from statements[:start]
    for statement in statements[:start]:
        yield probe(statement, statement.lineno)
    for statement in statements[start:]:
        for decorator in getattr(statement, "decorator_list", []):
            yield probe(statement, decorator.lineno)
        yield probe(statement, statement.lineno)
        yield statement


def count_first(statements):
    """Return how many must stay the first: a docstring, imports from the future."""
    for index, statement in enumerate(statements):
        is_future = getattr(statement, "module", "") == "__future__"
        is_text = isinstance(statement, ast.Expr) and isinstance(
            statement.value, ast.Constant
        )
        if not is_future and (index or not is_text):
            return index
    return len(statements)


def probe(place, line):
    """Return the statement that notes that a line is reached."""
    statement = ast.parse(f"{NOTES}[{line}] = 1").body[0]
    for node in ast.walk(statement):
        ast.copy_location(node, place)
    return statement
