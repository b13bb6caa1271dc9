"""`specedit models`: what is in the model cache, what can be fetched into it, and which chat servers could write edits."""

import argparse

from specedit.cli import author_lines
from specedit.cli.render import Screen
from specedit.engine.errors import InvalidRequest
from specedit.models import gguf_files, store
from specedit.models.presets import PRESETS


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "models", help="list, fetch and remove models; list chat servers that run here"
    )
    parser.add_argument("action", nargs="?", choices=("list", "fetch", "remove"), default="list")
    parser.add_argument(
        "name", nargs="?", help="what --model takes (fetch), or a name from the list"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List, fetch or remove."""
    if options.action == "list":
        cached = store.cached()
        for model in cached:
            role = "" if store.can_write(model.name) else "\tjudges edits, writes none"
            print(f"{model.name}\t{model.bytes / 1e6:.0f} MB\t{model.folder}{role}")
        missing = {store.EMBEDDED, store.EMBEDDED_BASE} - {model.name for model in cached}
        for name in sorted(missing):
            print(f"{name}\tnot fetched\tspecedit models fetch {name}\tjudges edits, writes none")
        _list_presets()
        _list_authors()
        return 0
    name = options.name or store.EMBEDDED
    if options.action == "fetch" and name in PRESETS:
        path = gguf_files.find(name, Screen().note)
        print(f"{path}\n--model {name} edits with it")
        return 0
    if options.action == "fetch":
        print(store.resolve(name, Screen().note))
        return 0
    models = [model for model in store.cached() if model.name == name]
    if not models:
        raise InvalidRequest(f"no cached model '{name}'; `specedit models` lists them")
    for model in models:
        store.remove(model)
    return 0


def _list_presets() -> None:
    """Print the models that can be fetched by a short name, for llama.cpp."""
    for preset in PRESETS.values():
        facts = f"{preset.gigabytes} GB, {preset.licence}, not tried here"
        print(f"{preset.name}\t{facts}\tspecedit models fetch {preset.name}")


def _list_authors() -> None:
    """Print how the chat servers that run on this machine are asked to write edits."""
    for model, kind, options in author_lines.of_each_model():
        print(f'{model}\t{kind}\tspecedit apply FILE "INSTRUCTION" {options}')
