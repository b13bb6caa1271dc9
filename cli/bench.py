"""`specedit bench`: measurements on recorded edits, as tables or JSON."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.benchmarks import cases as recorded
from specedit.cli.options import add_model_options, config_from, open_model
from specedit.cli.render import Screen
from specedit.editor.config import Config

if TYPE_CHECKING:
    from specedit.engine.tokenizer import Tokenizer

Summary = dict[str, Any]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its measurements."""
    bench = commands.add_parser("bench", help="measure drafters, losslessness, quality and speed")
    kinds = bench.add_subparsers(required=True, metavar="WHAT")
    for name, run, about in (
        ("replay", _replay, "drafters over known results, without a model"),
        ("lossless", _lossless, "is the output that of plain decoding?"),
        ("quality", _quality, "is the edited file right?"),
        ("speed", _speed, "plain and speculative decoding, interleaved"),
        ("snippets", _snippets, "lazy snippets: merged rightly, or refused?"),
        ("patches", _patches, "patches in three forms: applied rightly, or refused?"),
        ("load", _load, "many clients on one server"),
        ("witness", _witness, "which right and wrong predictions does the model let pass?"),
    ):
        parser = kinds.add_parser(name, help=about)
        parser.add_argument("data", type=Path, metavar="DATA", help="JSON Lines of recorded edits")
        parser.add_argument("--family", help="only cases whose id begins with this")
        parser.add_argument("--language")
        parser.add_argument(
            "--sample", type=int, metavar="N", help="N cases, spread over the file lengths"
        )
        parser.add_argument("--max-lines", type=int, help="only files of at most so many lines")
        parser.add_argument("--json", action="store_true", help="one object: rows and summary")
        add_model_options(parser)
        if name == "quality":
            parser.add_argument("--models", nargs="+", help="several models, one after the other")
            parser.add_argument("--accepts", nargs="+", default=["exact", "guided", "trust"])
            parser.add_argument(
                "--tests", action="store_true", help="run the cases' tests: the model's code is run"
            )
        if name == "snippets":
            parser.add_argument(
                "--syntax", action="store_true", help="no model: where is each placed?"
            )
            parser.add_argument(
                "--styles",
                nargs="*",
                metavar="STYLE",
                help="the edits as snippets in other ways of writing: all, or these",
            )
        if name == "patches":
            parser.add_argument(
                "--damage", action="store_true", help="damaged too, in the ways that models do"
            )
        if name == "witness":
            parser.add_argument(
                "--wrong", type=int, default=1, help="wrong ones a case (%(default)s)"
            )
        if name == "load":
            parser.add_argument("--clients", type=int, default=64)
            parser.add_argument("--seconds", type=float, default=600)
            parser.add_argument("--victims", type=int, default=50, help="clients to kill")
        if name == "speed":
            parser.add_argument("--drafters", nargs="+", default=["cascade"])
            parser.add_argument("--copy", action="store_true", help="ask for each file as it is")
        parser.set_defaults(run=run)
    free = kinds.add_parser("free", help="the cost of drafting where nothing can be copied")
    free.add_argument("--rounds", type=int, default=3)
    free.add_argument("--json", action="store_true", help="one object: rows and summary")
    add_model_options(free)
    free.set_defaults(run=_free)
    cluster = kinds.add_parser(
        "cluster", help="a thousand editors on a few vLLM servers, simulated"
    )
    cluster.add_argument("--json", action="store_true", help="one object: rows and summary")
    cluster.set_defaults(run=_cluster)
    engines = kinds.add_parser("engines", help="other engines on the same prompts, side by side")
    engines.add_argument(
        "--quick", action="store_true", help="short files, short answers, one round"
    )
    engines.add_argument("--rounds", type=int, metavar="N", help="that are taken the median of")
    engines.add_argument("--tokens", type=int, metavar="N", help="of an answer, at most")
    engines.add_argument("--lines", type=int, nargs="+", metavar="N", help="of the files")
    engines.add_argument("--json", action="store_true", help="one object: rows and summary")
    engines.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="FOLDER")
    add_model_options(engines)
    engines.set_defaults(run=_engines)


def _cases(options: argparse.Namespace) -> list[recorded.Case]:
    cases = recorded.load(options.data, family=options.family, language=options.language)
    if options.max_lines:
        cases = [case for case in cases if case.original.count("\n") <= options.max_lines]
    return recorded.spread(cases, options.sample) if options.sample else cases


def _replay(options: argparse.Namespace) -> int:
    from specedit.benchmarks import replay

    return _print(replay.run(_cases(options), _open_tokenizer(config_from(options))), options)


def _cluster(options: argparse.Namespace) -> int:
    from specedit.benchmarks import cluster

    worth = {
        f"{rows} rows": round(cluster.worth(rows), 2) for rows in (1, 8, 32, 64, 128, 256, 512)
    }
    rows = cluster.table()
    return _print({"speed with drafts, by rows of a batch": worth, "rows": rows}, options)


def _engines(options: argparse.Namespace) -> int:
    from specedit.benchmarks import report, side_by_side
    from specedit.engine.targets.load import fastest_dtype
    from specedit.models import store

    config = config_from(options)
    extent = side_by_side.QUICK if options.quick else side_by_side.Extent()
    asked = {
        "rounds": options.rounds,
        "max_tokens": options.tokens,
        "lines": options.lines and tuple(options.lines),
    }
    results = side_by_side.run(
        store.resolve(config.model, Screen().note),
        config.dtype or fastest_dtype(),
        replace(extent, **{name: value for name, value in asked.items() if value}),
        Screen().note,
    )
    report.write(results, options.out)
    return _print({"rows": report.summary(results["rows"])}, options)


def _lossless(options: argparse.Namespace) -> int:
    from specedit.benchmarks import lossless

    config = config_from(options)
    target, tokenizer = open_model(config, Screen())
    summary = lossless.run(
        _cases(options),
        target,
        tokenizer,
        max_tokens=config.max_tokens or 512,
        temperature=config.temperature,
        strict=config.strict,
        report=Screen().note,
    )
    return _print({"dtype": target.dtype, **summary}, options)


def _quality(options: argparse.Namespace) -> int:
    from specedit.benchmarks import quality

    config = config_from(options)
    rows = []
    for model in options.models or [config.model]:
        target, tokenizer = open_model(replace(config, model=model), Screen())
        configs = [replace(config, model=model, accept=accept) for accept in options.accepts]
        rows += quality.run(
            _cases(options), target, tokenizer, configs, Screen().note, tests=options.tests
        )
    return _print({"rows": rows}, options)


def _load(options: argparse.Namespace) -> int:
    from specedit.benchmarks import load

    summary = load.run(
        _cases(options),
        clients=options.clients,
        seconds=options.seconds,
        victims=options.victims,
        report=Screen().note,
    )
    return _print(summary, options)


def _speed(options: argparse.Namespace) -> int:
    from specedit.benchmarks import speed

    config = config_from(options)
    target, tokenizer = open_model(config, Screen())
    summary = speed.run(
        _cases(options),
        target,
        tokenizer,
        config,
        options.drafters,
        copy=options.copy,
        report=Screen().note,
    )
    return _print({"dtype": target.dtype, **summary}, options)


def _snippets(options: argparse.Namespace) -> int:
    from specedit.benchmarks import snippets
    from specedit.editor.editor import Editor

    config = config_from(options)
    by_syntax = options.syntax or options.styles is not None
    editor = None if by_syntax else Editor(*open_model(config, Screen()), config)
    if options.styles is None:
        return _print(snippets.run(_cases(options), editor, Screen().note), options)
    summary = snippets.run_styles(_cases(options), editor, Screen().note, options.styles)
    return _print(summary, options)


def _patches(options: argparse.Namespace) -> int:
    from specedit.benchmarks import patches

    return _print(patches.run(_cases(options), Screen().note, damaged=options.damage), options)


def _witness(options: argparse.Namespace) -> int:
    from specedit.benchmarks import witness

    config = config_from(options)
    summary = witness.run(
        _cases(options),
        *open_model(config, Screen()),
        config,
        wrong_each=options.wrong,
        report=Screen().note,
    )
    return _print(summary, options)


def _free(options: argparse.Namespace) -> int:
    from specedit.benchmarks import free

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
    return _print({"dtype": target.dtype, **summary}, options)


def _open_tokenizer(config: Config) -> "Tokenizer":
    from specedit.engine.targets.hf_tokenizer import HfTokenizer
    from specedit.models import store

    return HfTokenizer(store.resolve(config.model, Screen().note))


def _print(summary: Summary, options: argparse.Namespace) -> int:
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
