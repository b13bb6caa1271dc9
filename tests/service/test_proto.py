"""The committed code is what the .proto files say; they keep buf's rules, and nobody's client breaks."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROTO = ROOT / "proto"
BUF = Path(sys.executable).with_name("buf")


def buf(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BUF, *arguments], capture_output=True, text=True, cwd=ROOT)


def test_the_committed_code_is_generated(tmp_path: Path) -> None:
    files = ["specedit/v1/edit.proto", "specedit/v1/generate.proto"]
    outputs = [f"--{kind}={tmp_path}" for kind in ("python_out", "pyi_out", "grpc_python_out")]
    command = [sys.executable, "-m", "grpc_tools.protoc", "-I", str(PROTO), *outputs, *files]
    subprocess.run(command, check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*pb2*"))
    assert len(made) == 6
    for path in made:
        assert (PROTO / path).read_bytes() == (tmp_path / path).read_bytes(), "run `make proto`"


def test_buf_lint() -> None:
    done = buf("lint", "proto")
    assert done.returncode == 0, done.stdout


def test_nothing_is_broken_that_was_released() -> None:
    done = buf("breaking", "proto", "--against", "proto/released.binpb")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("string scope = 7;", "string range = 7;"),
        ("bool written = 11;", ""),
        ("rpc Verify(", "rpc Check("),
    ],
)
def test_a_break_is_found(old: str, new: str, tmp_path: Path) -> None:
    for path in (PROTO / "specedit" / "v1").glob("*.proto"):
        copy = tmp_path / "specedit" / "v1" / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text().replace(old, new))
    (tmp_path / "buf.yaml").write_text((PROTO / "buf.yaml").read_text())
    assert buf("breaking", str(tmp_path), "--against", "proto/released.binpb").returncode == 100
