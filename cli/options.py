"""The options that say which model edits and how; from options to an editor."""

import argparse
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from specedit import drafters
from specedit.editor.config import Accept, Config
from specedit.engine.errors import InvalidRequest
from specedit.engine.targets import registry

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

if TYPE_CHECKING:
    from specedit.cli.render import Screen
    from specedit.editor.editor import Editor
    from specedit.engine.budget import PassCost
    from specedit.engine.target import Target
    from specedit.engine.targets.hf_tokenizer import HfTokenizer
    from specedit.service.auth import Credentials


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add what `config_from` reads."""
    default = Config()
    group = parser.add_argument_group("model")
    group.add_argument(
        "--model",
        default=os.environ.get("SPECEDIT_MODEL", default.model),
        help="embedded, embedded-base, a Hugging Face folder, a hub id, or a .gguf file "
        "(default: $SPECEDIT_MODEL, else embedded)",
    )
    group.add_argument(
        "--engine",
        choices=registry.names(),
        default=os.environ.get("SPECEDIT_ENGINE", default.engine),
        help="vllm: a vLLM server, best with specedit-vllm in it; remote-verify: a server that verifies our drafts; "
        "openai: any that only writes; --model is then its tokenizer (default: $SPECEDIT_ENGINE, else local)",
    )
    group.add_argument(
        "--engine-url",
        metavar="URL",
        default=os.environ.get("SPECEDIT_ENGINE_URL"),
        help="where it is (default: $SPECEDIT_ENGINE_URL); $SPECEDIT_ENGINE_KEY is sent as its key",
    )
    group.add_argument(
        "--served-model", metavar="NAME", help="which of its models, if it has several"
    )
    group.add_argument(
        "--dtype", choices=("float32", "bfloat16"), help="by default what is faster here"
    )
    group.add_argument(
        "--drafter", default=default.drafter, help=f"{', '.join(drafters.names())} (%(default)s)"
    )
    group.add_argument(
        "--accept",
        choices=get_args(Accept),
        default=default.accept,
        help="syntax: what syntax is certain of, with no model; exact: the model's own output; guided: a recognised "
        "operation, if the model finds no token implausible; trust: the operation, objections listed; auto: at once what "
        "syntax is certain of, guided what else is recognised, else exact",
    )
    group.add_argument(
        "--threshold", type=float, default=default.threshold, help="of guided (%(default)s)"
    )
    group.add_argument(
        "--max-tokens", type=int, help="most tokens of the answer (default: by the file)"
    )
    group.add_argument("--temperature", type=float, default=default.temperature, help="0 is greedy")
    group.add_argument(
        "--seed", type=int, default=default.seed, help="of sampling above temperature 0"
    )
    group.add_argument(
        "--strict", action="store_true", help="decide near ties as plain decoding would"
    )
    group.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="give a file up after this time"
    )


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


def config_from(options: argparse.Namespace) -> Config:
    """Return the configuration that the options describe.

    Raises:
        InvalidRequest: a number is out of range, or the drafter does not exist.
    """
    for name, least in (("max_tokens", 1), ("temperature", 0), ("threshold", 0), ("timeout", 0)):
        value = getattr(options, name)
        if value is not None and not (math.isfinite(value) and value >= least):
            option = f"--{name.replace('_', '-')}"
            raise InvalidRequest(f"{option} {value} is less than {least}, or no number")
    drafters.load(options.drafter)
    if options.engine not in registry.names():
        raise InvalidRequest(
            f"$SPECEDIT_ENGINE is '{options.engine}'; give one of {', '.join(registry.names())}"
        )
    if options.engine in registry.NEED_URL and not options.engine_url:
        raise InvalidRequest(f"--engine {options.engine} needs --engine-url http://HOST:PORT")
    return Config(
        model=options.model,
        dtype=options.dtype,
        drafter=options.drafter,
        accept=options.accept,
        threshold=options.threshold,
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        seed=options.seed,
        strict=options.strict,
        timeout=options.timeout,
        engine=options.engine,
        engine_url=options.engine_url,
        served_model=options.served_model,
    )


def open_model(config: Config, screen: "Screen") -> "tuple[Target, HfTokenizer]":
    """Open the model, fetching and converting it if need be."""
    from specedit.models import store

    folder = store.resolve(config.model, screen.note)
    with screen.status("loading the model"):
        from specedit.engine.targets.hf_tokenizer import HfTokenizer

        tokenizer = HfTokenizer(folder)
        context = registry.TargetContext(
            folder,
            config.served_model or config.model,
            tokenizer,
            config.dtype,
            config.engine_url,
            os.environ.get("SPECEDIT_ENGINE_KEY"),
        )
        return registry.load(config.engine)(context), tokenizer


def open_editor(config: Config, screen: "Screen") -> "Editor":
    """Open the model and return an editor."""
    from specedit.editor.editor import Editor

    target, tokenizer = open_model(config, screen)
    cost = None if target.is_remote else pass_cost(target)
    return Editor(target, tokenizer, config, cost)


def pass_cost(target: "Target") -> "PassCost":
    """Return what passes of `target` cost on this machine, measuring it the first time."""
    from specedit.engine import calibration
    from specedit.engine.folders import cache_folder

    return calibration.remembered(target, cache_folder() / "costs")
