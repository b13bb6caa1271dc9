"""`specedit bench renames`: symbols of published packages, renamed by us and by others."""

import argparse
from pathlib import Path

from specedit.cli.bench_options import show
from specedit.cli.render import Screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is renamed, and by what."""
    parser.add_argument("--each", type=int, default=20, metavar="N", help="symbols of a package")
    parser.add_argument("--packages", nargs="+", default=[], metavar="NAME", help="all, or these")
    parser.add_argument("--tools", nargs="+", default=[], metavar="NAME", help="all, or these")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--out", type=Path, default=Path("renames.jsonl"), help="each result (%(default)s)"
    )
    parser.add_argument("--unchecked", action="store_true", help="rename only; a later run checks")
    parser.add_argument(
        "--warm",
        action="store_true",
        help="ours without a process of its own: no times of the command",
    )
    parser.add_argument("--json", action="store_true", help="one object: rows and summary")


def run(options: argparse.Namespace) -> int:
    """Rename, and print the table."""
    from specedit.benchmarks.development.renames.comparison import Comparison

    names, tools = options.packages, options.tools
    comparison = Comparison(options.out, names, tools, Screen().note, warm=options.warm)
    comparison.rename(options.each, options.seed)
    if not options.unchecked:
        comparison.check()
    return show({"rows": comparison.rows()}, options)
