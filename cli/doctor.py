"""`specedit doctor`: what this installation runs on, how fast it is, and what to do about what is wrong."""

import argparse
import json
import os
import platform
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter

from specedit.cli.options import add_settings, config_from, open_model
from specedit.cli.render import Screen
from specedit.editor.config import Config
from specedit.engine.draft import Draft
from specedit.engine.errors import TargetError
from specedit.engine.folders import cache_folder, state_folder
from specedit.engine.pass_cost import PassCost
from specedit.engine.target import GREEDY, Target
from specedit.engine.targets import registry
from specedit.engine.tokenizer import Tokenizer
from specedit.models import choice, store

_PACKAGES = (
    "specedit",
    "torch",
    "transformers",
    "tokenizers",
    "tree-sitter",
    "rapidfuzz",
    "grpcio",
    "pygls",
)
_LENGTHS = (1, 2, 4, 8, 16, 64, 256)
_CACHED_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `remedy` is empty where all is well."""

    name: str
    value: str
    remedy: str = ""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor", help="check the installation and measure the model's speed"
    )
    add_settings(
        parser, "model", "engine", "engine_url", "dtype", "device", "gpu_layers", "draft_model"
    )
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look at everything; 5 if the model does not run, else 0."""
    config = config_from(options)
    checks = [*_versions(), *_folders(), *_processor(), *_devices()]
    code = 0
    try:
        for each in _engines(config):
            checks += _model(each, Screen())
    except TargetError as error:
        checks.append(Check("model", options.model, str(error)))
        code = 5
    if options.json:
        print(json.dumps({"checks": [asdict(check) for check in checks]}))
        return code
    for check in checks:
        mark = "!" if check.remedy else " "
        print(f"{mark} {check.name:<24} {check.value}")
        if check.remedy:
            print(f"    {check.remedy}")
    return code


def _versions() -> list[Check]:
    checks = [Check("python", f"{platform.python_version()} on {platform.machine()}")]
    for package in _PACKAGES:
        try:
            checks.append(Check(package, version(package)))
        except PackageNotFoundError:
            checks.append(Check(package, "missing", f"install it: pip install {package}"))
    try:
        llama = version("llama-cpp-python")
    except PackageNotFoundError:
        llama = "not installed; pip install 'specedit[llama]' adds --engine llama"
    return [*checks, Check("llama.cpp", llama)]


def _folders() -> list[Check]:
    checks = []
    for name, folder in (("model cache", cache_folder()), ("journal", state_folder())):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        writable = os.access(existing, os.W_OK)
        variable = "SPECEDIT_CACHE" if name == "model cache" else "SPECEDIT_STATE"
        remedy = (
            "" if writable else f"{existing} is not writable; set {variable} to a folder that is"
        )
        checks.append(Check(name, str(folder), remedy))
    for model in store.cached():
        checks.append(Check(f"  {model.name}", f"{model.bytes / 1e6:.0f} MB"))
    return checks


def _processor() -> list[Check]:
    import torch

    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    threads = torch.get_num_threads()
    flags = _cpu_flags()
    vectors = torch.backends.cpu.get_cpu_capability()
    native = [name for name in ("avx512_bf16", "amx_bf16", "bf16") if name in flags]
    return [
        Check(
            "threads",
            f"{threads} of {cores} cores",
            f"set OMP_NUM_THREADS={cores}" if threads != cores else "",
        ),
        Check("vector instructions", vectors),
        Check("bf16 in hardware", ", ".join(native) or "no: the model runs in float32"),
    ]


def _devices() -> list[Check]:
    """What `--device` may say here."""
    from specedit.engine.targets import devices

    return [Check(f"device {name}", text) for name, text in devices.describe().items()]


def _engines(config: Config) -> list[Config]:
    """What is measured: where an engine is to be chosen, all that run the model here, so that it is by what they cost.

    Raises:
        TargetError: the one that the model needs is not installed.
    """
    if config.engine != registry.AUTO:
        return [config]
    return [replace(config, engine=engine) for engine in choice.possible(config.model)]


def _model(config: Config, screen: Screen) -> list[Check]:
    began = perf_counter()
    target, tokenizer = open_model(config, screen)
    role = "" if target.can_write else ", judges edits and writes none"
    checks = [
        Check("model", f"{config.model}, {target.dtype}, context {target.max_length}{role}"),
        Check("engine", config.engine),
        Check("load", f"{perf_counter() - began:.1f} s"),
    ]
    if target.is_remote:
        return checks
    seconds, passes = _passes(target)
    if choice.ROWS in seconds:
        choice.remember(config.model, config.engine, seconds[choice.ROWS])
    return [*checks, *_where(config, target), *passes, *_drafting(target, tokenizer, seconds)]


def _drafting(target: Target, tokenizer: Tokenizer, seconds: dict[int, float]) -> list[Check]:
    """Which drafters pay for this model on this machine."""
    from specedit.editor import worth

    if len(seconds) < 2:  # nothing can be taken back
        return []
    rows = max(length for length in seconds if length <= choice.ROWS)
    more = max(0.0, seconds[rows] / seconds[1] - 1)
    copies = f"a draft of {rows - 1} tokens costs {more:.1f} passes: it pays where {ceil(more) or 1} or more are right"
    found = worth.measure(target, tokenizer, PassCost(seconds))
    return [Check("copies", copies), *(Check("drafts", str(each)) for each in found)]


def _where(config: Config, target: Target) -> list[Check]:
    """What the passes below run on, and how to learn what they cost elsewhere."""
    from specedit.engine.targets import devices, number_formats
    from specedit.engine.targets.llama import LlamaTarget

    if config.engine != choice.OURS:
        return []
    others = [name for name in devices.present() if name != target.device]
    hint = f"; doctor --device {' or '.join(others)} measures there" if others else ""
    checks = [Check("passes run on", f"{target.device}{hint}")]
    if isinstance(target, LlamaTarget):
        checks.append(Check("attention", target.attention))
        if devices.has_bfloat16():
            checks.append(Check("number formats", number_formats.describe()))
    return checks


def _passes(target: Target) -> tuple[dict[int, float], list[Check]]:
    """What passes cost after some text was read: seconds by rows, and the same to be shown."""
    checks, costs = [], {}
    sequence = target.open()
    sequence.prefill(range(100, 100 + _CACHED_TOKENS))
    for length in _LENGTHS:
        if length > 1 + sequence.rollback_limit:
            checks.append(Check("speculation", "off: this model's cache cannot go back"))
            break
        draft = Draft(tuple(range(200, 199 + length)))
        seconds = []
        for _ in range(4):
            began = perf_counter()
            sequence.forward(199, draft, GREEDY)
            seconds.append(perf_counter() - began)
            if sequence.rollback_limit >= length:
                sequence.rollback(_CACHED_TOKENS)
        costs[length] = typical = median(seconds[1:])
        value = f"{typical * 1e3:.0f} ms, {length / typical:.0f} tokens/s"
        checks.append(Check(f"pass of {length} tokens", value))
    sequence.close()
    return costs, checks


def _cpu_flags() -> frozenset[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(
        flag for line in lines if line.startswith(("flags", "Features")) for flag in line.split()
    )
