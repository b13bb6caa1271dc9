"""llama.cpp's own server, with the embedded model's file: what `test_llama_server.py` has is what it really says."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.cycle import generated, remote
from tests.patience import PATIENCE

from specedit.cli.main import main
from specedit.editor.generate import GenerateRequest
from specedit.engine.draft import Draft
from specedit.engine.errors import TargetError
from specedit.engine.target import GREEDY
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.hf_tokenizer import HfTokenizer
from specedit.engine.targets.llama_server import LlamaServerTarget
from specedit.engine.targets.registry import TargetContext
from specedit.engine.targets.server_tokenizer import ServerTokenizer
from specedit.models import gguf_files, store

pytestmark = pytest.mark.skipif(
    find_spec("xllamacpp") is None, reason="no llama.cpp server is installed: make test-llama"
)
# The package has the server as a library; it ends with its standard input.
SERVE = """
import sys, xllamacpp as llama
path, port = sys.argv[1:]
options = llama.CommonParams()
options.model.path, options.hostnames, options.port = path, ["127.0.0.1"], int(port)
options.n_parallel, options.n_ctx, options.ui, options.warmup = 2, 4096, False, False
options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
options.speculative.types = [llama.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_MOD]
pool = options.speculative.ngram_mod
pool.n_match, pool.n_min, pool.n_max = 16, 8, 64
server = llama.Server(options)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = gguf_files.find(store.EMBEDDED_BASE, print)
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-c", SERVE, str(model), str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output) as process,
    ):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            with suppress(TargetError):
                Completions(f"http://127.0.0.1:{port}").get("/health")
                break
            time.sleep(0.2)
        else:
            raise AssertionError(log.read_text())
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture(scope="module")
def target(url: str) -> LlamaServerTarget:
    server = Completions(url)
    context = TargetContext(Path("any"), "any", ServerTokenizer(server), url=url)
    return LlamaServerTarget(context, server)


def test_it_is_what_it_says(target: LlamaServerTarget) -> None:
    assert target.max_length == 2048 and target.drafts
    assert target.tokenizer.decode(tuple(target.stop_ids)) == ""


def test_its_tokens_are_the_models(target: LlamaServerTarget) -> None:
    ours, theirs = HfTokenizer(store.resolve(store.EMBEDDED_BASE, print)), target.tokenizer
    source = Path(__file__).read_text()
    for text in (source, "naïve 漢字 🙂 é", "<|im_end|>", " a  b\t\r\n", "x"):
        assert theirs.encode(text) == ours.encode(text)
        assert theirs.encode_markup(text) == ours.encode_markup(text)
        assert theirs.decode(ours.encode(text)) == text
    assert theirs.chat("hello") == ours.chat("hello")


def test_what_was_primed_is_drafted(target: LlamaServerTarget) -> None:
    """It counts: every token is sure, and none follows from n-grams that it has written."""
    prompt = tuple(target.tokenizer.encode("".join(f"{number}, " for number in range(12))))
    own, unprimed = generated(target, GenerateRequest(prompt, max_tokens=60))
    again, primed = generated(target, GenerateRequest(prompt, (tuple(own),), max_tokens=60))
    assert again == own
    assert unprimed.stats.accepted == 0 and primed.stats.accepted > 20


def test_an_edit_in_doubt_is_refused(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.py"
    path.write_text("def fetch(page):\n    return page + 1\n\n\nprint(fetch(1))\n")
    before = path.read_bytes()
    options = ["--engine", "llama-server", "--engine-url", url, "--accept", "guided"]
    assert main(["apply", *options, str(path), "rename fetch to load"]) == 3
    assert "it cannot judge" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_what_else_may_be_said_of_it(url: str, target: LlamaServerTarget) -> None:
    """It takes our tokens where text is spoken too, and says of scores that it has none."""
    folder = store.resolve(store.EMBEDDED_BASE, print)
    prompt = tuple(target.tokenizer.encode("".join(f"{number}, " for number in range(12))))
    request = GenerateRequest(prompt, max_tokens=12)
    assert generated(remote(url, "openai", folder), request)[0] == generated(target, request)[0]
    sequence = remote(url, "remote-verify", folder).open()
    sequence.prefill(prompt[:-1])
    with pytest.raises(TargetError, match="no scores of a prompt; --engine llama-server"):
        sequence.forward(prompt[-1], Draft((7,)), GREEDY)
