"""What `side_by_side` has measured, as Markdown, JSON and a plot."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
Look = Mapping[str, Any]
OURS, BASE = "specedit", "transformers"


def write(results: Mapping[str, Any], folder: Path) -> None:
    """Write `results.json`, `README.md` and the plots `speed` and `length` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / "README.md").write_text("\n".join(_markdown(results)) + "\n")
    _plots(results["rows"], folder)


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return, for each workload, our speed beside the best of the others."""
    lines = []
    for workload in dict.fromkeys(row["workload"] for row in rows):
        here = [row for row in rows if row["workload"] == workload]
        ours = {row["mode"]: row for row in here if row["engine"] == OURS}
        mine = ours["speculative"]
        rate, prefill = mine["tokens/s"], mine["prompt tokens"] / mine["first token, s"]
        line = {
            "workload": workload,
            "copied": mine["copied"],
            "tokens/s": rate,
            "to our plain": rate / ours["plain"]["tokens/s"],
            "to our prefill": rate / prefill,
            "host": mine["host"],
        }
        others = [row for row in here if row["engine"] != OURS]
        if others:
            best = max(others, key=lambda row: float(row["tokens/s"]))
            line["best peer"] = f"{best['engine']}, {_setting(best)}"
            line["to best peer"] = rate / best["tokens/s"]
        base = [row for row in others if (row["engine"], row["mode"]) == (BASE, "plain")]
        if base:
            line["to transformers plain"] = rate / base[0]["tokens/s"]
        lines.append(line)
    return lines


def _markdown(results: Mapping[str, Any]) -> Iterator[str]:
    rows = results["rows"]
    yield "# Engines side by side\n"
    yield (
        f"Made by `make bench` on {results['machine']}, {results['dtype']}, answers of at most {results['tokens']} "
        f"tokens, medians of {results['rounds']} interleaved rounds; each peer at the best setting of a sweep for that "
        "workload. Tokens a second after the first one; time to the first is beside it. *Host*: share of our time that is "
        "not the model's passes. *Same*: share of the answer up to the first token that is not specedit's plain one."
    )
    named = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    yield f"\n{named}.\n"
    for name, why in results["absent"].items():
        yield f"Not here: {name}, {why}.\n"
    yield (
        "llama.cpp's `mod` and vLLM's `suffix` remember answers to earlier requests. Prompts that hold a file are asked more "
        "than once; free text is another question each time, and ends before the model repeats itself. Why a rewrite cannot "
        "take less time than reading the text: [what a pass costs](../passes.md).\n"
    )
    yield "![Tokens a second, by engine](speed.svg)\n"
    yield "| workload | copied | tokens/s | to our plain | to our prefill | host | best peer | to it | to transformers plain |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for line in summary(rows):
        yield (
            f"| {line['workload']} | {line['copied']:.0%} | {line['tokens/s']:.0f} | {line['to our plain']:.2f} "
            f"| {line['to our prefill']:.0%} | {line['host']:.1%} "
            f"| {line.get('best peer', '')} | {_ratio(line, 'to best peer')} "
            f"| {_ratio(line, 'to transformers plain')} |"
        )
    yield "\n![Seconds to write a file again, by its length](length.svg)\n"
    yield "The whole file, from the time to the first token and the tokens a second above.\n"
    yield "| workload | engine | setting | tokens/s | first token, s | output | same |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        yield (
            f"| {row['workload']} | {row['engine']} | {_setting(row)} | {row['tokens/s']:.1f} "
            f"| {row['first token, s']:.2f} | {row['output tokens']} | {row['same']:.0%} |"
        )


def _setting(row: Row) -> str:
    values = ", ".join(f"{name} {value}" for name, value in row["setting"].items())
    return row["mode"] if row["mode"] == "plain" or not values else values


def _ratio(line: Mapping[str, Any], name: str) -> str:
    return f"**{line[name]:.1f}**" if name in line else ""


def _plots(rows: Sequence[Row], folder: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    for name, draw in (("speed", _speeds), ("length", _lengths)):
        figure, axes = pyplot.subplots(layout="constrained")
        draw(figure, axes, rows)
        figure.legend(loc="outside right upper", fontsize="small")
        for kind in ("png", "svg"):
            figure.savefig(folder / f"{name}.{kind}", dpi=110)
        pyplot.close(figure)


def _speeds(figure: Any, axes: Any, rows: Sequence[Row]) -> None:
    workloads = list(dict.fromkeys(row["workload"] for row in rows))
    series = list(_series(rows))
    height = 0.8 / len(series)
    for number, (look, mine) in enumerate(series):
        places = [i + (number + 0.5) * height - 0.4 for i, _ in enumerate(mine)]
        axes.barh(places, [row["tokens/s"] for row in mine], height, **look)
    figure.set_size_inches(11, 0.9 + 1.1 * len(workloads))
    axes.set_yticks(range(len(workloads)), workloads)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("tokens a second after the first (logarithmic)")


def _lengths(figure: Any, axes: Any, rows: Sequence[Row]) -> None:
    copies = [row for row in rows if row["workload"].startswith("verbatim")]
    for look, mine in _series(copies):
        seconds = [row["first token, s"] + row["file tokens"] / row["tokens/s"] for row in mine]
        axes.plot([row["file tokens"] for row in mine], seconds, marker="o", **look)
    figure.set_size_inches(9, 5)
    axes.set_yscale("log")
    axes.set_xlabel("tokens of the file")
    axes.set_ylabel("seconds to write it again (logarithmic)")


def _series(rows: Sequence[Row]) -> Iterator[tuple[Look, list[Row]]]:
    """For each engine, plain and speculative, how it is drawn and its rows."""
    engines = list(dict.fromkeys(row["engine"] for row in rows))
    for engine, mode in dict.fromkeys((row["engine"], row["mode"]) for row in rows):
        look = {
            "label": f"{engine}, {mode}",
            "color": f"C{engines.index(engine)}",
            "alpha": 0.4 if mode == "plain" else 1.0,
        }
        yield look, [row for row in rows if (row["engine"], row["mode"]) == (engine, mode)]
