"""`specedit bench edits`: from a request to the right bytes on disk, by us and by others."""

import argparse
from collections.abc import Callable

from specedit.cli.bench_options import Kinds, Run, add_common_options, show
from specedit.cli.options import config_from
from specedit.cli.render import Screen


def add_parser(kinds: Kinds, from_checkout: Callable[[str, Run], Run]) -> None:
    """Add the measurement."""
    parser = kinds.add_parser("edits", help="seconds to the right file, by us and by other tools")
    parser.add_argument("--lines", type=int, nargs="+", default=[100, 800, 5000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="(%(default)s)")
    parser.add_argument(
        "--engines",
        nargs="*",
        default=["OpenVINO GenAI"],
        metavar="NAME",
        help="of `bench engines`, to write files and regions again (%(default)s)",
    )
    add_common_options(parser)
    parser.set_defaults(run=from_checkout("edits", _run))


def _run(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development.edits import comparison
    from specedit.engine.targets.devices import fastest_dtype
    from specedit.models import store

    config = config_from(options)
    model = store.resolve(config.model, Screen().note)
    dtype = config.dtype or fastest_dtype("cpu")
    extent = comparison.Extent(options.lines, options.rounds, options.engines, dtype)
    return show({"rows": comparison.run(model, extent, Screen().note)}, options)
