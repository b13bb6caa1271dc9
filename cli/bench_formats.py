"""`specedit bench formats`: GGUF files through llama.cpp beside our own passes."""

import argparse
from collections.abc import Callable
from pathlib import Path

from specedit.cli.bench_options import Kinds, Run, show
from specedit.cli.render import Screen


def add_parser(kinds: Kinds, from_checkout: Callable[[str, Run], Run]) -> None:
    """Add the measurement."""
    parser = kinds.add_parser("formats", help="passes and answers of GGUF files beside our own")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="(%(default)s)")
    parser.add_argument("--tokens", type=int, default=256, metavar="N", help="(%(default)s)")
    parser.add_argument(
        "--large",
        action="store_true",
        help="a random model of 1.5B instead of the embedded one: 7 GB of disk",
    )
    parser.add_argument("--folder", type=Path, help="for the files that are made; else the cache")
    parser.add_argument("--json", action="store_true", help="one object: rows and summary")
    parser.set_defaults(run=from_checkout("formats", _run))


def _run(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import formats
    from specedit.benchmarks.development.interleaved import Extent
    from specedit.engine.folders import cache_folder

    folder = options.folder or cache_folder() / "benchmarks" / "formats"
    extent = Extent(options.rounds, options.tokens)
    return show(formats.run(folder, extent, Screen().note, is_large=options.large), options)
