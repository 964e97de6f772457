#!/usr/bin/env python3
"""Set up, run and check this repository. The Makefile calls it."""

import sys

# No newer syntax in this file: an old Python must get as far as this message.
if sys.version_info < (3, 10):
    sys.stderr.write(
        "error: Python 3.10 or newer is needed, this is "
        + sys.version.split()[0]
        + "; name another one with: make PYTHON=python3.11\n"
    )
    sys.exit(1)


def main():
    from lib import commands

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
