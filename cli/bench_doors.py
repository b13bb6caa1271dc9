"""`specedit bench doors` and `bench recorded`: how fast edits are over HTTP, and whether every door makes the same ones."""

import argparse
from collections.abc import Callable

from specedit.cli.bench_options import (
    Kinds,
    Run,
    add_case_options,
    add_common_options,
    chosen_cases,
    show,
)
from specedit.cli.options import config_from
from specedit.cli.render import Screen


def add_parser(kinds: Kinds, from_checkout: Callable[[str, Run], Run]) -> None:
    """Add the measurement."""
    parser = kinds.add_parser("doors", help="edits a second over HTTP, and how long one takes")
    parser.add_argument("--lines", type=int, nargs="+", default=[100, 1000, 5000], metavar="N")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16], metavar="N")
    parser.add_argument("--seconds", type=float, default=10, help="of each row (%(default)s)")
    parser.add_argument("--judge", action="store_true", help="with the model, as specedit-apply")
    add_common_options(parser)
    parser.set_defaults(run=from_checkout("doors", _run))


def add_recorded_parser(kinds: Kinds, from_checkout: Callable[[str, Run], Run]) -> None:
    """Add the comparison of the doors."""
    parser = kinds.add_parser(
        "recorded",
        help="recorded snippets through Morph's SDK and MCP: as the command line has them?",
    )
    parser.add_argument(
        "--doors", nargs="+", choices=["morphsdk", "mcp"], default=["morphsdk", "mcp"]
    )
    add_case_options(parser)
    parser.set_defaults(run=from_checkout("recorded", _run_recorded))


def _run_recorded(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development.recorded import comparison
    from specedit.cli.main import main

    cases = [case for case in chosen_cases(options) if case.snippet is not None]
    accept = config_from(options).accept
    return show(comparison.run(cases, accept, options.doors, main, Screen().note), options)


def _run(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import doors
    from specedit.engine.targets.hf_tokenizer import HfTokenizer
    from specedit.models import store

    model = store.resolve(config_from(options).model, Screen().note)
    rows = doors.run(
        HfTokenizer(model),
        doors.JUDGED if options.judge else doors.UNJUDGED,
        lines=options.lines,
        clients=options.clients,
        seconds=options.seconds,
        report=Screen().note,
    )
    return show({"rows": rows}, options)
