"""The server's own files: under its root only, whole or not at all, once for each request."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc import aio
from tests.service.conftest import Serve, Served
from tests.service.test_edit_service import failure

from specedit.editor.journal import Journal
from specedit.edits import files
from specedit.edits.document import sha256
from specedit.engine.errors import OutsideRoot
from specedit.service.root import Root
from specedit.v1 import edit_pb2 as pb
from specedit.v1 import edit_pb2_grpc

SOURCE = b"def fetch(page):\n    return page + 1\n"
RENAMED = SOURCE.replace(b"fetch", b"load")


def message(path: str, base: bytes | None = None, request_id: str = "") -> pb.ApplyRequest:
    document = pb.Document(path=path, base_sha256=sha256(base) if base else "")
    edit = pb.Edit(document=document, instruction="rename fetch to load")
    return pb.ApplyRequest(edit=edit, request_id=request_id)


async def apply(served: Served, asked: pb.ApplyRequest) -> list[pb.ApplyResponse]:
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        return [response async for response in stub.Apply(asked)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "x.py").write_bytes(SOURCE)
    return folder


async def test_a_file_is_written_and_can_be_undone(serve: Serve, root: Path) -> None:
    served = await serve(root=root)
    *_, last = await apply(served, message("sub/x.py", SOURCE))
    assert last.result.written
    assert (root / "sub" / "x.py").read_bytes() == RENAMED
    Journal().undo()
    assert (root / "sub" / "x.py").read_bytes() == SOURCE


async def test_preview_writes_nothing(serve: Serve, root: Path) -> None:
    served = await serve(root=root)
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        answer = await stub.Preview(pb.PreviewRequest(edit=message("sub/x.py").edit))
    assert answer.result.status == pb.STATUS_CHANGED
    assert not answer.result.written
    assert (root / "sub" / "x.py").read_bytes() == SOURCE


async def test_without_a_root_there_are_no_files(serve: Serve, root: Path) -> None:
    code, _ = await failure(await serve(), message(str(root / "sub" / "x.py")))
    assert code == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "path",
    [
        "../outside.py",
        "sub/../../outside.py",
        "/etc/hostname",
        "link.py",
        "folder/outside.py",
        ".git/config",
        "sub/../.git/config",
        "sub/.env",
        "hidden.py",
        "to_git/config",
    ],
)
async def test_what_is_not_to_be_touched(path: str, serve: Serve, root: Path) -> None:
    (root.parent / "outside.py").write_bytes(SOURCE)
    (root / "link.py").symlink_to(root.parent / "outside.py")
    (root / "folder").symlink_to(root.parent)
    (root / ".git").mkdir()
    (root / ".git" / "config").write_bytes(SOURCE)
    (root / "hidden.py").symlink_to(root / ".git" / "config")
    (root / "to_git").symlink_to(root / ".git")
    (root / "sub" / ".env").write_bytes(SOURCE)
    code, details = await failure(await serve(root=root), message(path))
    assert code == grpc.StatusCode.PERMISSION_DENIED
    assert details["ErrorInfo"].reason == "OUTSIDE_ROOT"
    for file in (root.parent / "outside.py", root / ".git" / "config", root / "sub" / ".env"):
        assert file.read_bytes() == SOURCE


PROTECTED = (
    *(".git", ".gitconfig", ".gitmodules", ".husky/pre-commit", ".aws/config", ".kube/config"),
    *(".ssh/config", "sub/id_rsa", "id_ed25519.pub", "ID_ECDSA_SK", "id_work", "server.pem"),
    *("sub/Server.KEY", ".envrc", ".env", ".env.local", "prod.env", ".devcontainer/x.json"),
    *(".circleci/config.yml", ".github/workflows/x.yml", ".GitHub/x", ".vscode/tasks.json"),
    *(".idea/x.xml", ".npmrc", ".netrc", ".bashrc", ".pre-commit-config.yaml", ".claude/x.json"),
    *("credentials.json", "secrets.yaml", "terraform.tfstate", "git~1/config", ".venv/x.py"),
    # Names that some file system takes for one of these.
    *("\u200c.git/config", "\ufe0f.env", "\uff0egit/config", "\u017fecrets.json", "secrets.json."),
    *(
        "secrets.json .",
        "server.\u212aey",
        "credentials.json:$DATA",
        "i\u200dd_rsa",
        "SECRET\u017f.yaml",
    ),
)


@pytest.mark.parametrize("path", PROTECTED)
def test_what_steers_tools_or_holds_secrets(path: str, root: Path) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(SOURCE)
    with pytest.raises(OutsideRoot, match="--allow"):
        Root(root).read(path, 1000)
    (root / "plain.py").symlink_to(root / path)
    with pytest.raises(OutsideRoot, match="--allow"):
        Root(root).read("plain.py", 1000)
    assert Root(root, (path.split("/")[0], "*.*", "id_*")).read(path, 1000).document.data == SOURCE


@pytest.mark.parametrize(
    "path",
    ["id_map.py", "ids", "keys.py", "environment.py", "sub/../sub/x.py", "./x.y", "credentials.py"],
)
def test_what_only_sounds_like_it(path: str, root: Path) -> None:
    (root / path).write_bytes(SOURCE)
    assert Root(root).read(path, 1000).document.data == SOURCE


@pytest.mark.parametrize(
    ("allowed", "path", "can"),
    [
        (".eslintrc.js", ".eslintrc.js", True),
        (".eslintrc.js", "sub/.eslintrc.js", True),
        (".eslintrc.js", ".git/.eslintrc.js", False),
        (".github", ".github/workflows/x.yml", True),
        (".github", ".github/.env", False),
        (".github/*", ".github/workflows/x.yml", True),
        ("sub/.github/*", ".github/workflows/x.yml", False),
        ("x.py", ".git/x.py", False),
    ],
)
def test_what_is_allowed_by_name(allowed: str, path: str, can: bool, root: Path) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(SOURCE)
    if can:
        Root(root, (allowed,)).read(path, 1000)
    else:
        with pytest.raises(OutsideRoot):
            Root(root, (allowed,)).read(path, 1000)


async def test_a_hard_link_may_lead_out(serve: Serve, root: Path) -> None:
    outside = root.parent / "outside.py"
    outside.write_bytes(SOURCE)
    os.link(outside, root / "link.py")
    code, details = await failure(await serve(root=root), message("link.py"))
    assert code == grpc.StatusCode.PERMISSION_DENIED
    assert details["ErrorInfo"].reason == "OUTSIDE_ROOT"
    *_, last = await apply(await serve(root=root, allow=("link.py",)), message("link.py"))
    assert last.result.written


@pytest.mark.parametrize("path", ["", "nothing.py", "sub", "a\0b", "x" * 5000, "pipe"])
async def test_what_is_no_file(path: str, serve: Serve, root: Path) -> None:
    os.mkfifo(root / "pipe")
    code, _ = await failure(await serve(root=root), message(path))
    assert code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT)


@pytest.mark.parametrize("size", [1, 1000])
async def test_a_stale_base_tells_the_current_text(size: int, serve: Serve, root: Path) -> None:
    served = await serve(root=root)
    current = SOURCE + b"# more\n" * size
    (root / "sub" / "x.py").write_bytes(current)
    code, details = await failure(served, message("sub/x.py", SOURCE))
    assert code == grpc.StatusCode.ABORTED
    assert details["Current"].sha256 == sha256(current)
    told = []
    async with aio.insecure_channel(served.address) as channel:
        stub: Any = edit_pb2_grpc.EditServiceStub(channel)
        with pytest.raises(aio.AioRpcError):
            async for response in stub.Apply(message("sub/x.py", SOURCE)):
                told.append(response.current.content)
    assert told == ([] if size == 1 else [current])
    assert details["Current"].content == (current if size == 1 else b"")
    assert (root / "sub" / "x.py").read_bytes() == current


async def test_a_file_that_changes_meanwhile_is_kept(serve: Serve, root: Path) -> None:
    served = await serve(root=root)
    served.gate.close()
    changed = SOURCE + b"# by hand\n"

    def change() -> None:
        served.gate.under_way.acquire()
        (root / "sub" / "x.py").write_bytes(changed)
        served.gate.open_again()

    thread = threading.Thread(target=change)
    thread.start()
    code, details = await failure(served, message("sub/x.py"))
    thread.join()
    assert code == grpc.StatusCode.ABORTED
    assert details["Current"].content == changed
    assert (root / "sub" / "x.py").read_bytes() == changed


async def test_a_request_that_a_killed_server_had_written(serve: Serve, root: Path) -> None:
    asked = message("sub/x.py", SOURCE, "id-1")
    *_, first = await apply(await serve(root=root), asked)
    *_, again = await apply(await serve(root=root), asked)  # another one: it remembers nothing
    assert again.result.written
    assert again.result.certificate == first.result.certificate
    code, _ = await failure(await serve(root=root), message("sub/x.py", SOURCE, "id-2"))
    assert code == grpc.StatusCode.ABORTED


async def test_links_that_are_swapped_lead_nowhere(serve: Serve, root: Path) -> None:
    """While edits run, a folder of the path becomes a link out of the root and back again."""
    served = await serve(root=root)
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "x.py").write_bytes(SOURCE)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            (root / "sub").rename(root / "real")
            (root / "sub").symlink_to(outside)
            (root / "sub").unlink()
            (root / "real").rename(root / "sub")

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        written = 0
        async with aio.insecure_channel(served.address) as channel:
            stub: Any = edit_pb2_grpc.EditServiceStub(channel)
            for i in range(200):
                words = ("fetch", "load") if i % 2 == 0 else ("load", "fetch")
                asked = message("sub/x.py")
                asked.edit.instruction = f"rename {words[0]} to {words[1]}"
                try:
                    async for response in stub.Apply(asked):
                        written += response.result.written
                except aio.AioRpcError as error:
                    assert error.code() != grpc.StatusCode.INTERNAL, error.details()
    finally:
        stop.set()
        thread.join()
    assert (outside / "x.py").read_bytes() == SOURCE
    assert {path.name for path in outside.iterdir()} == {"x.py"}


async def test_of_two_edits_of_one_file_one_wins(serve: Serve, root: Path) -> None:
    served = await serve(root=root)

    async def rename(new: str) -> bool:
        asked = message("sub/x.py", SOURCE)
        asked.edit.instruction = f"rename fetch to {new}"
        try:
            *_, last = await apply(served, asked)
        except aio.AioRpcError as error:
            assert error.code() == grpc.StatusCode.ABORTED
            return False
        written: bool = last.result.written
        return written

    for _ in range(20):
        (root / "sub" / "x.py").write_bytes(SOURCE)
        won = await asyncio.gather(*(rename(name) for name in ("load", "get", "read")))
        assert sum(won) == 1
        name = ("load", "get", "read")[won.index(True)]
        assert (root / "sub" / "x.py").read_bytes() == SOURCE.replace(b"fetch", name.encode())


async def test_a_client_that_leaves_while_its_file_is_written(
    serve: Serve, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write goes to its end, and who asks again is told of it."""
    began, go_on = threading.Event(), threading.Event()
    write = files.write

    def slow(*arguments: Any, **options: Any) -> bool:
        began.set()
        go_on.wait()
        return write(*arguments, **options)

    monkeypatch.setattr(files, "write", slow)
    served, asked = await serve(root=root), message("sub/x.py", SOURCE, "id-1")
    first = asyncio.create_task(apply(served, asked))
    await asyncio.to_thread(began.wait)
    first.cancel()
    again = asyncio.create_task(apply(served, asked))
    await asyncio.sleep(0.1)
    go_on.set()
    *_, last = await again
    assert last.result.written
    assert (root / "sub" / "x.py").read_bytes() == RENAMED


async def test_an_id_for_a_file_needs_its_base(serve: Serve, root: Path) -> None:
    code, _ = await failure(await serve(root=root), message("sub/x.py", None, "id-1"))
    assert code == grpc.StatusCode.INVALID_ARGUMENT
    code, _ = await failure(await serve(root=root), message("sub/x.py", SOURCE, "x" * 129))
    assert code == grpc.StatusCode.INVALID_ARGUMENT


def test_a_torn_journal_is_read(root: Path, workspace: Path) -> None:
    """As a server leaves it that is killed while it notes something."""
    journal = Journal()
    with journal.recording(root / "sub" / "x.py", SOURCE, RENAMED, "id-1"):
        pass
    assert journal._run is not None
    (journal._run / "1.json").write_bytes(b"")
    found = Journal().of_request("id-1", root / "sub" / "x.py")
    assert found is not None
    assert found.before == SOURCE
    assert Journal().of_request("id-2", root / "sub" / "x.py") is None
