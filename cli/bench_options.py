"""What the measurements of `specedit bench` have in common: recorded edits to read, and a table to print."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from specedit.benchmarks import cases as recorded
from specedit.cli.options import add_model_options

Summary = dict[str, Any]
Run = Callable[[argparse.Namespace], int]
Kinds: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add how to print, and the model."""
    parser.add_argument("--json", action="store_true", help="one object: rows and summary")
    add_model_options(parser)


def add_case_options(parser: argparse.ArgumentParser) -> None:
    """Add which recorded edits are measured, and the common options."""
    parser.add_argument("data", type=Path, metavar="DATA", help="JSON Lines of recorded edits")
    parser.add_argument("--family", help="only cases whose id begins with this")
    parser.add_argument("--language")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="N cases, spread over the file lengths"
    )
    parser.add_argument("--max-lines", type=int, help="only files of at most so many lines")
    add_common_options(parser)


def chosen_cases(options: argparse.Namespace) -> list[recorded.Case]:
    """Return the recorded edits that the options choose."""
    cases = recorded.load(options.data, family=options.family, language=options.language)
    if options.max_lines:
        cases = [case for case in cases if case.original.count("\n") <= options.max_lines]
    return recorded.spread(cases, options.sample) if options.sample else cases


def show(summary: Summary, options: argparse.Namespace) -> int:
    """Print a summary and its rows, as asked; return the exit status."""
    if options.json:
        print(json.dumps(summary))
        return 0
    for name, value in summary.items():
        if name != "rows":
            print(f"{name}: {value}")
    if "rows" in summary:
        print()
        print(recorded.table(summary["rows"]))
    return 0
