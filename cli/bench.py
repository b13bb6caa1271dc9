"""`specedit bench`: measurements on recorded edits, as tables or JSON."""

import argparse
from typing import TYPE_CHECKING

from specedit.cli import bench_development
from specedit.cli.bench_options import add_case_options, chosen_cases, show
from specedit.cli.options import config_from, open_model
from specedit.cli.render import Screen
from specedit.editor.config import Config

if TYPE_CHECKING:
    from specedit.engine.tokenizer import Tokenizer


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its measurements."""
    bench = commands.add_parser("bench", help="measure drafters, losslessness, quality and speed")
    kinds = bench.add_subparsers(required=True, metavar="WHAT")
    replay = kinds.add_parser("replay", help="drafters over known results, without a model")
    add_case_options(replay)
    replay.set_defaults(run=_replay)
    speed = kinds.add_parser("speed", help="plain and speculative decoding, interleaved")
    add_case_options(speed)
    speed.add_argument("--drafters", nargs="+", default=["cascade"])
    speed.add_argument("--copy", action="store_true", help="ask for each file as it is")
    speed.set_defaults(run=_speed)
    bench_development.add_parsers(kinds)


def _replay(options: argparse.Namespace) -> int:
    from specedit.benchmarks import replay

    return show(replay.run(chosen_cases(options), _open_tokenizer(config_from(options))), options)


def _speed(options: argparse.Namespace) -> int:
    from specedit.benchmarks import speed

    config = config_from(options)
    target, tokenizer = open_model(config, Screen())
    summary = speed.run(
        chosen_cases(options),
        target,
        tokenizer,
        config,
        options.drafters,
        copy=options.copy,
        report=Screen().note,
    )
    return show({"dtype": target.dtype, **summary}, options)


def _open_tokenizer(config: Config) -> "Tokenizer":
    from specedit.engine.targets.hf_tokenizer import HfTokenizer
    from specedit.models import store

    return HfTokenizer(store.resolve(config.model, Screen().note))
