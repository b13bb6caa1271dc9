"""`specedit bench drafts` and `bench free`: what learned drafts bring beside copied ones, and what drafting costs where nothing is copied."""

import argparse
from collections.abc import Callable

from specedit.cli.bench_options import Kinds, Run, add_common_options, show
from specedit.cli.options import config_from, open_model
from specedit.cli.render import Screen


def add_parser(kinds: Kinds, from_checkout: Callable[[str, Run], Run]) -> None:
    """Add the measurements."""
    parser = kinds.add_parser("drafts", help="learned drafts beside copied ones, interleaved")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="(%(default)s)")
    parser.add_argument("--tokens", type=int, default=64, metavar="N", help="(%(default)s)")
    parser.add_argument("--lines", type=int, default=100, metavar="N", help="(%(default)s)")
    parser.add_argument("--kinds", nargs="+", metavar="KIND", help="only kinds that begin so")
    parser.add_argument("--drafters", nargs="+", metavar="NAME", help="only these, and plain")
    parser.add_argument(
        "--fresh", action="store_true", help="each answer knows nothing of those before"
    )
    add_common_options(parser)
    parser.set_defaults(run=from_checkout("drafts", _drafts))
    free = kinds.add_parser("free", help="the cost of drafting where nothing can be copied")
    free.add_argument("--rounds", type=int, default=3)
    add_common_options(free)
    free.set_defaults(run=from_checkout("free", _free))


def _drafts(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import learned, learned_texts

    target, tokenizer = open_model(config_from(options), Screen())
    texts = learned_texts.texts(tokenizer, options.lines)
    chosen = [
        text
        for text in texts
        if options.kinds is None or text.kind.startswith(tuple(options.kinds))
    ]
    extent = learned.Extent(options.rounds, options.tokens, options.fresh)
    return show(
        learned.run(target, tokenizer, chosen, extent, Screen().note, options.drafters), options
    )


def _free(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import free

    config = config_from(options)
    target, tokenizer = open_model(config, Screen())
    summary = free.run(
        target,
        tokenizer,
        drafter=config.drafter,
        max_tokens=config.max_tokens or 150,
        rounds=options.rounds,
        report=Screen().note,
    )
    return show({"dtype": target.dtype, **summary}, options)
