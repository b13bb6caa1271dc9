"""Real vLLM servers on this processor, with our drafter in them: `make test-vllm`.

They serve a model whose answer is known, so that every token is compared and not only its likelihood.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from tests import cycle
from tests.processes import Process

from specedit.benchmarks.development.environments import environment
from specedit.editor.config import Config
from specedit.editor.editor import Editor
from specedit.editor.generate import Finished, GenerateRequest, Span
from specedit.engine.errors import Unavailable
from specedit.engine.targets.completions import Completions
from specedit.engine.targets.remote_verify import Rates
from specedit.v1 import generate_pb2, generate_pb2_grpc

pytestmark = pytest.mark.vllm

ROOT = Path(__file__).resolve().parents[2]
SERVE = Path(__file__).with_name("serve.py")
DRAFTING = (
    '{"method":"custom_class","model":"specedit_vllm.EditProposer","num_speculative_tokens":%d}'
)
STARTING = 240  # seconds
ANSWER = cycle.following(99, 400)
SOURCE = tuple(cycle.edited(ANSWER, 0.04, seed=3))
PROMPT = (1, 9, 700, 99, *SOURCE, 4, 700, 99)  # the answer is opened as the file was


@pytest.fixture(scope="session")
def python() -> Path:
    return environment("vllm", print)


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """specedit-vllm, installed as a server would have it."""
    place = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(place), str(ROOT / "extensions" / "vllm")], check=True)
    return place


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cycle.model_folder(tmp_path_factory.mktemp("model"))


class Launcher:
    """Starts servers in the environment of vLLM."""

    def __init__(self, python: Path, plugin: Path, folder: Path, logs: Path) -> None:
        self._python, self._folder, self._logs = python, folder, logs
        self._env = os.environ | {
            "PYTHONPATH": str(plugin),
            "VLLM_PLUGINS": "specedit",
            "VLLM_NO_USAGE_STATS": "1",
            "DO_NOT_TRACK": "1",
            "HF_HUB_OFFLINE": "1",
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "VLLM_CPU_OMP_THREADS_BIND": "nobind",
            "VLLM_HOST_IP": "127.0.0.1",
            "GLOO_SOCKET_IFNAME": "lo",
            "OMP_NUM_THREADS": "1",
            "TORCHDYNAMO_DISABLE": "1",
        }

    @contextmanager
    def process(self, port: int, *options: str, k: int = 64) -> "Iterator[subprocess.Popen[bytes]]":
        """A server's process, killed with all its children at the end."""
        command = [str(self._python), str(SERVE), "serve", str(self._folder)]
        command += ["--served-model-name", "cycle"]
        command += ["--host", "127.0.0.1", "--port", str(port), "--dtype", "float32"]
        command += ["--enforce-eager", "--max-model-len", "2048", "--max-num-seqs", "4"]
        command += ["--speculative-config", DRAFTING % k, *options]
        command += ["--worker-extension-cls", "specedit_vllm.WorkerExtension"]
        log = self._logs / f"{port}-{len(options)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, env=self._env, stdout=file, stderr=file, start_new_session=True
            )
            try:
                yield process
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @contextmanager
    def server(self, *options: str, k: int = 64) -> Iterator[str]:
        """The address of a server that answers."""
        port = free_port()
        with self.process(port, *options, k=k) as process:
            yield self.ready(port, process)

    def ready(self, port: int, process: "subprocess.Popen[bytes]") -> str:
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + STARTING
        while process.poll() is None and time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=2).close()
            except OSError:
                time.sleep(0.5)
            else:
                return url
        said = max(self._logs.glob(f"{port}-*"), key=os.path.getsize).read_text(errors="replace")
        pytest.fail(f"vLLM did not start: {said[-3000:]}")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def launcher(
    python: Path, plugin: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Launcher:
    return Launcher(python, plugin, folder, tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="session")
def url(launcher: Launcher) -> Iterator[str]:
    with launcher.server() as address:
        yield address


def answered(
    url: str, folder: Path, request: GenerateRequest, kind: cycle.Kind = "vllm"
) -> tuple[list[int], Finished]:
    return cycle.generated(cycle.remote(url, kind, folder), request)


REQUEST = GenerateRequest(PROMPT, source=SOURCE, max_tokens=400)


def test_greedy_output_is_the_models_own_in_few_steps(url: str, folder: Path) -> None:
    output, end = answered(url, folder, REQUEST)
    assert output == ANSWER
    assert end.stats.accepted > 300
    assert end.stats.accepted < end.stats.drafted < 1000  # by the engine's own counters
    assert end.stats.passes < 80


def test_a_prediction_reaches_the_drafter(url: str, folder: Path) -> None:
    """The file is not in the prompt: only a drafter that is attached knows what comes."""
    request = GenerateRequest((1, 9, 8, 99), predictions=(tuple(ANSWER),), max_tokens=400)
    output, end = answered(url, folder, request)
    assert output == ANSWER
    assert end.stats.passes < 16


def test_a_stock_server_verifies_our_drafts(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here writing is faster, with our drafter in the server and so small a model; so it is told otherwise."""
    monkeypatch.setattr(Rates, "learn", lambda *_: None)
    output, end = answered(url, folder, REQUEST, "remote-verify")
    assert output == ANSWER
    assert end.stats.accepted > 200


@pytest.mark.xfail(
    reason="vLLM for processors reads temperatures that nobody wrote: its issue 55005"
)
def test_sampling_keeps_the_models_law(url: str, folder: Path) -> None:
    """How often, with drafts, the second token is the likeliest one, against the model's own probability."""
    import torch
    from transformers import LlamaForCausalLM

    temperature, samples = 8.0, 2000
    model = LlamaForCausalLM.from_pretrained(folder)
    with torch.inference_mode():
        scores = model(torch.arange(cycle.FIRST, cycle.VOCABULARY)[:, None]).logits[:, 0]
    law = torch.softmax(scores / temperature, -1)
    body = {"model": "cycle", "prompt": list(PROMPT), "max_tokens": 2, "n": 100}
    body |= {"temperature": temperature, "return_token_ids": True, "stop_token_ids": []}
    server, wanted, variance, hits = Completions(url), 0.0, 0.0, 0
    for seed in range(samples // 100):
        for choice in server.post("/v1/completions", body | {"seed": seed})["choices"]:
            first, second = choice["token_ids"]
            if first < cycle.FIRST:
                continue
            likeliest = cycle.following(first, 1)[0]
            chance = float(law[first - cycle.FIRST, likeliest])
            wanted += chance
            variance += chance * (1 - chance)
            hits += second == likeliest
    assert abs(hits - wanted) < 5 * variance**0.5


def test_through_grpc(url: str, folder: Path, tmp_path: Path) -> None:
    """`specedit serve --engine vllm`: many clients at once, and no weights here."""
    options = ("--engine", "vllm", "--engine-url", url, "--model", str(folder))
    served = Process(tmp_path, *options)
    try:
        served.wait_until("serving on")
        with grpc.insecure_channel(f"unix:{served.socket}") as channel:
            stub: Any = generate_pb2_grpc.GenerateServiceStub(channel)

            def is_right(seed: int) -> bool:
                first = 50 * seed + 99
                wanted = cycle.following(first, 200)
                ids = [1, 700, first, *cycle.edited(wanted, 0.04, seed), 4, 700, first]
                prompt = tokens_of(ids)
                request = generate_pb2.GenerateRequest(prompt=prompt, max_tokens=200)
                answers = stub.Generate(request, timeout=120)
                return [t for answer in answers for t in answer.span.token_ids] == wanted

            with ThreadPoolExecutor(6) as threads:
                assert all(threads.map(is_right, range(6)))
    finally:
        served.process.terminate()
        served.process.wait()


def tokens_of(ids: list[int]) -> generate_pb2.Tokens:
    return generate_pb2.Tokens(token_ids=generate_pb2.TokenIds(ids=ids))


def test_two_tensor_parallel_ranks(launcher: Launcher, folder: Path) -> None:
    with launcher.server("--tensor-parallel-size", "2", k=128) as url:
        output, end = answered(url, folder, REQUEST)
    assert output == ANSWER
    assert end.stats.passes < 80


def test_two_nodes_and_one_that_dies(launcher: Launcher, folder: Path) -> None:
    port, meeting = free_port(), free_port()
    shared = ["--tensor-parallel-size", "2", "--distributed-executor-backend", "mp"]
    shared += ["--nnodes", "2", "--master-addr", "127.0.0.1", "--master-port", str(meeting)]
    with ExitStack() as stack:
        first = stack.enter_context(launcher.process(port, *shared, "--node-rank", "0"))
        second = stack.enter_context(
            launcher.process(port, *shared, "--node-rank", "1", "--headless")
        )
        url = launcher.ready(port, first)
        assert answered(url, folder, REQUEST)[0] == ANSWER
        target = cycle.remote(url, "vllm", folder, silence=20)
        events = Editor(target, target.tokenizer, Config()).generate(
            GenerateRequest((1, 9, 8, 99), max_tokens=1500)
        )
        next(event for event in events if isinstance(event, Span))
        os.killpg(second.pid, signal.SIGKILL)
        os.killpg(first.pid, signal.SIGKILL)
        with pytest.raises(Unavailable, match=url):
            list(events)
