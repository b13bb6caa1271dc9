"""The options that say which model edits and how; from options to an editor."""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specedit.cli.terminal import escaped
from specedit.editor.config import Config
from specedit.editor.settings import NAMES
from specedit.editor.settings_files import InForce, gather
from specedit.engine.errors import InvalidRequest
from specedit.engine.folders import cache_folder
from specedit.engine.targets import registry, vocabularies
from specedit.engine.targets.prefix_cache import PrefixCache
from specedit.engine.wrappers import assisted

EXIT_CODES = """\
exit codes:
  0    done, or the files are as asked
  1    --check or --diff found changes
  2    wrong usage
  3    edit not understood or refused, or syntax and model disagree: the file is as it was
  4    some files were refused, others edited
  5    the model is not available
  6    an error, of the disk, of the model's server or of specedit itself; other files were edited all the same
  130  interrupted
"""

_CACHE = 256 << 20  # bytes of what a model has read: the parts of a file begin alike

if TYPE_CHECKING:
    from specedit.cli.render import Screen
    from specedit.editor.author import Written
    from specedit.editor.chat import ChatAuthor
    from specedit.editor.editor import Editor
    from specedit.editor.result import EditRequest
    from specedit.engine.pass_cost import PassCost
    from specedit.engine.target import Target
    from specedit.engine.tokenizer import Tokenizer
    from specedit.service.auth import Credentials


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add what `config_from` reads."""
    fields = Config.__dataclass_fields__
    add_settings(parser.add_argument_group("model"), *(n for n in NAMES if n in fields))


def add_settings(group: "argparse._ActionsContainer", *names: str) -> None:
    """Add options for settings. They have no defaults: what is not given is looked for by `settings_from`."""
    for setting in map(NAMES.__getitem__, names):
        has_default = setting.kind is not bool and setting.default is not None
        help_text = (
            setting.help if not has_default else f"{setting.help} (default: {setting.default})"
        )
        how: dict[str, Any] = {"action": argparse.BooleanOptionalAction}
        if setting.kind is not bool:
            choices = setting.choices() if setting.choices is not None else None
            how = {"type": setting.kind, "metavar": setting.metavar, "choices": choices}
        group.add_argument(f"--{setting.key}", help=help_text.replace("%", "%%"), **how)


def add_author_options(parser: argparse.ArgumentParser) -> None:
    """Add what `author_from` reads."""
    group = parser.add_argument_group("a chat model that writes what nothing else understands")
    add_settings(group, *(n for n in NAMES if n.startswith("author")))


def author_from(options: argparse.Namespace) -> "Callable[[EditRequest], Written] | None":
    """Return what has an author write an edit, None if there is none.

    Raises:
        InvalidRequest: as of `new_author_from`.
    """
    new_author = new_author_from(options)
    if new_author is None:
        return None
    from specedit.editor import author

    form, seconds = options.author_form, options.timeout
    return partial(author.write, author=new_author(), form=form, seconds=seconds)


def new_author_from(options: argparse.Namespace) -> "Callable[[], ChatAuthor] | None":
    """Return what returns an author to ask for one edit, None if there is none.

    Raises:
        InvalidRequest: the address is none, or the key would go over a network in clear text.
    """
    if not options.author:
        return None
    from specedit.editor.chat import ChatAuthor

    new_author = partial(
        ChatAuthor,
        options.author,
        options.author_model,
        predicts=options.author_prediction,
        most_tokens=options.max_tokens,
        temperature=options.temperature,
    )
    new_author()  # what is wrong with the address is said at once
    return new_author


def add_credential_options(group: "argparse._ArgumentGroup") -> None:
    """Add what `credentials_from` reads."""
    group.add_argument("--token-file", type=Path, help="a file with the token that clients send")
    group.add_argument("--tls-cert", type=Path, metavar="PEM", help="our own certificate")
    group.add_argument("--tls-key", type=Path, metavar="PEM", help="its key")
    group.add_argument(
        "--tls-ca", type=Path, metavar="PEM", help="who has signed the other side's certificates"
    )
    group.add_argument(
        "--insecure",
        action="store_true",
        help="no TLS beyond this machine: a token and all documents can be read on the way; serve: no token on loopback",
    )


def credentials_from(options: argparse.Namespace, *, server: bool = False) -> "Credentials":
    """Return the credentials in the files that the options name.

    Raises:
        InvalidRequest: a file cannot be read, or does not hold what it should.
    """
    from specedit.service.auth import credentials

    files = (options.token_file, options.tls_cert, options.tls_key, options.tls_ca)
    return credentials(*files, server=server)


def settings_from(options: argparse.Namespace, folder: Path | None = None) -> InForce:
    """Return the settings that are in force in a folder, None is in no workspace; the options are given their values.

    Raises:
        InvalidRequest: one has a value that it does not take, or a file has what is no setting.
    """
    names = [name for name in NAMES if hasattr(options, name)]
    in_force = gather({name: getattr(options, name) for name in names}, folder)
    for name in names:
        setattr(options, name, in_force.value(name))
    for warning in in_force.warnings:
        print(f"specedit: {escaped(warning)}", file=sys.stderr)
    engine, url = in_force.value("engine"), in_force.value("engine_url")
    if engine in registry.NEED_URL and not url:
        raise InvalidRequest(f"--engine {engine} needs --engine-url http://HOST:PORT")
    return in_force


def config_from(options: argparse.Namespace, folder: Path | None = None) -> Config:
    """Return the configuration that is in force; see `settings_from`."""
    return settings_from(options, folder).config


def open_model(config: Config, screen: "Screen", *, texts: int = 1) -> "tuple[Target, Tokenizer]":
    """Open the model, fetching and converting it if need be, and the one that drafts for it. `texts`: how many are open at once.

    Raises:
        InvalidRequest: the draft model has another vocabulary, or the model drafts elsewhere.
        TargetError: there is no such model.
    """
    target, tokenizer = _open_one(config, screen, texts)
    if config.draft_model is None:
        if config.drafter == "draft_model":
            raise InvalidRequest("--drafter draft_model needs --draft-model NAME")
        return target, tokenizer
    if target.is_remote:
        raise InvalidRequest(
            f"--draft-model is for models that run here; what drafts for {config.model} is for its server to say"
        )
    drafting = replace(
        config, model=config.draft_model, engine=registry.AUTO, engine_url=None, served_model=None
    )
    draft_model, other = _open_one(drafting, screen, texts)
    vocabularies.check_same(tokenizer, other, (config.model, config.draft_model))
    cost, cached = pass_cost(draft_model), PrefixCache(draft_model, _CACHE)
    return assisted(target, cached, cost), tokenizer


def _open_one(config: Config, screen: "Screen", texts: int) -> "tuple[Target, Tokenizer]":
    from specedit.models import sources, store

    config = with_engine(config)
    registry.begin_loading(config.engine)
    path = sources.find(config.model, config.engine, screen.note)
    key = os.environ.get("SPECEDIT_ENGINE_KEY")
    with screen.status("loading the model"):
        tokenizer = registry.tokenizer(config.engine, path, config.engine_url, key)
        context = registry.TargetContext(
            path,
            config.served_model or config.model,
            tokenizer,
            config.dtype,
            config.engine_url,
            key,
            config.gpu_layers,
            texts,
            config.strict,
            store.can_write(config.model, config.engine),
            config.device,
        )
        return registry.load(config.engine)(context), tokenizer


def with_engine(config: Config) -> Config:
    """Return a configuration that names the engine, where it is to be chosen.

    Raises:
        TargetError: the one that the model needs is not installed.
    """
    if config.engine != registry.AUTO:
        return config
    from specedit.models import choice

    is_torchs = config.dtype is not None or config.device != registry.AUTO
    asks = choice.OURS if is_torchs else choice.LLAMA if config.gpu_layers is not None else None
    return replace(config, engine=choice.choose(config.model, asks=asks))


def open_editor(config: Config, screen: "Screen") -> "Editor":
    """Open the model and return an editor."""
    from specedit.editor import worth
    from specedit.editor.editor import Editor

    target, tokenizer = open_model(config, screen)
    cost = None if target.is_remote else pass_cost(target)
    acceptance = worth.remembered(target, tokenizer, cost, cache_folder() / "drafts")
    keeping = target if target.is_remote else PrefixCache(target, _CACHE)
    return Editor(keeping, tokenizer, config, cost, acceptance=acceptance)


def pass_cost(target: "Target") -> "PassCost":
    """Return what passes of `target` cost on this machine, measuring it the first time."""
    from specedit.engine import calibration

    return calibration.remembered(target, cache_folder() / "costs")
