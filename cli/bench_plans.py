"""`specedit bench plans`: how long renames over a workspace take."""

import argparse
from collections.abc import Callable

from specedit.cli.bench_options import Kinds, Run, show
from specedit.cli.render import Screen


def add_parser(kinds: Kinds, from_checkout: Callable[[str, Run], Run]) -> None:
    """Add the measurement."""
    parser = kinds.add_parser("plans", help="seconds of renames over workspaces, cold and warm")
    parser.add_argument("--files", type=int, nargs="*", default=[100, 500, 5000], metavar="N")
    parser.add_argument("--json", action="store_true", help="one object: rows and summary")
    parser.set_defaults(run=from_checkout("plans", _run))


def _run(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import plans

    return show({"rows": plans.run(options.files, Screen().note)}, options)
