"""Measurements of `specedit bench` that need a checkout: what they run is in no wheel."""

import argparse
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from specedit.cli import (
    bench_doors,
    bench_drafts,
    bench_edits,
    bench_formats,
    bench_plans,
    bench_renames,
)
from specedit.cli.bench_options import (
    Kinds,
    Run,
    add_case_options,
    add_common_options,
    chosen_cases,
    show,
)
from specedit.cli.options import add_author_options, author_from, config_from, open_model
from specedit.cli.render import Screen
from specedit.engine.errors import InvalidRequest


def add_parsers(kinds: Kinds) -> None:
    """Add the measurements."""
    _add(kinds, "lossless", _lossless, "is the output that of plain decoding?")
    quality = _add(kinds, "quality", _quality, "is the edited file right?")
    quality.add_argument("--models", nargs="+", help="several models, one after the other")
    quality.add_argument("--accepts", nargs="+", default=["exact", "guided", "trust"])
    quality.add_argument(
        "--tests", action="store_true", help="run the cases' tests: the model's code is run"
    )
    snippets = _add(kinds, "snippets", _snippets, "lazy snippets: merged rightly, or refused?")
    snippets.add_argument("--syntax", action="store_true", help="no model: where is each placed?")
    snippets.add_argument(
        "--styles",
        nargs="*",
        metavar="STYLE",
        help="the edits as snippets in other ways of writing: all, or these",
    )
    patches = _add(
        kinds, "patches", _patches, "patches in three forms: applied rightly, or refused?"
    )
    patches.add_argument(
        "--damage", action="store_true", help="damaged too, in the ways that models do"
    )
    load = _add(kinds, "load", _load, "many clients on one server")
    load.add_argument("--clients", type=int, default=64)
    load.add_argument("--seconds", type=float, default=600)
    load.add_argument("--victims", type=int, default=50, help="clients to kill")
    witness = _add(
        kinds, "witness", _witness, "which right and wrong predictions does the model let pass?"
    )
    witness.add_argument("--wrong", type=int, default=1, help="wrong ones a case (%(default)s)")
    author = _add(kinds, "author", _author, "a chat model's edits of recorded instructions")
    author.add_argument(
        "--tests", action="store_true", help="run the cases' tests: the model's code is run"
    )
    author.add_argument(
        "--out", type=Path, metavar="FILE", help="write the edited files to FILE, one case a line"
    )
    add_author_options(author)
    _add_without_cases(kinds)


def _add_without_cases(kinds: Kinds) -> None:
    for module in (bench_doors, bench_drafts, bench_edits, bench_formats, bench_plans):
        module.add_parser(kinds, _from_checkout)
    bench_doors.add_recorded_parser(kinds, _from_checkout)
    cluster = kinds.add_parser("cluster", help="1,000 editors on a few vLLM servers, simulated")
    cluster.add_argument("--json", action="store_true", help="one object: rows and summary")
    cluster.set_defaults(run=_from_checkout("cluster", _cluster))
    renames = kinds.add_parser("renames", help="symbols of published packages, by us and by others")
    bench_renames.add_arguments(renames)
    renames.set_defaults(run=_from_checkout("renames", bench_renames.run))
    engines = kinds.add_parser("engines", help="other engines on the same prompts, side by side")
    engines.add_argument(
        "--quick", action="store_true", help="short files, short answers, one round"
    )
    engines.add_argument("--rounds", type=int, metavar="N", help="that are taken the median of")
    engines.add_argument("--tokens", type=int, metavar="N", help="of an answer, at most")
    engines.add_argument("--lines", type=int, nargs="+", metavar="N", help="of the files")
    engines.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="FOLDER")
    add_common_options(engines)
    engines.set_defaults(run=_from_checkout("engines", _engines))


def _add(kinds: Kinds, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=about)
    add_case_options(parser)
    parser.set_defaults(run=_from_checkout(name, run))
    return parser


def _from_checkout(name: str, run: Run) -> Run:
    """`run`, where there is what it runs."""

    def run_if_present(options: argparse.Namespace) -> int:
        if find_spec("specedit.benchmarks.development") is None:
            raise InvalidRequest(
                f"'bench {name}' is no part of an installed specedit, which has replay and speed; run it from a checkout"
            )
        return run(options)

    return run_if_present


def _lossless(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import lossless

    config = config_from(options)
    target, tokenizer = open_model(config, Screen())
    summary = lossless.run(
        chosen_cases(options),
        target,
        tokenizer,
        max_tokens=config.max_tokens or 512,
        temperature=config.temperature,
        strict=config.strict,
        report=Screen().note,
    )
    return show({"dtype": target.dtype, **summary}, options)


def _quality(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import quality

    config = config_from(options)
    rows = []
    for model in options.models or [config.model]:
        target, tokenizer = open_model(replace(config, model=model), Screen())
        configs = [replace(config, model=model, accept=accept) for accept in options.accepts]
        rows += quality.run(
            chosen_cases(options), target, tokenizer, configs, Screen().note, tests=options.tests
        )
    return show({"rows": rows}, options)


def _snippets(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import snippets
    from specedit.editor.editor import Editor

    config = config_from(options)
    by_syntax = options.syntax or options.styles is not None
    editor = None if by_syntax else Editor(*open_model(config, Screen()), config)
    if options.styles is None:
        return show(snippets.run(chosen_cases(options), editor, Screen().note), options)
    summary = snippets.run_styles(chosen_cases(options), editor, Screen().note, options.styles)
    return show(summary, options)


def _patches(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import patches

    return show(patches.run(chosen_cases(options), Screen().note, damaged=options.damage), options)


def _load(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import load

    summary = load.run(
        chosen_cases(options),
        clients=options.clients,
        seconds=options.seconds,
        victims=options.victims,
        accept=config_from(options).accept,
        report=Screen().note,
    )
    return show(summary, options)


def _witness(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import witness

    config = config_from(options)
    summary = witness.run(
        chosen_cases(options),
        *open_model(config, Screen()),
        config,
        wrong_each=options.wrong,
        report=Screen().note,
    )
    return show(summary, options)


def _author(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import authored

    config_from(options)
    write = author_from(options)
    if write is None:
        raise InvalidRequest("'bench author' needs --author URL")
    made, screen = list[authored.AuthoredEdit](), Screen()
    with options.out.open("w", encoding="utf-8") if options.out else nullcontext() as out:
        for each in authored.edits(chosen_cases(options), write):
            made.append(each)
            outcome = "refused" if each.by is None else "exact" if each.is_exact else "another"
            screen.note(f"{each.case.id}: {outcome} {each.by or each.refusal}")
            if out is not None:
                print(each.as_json(), file=out, flush=True)
    return show(authored.summary(made, tests=options.tests, report=screen.note), options)


def _cluster(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import cluster

    worth = {
        f"{rows} rows": round(cluster.worth(rows), 2) for rows in (1, 8, 32, 64, 128, 256, 512)
    }
    rows = cluster.table()
    return show({"speed with drafts, by rows of a batch": worth, "rows": rows}, options)


def _engines(options: argparse.Namespace) -> int:
    from specedit.benchmarks.development import report, side_by_side
    from specedit.engine.targets import devices
    from specedit.models import store

    config = config_from(options)
    extent = side_by_side.QUICK if options.quick else side_by_side.Extent()
    engines = {
        "rounds": options.rounds,
        "max_tokens": options.tokens,
        "lines": options.lines and tuple(options.lines),
    }
    results = side_by_side.run(
        store.resolve(config.model, Screen().note),
        config.dtype or devices.fastest_dtype(devices.choose(config.device)),
        replace(extent, **{name: value for name, value in engines.items() if value}),
        Screen().note,
    )
    report.write(results, options.out)
    return show({"rows": report.summary(results["rows"])}, options)
