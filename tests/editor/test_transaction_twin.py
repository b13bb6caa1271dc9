"""Random transactions, compared with the naive way to make them; some fail, and some are killed, in the middle."""

import os
import random
import resource
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from specedit.editor.journal import FileStep, Journal
from specedit.editor.transaction import Create, Delete, FileChange, Move, Write, write_all
from specedit.engine.errors import EditRefused

NAMES = ("a", "b.py", "c/d", "c/e.sh", "f/g/h", "f/i", "j", "k/l")
LARGE = b"x" * 40_000

Tree = dict[str, tuple[bytes, bool]]  # what each file holds, and whether it may be executed


def read(root: Path) -> Tree:
    return {
        str(path.relative_to(root)): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in root.rglob("*")
        if path.is_file()
    }


def full(root: Path) -> dict[str, tuple[int, bytes | None]]:
    """Everything below a folder, folders and modes to the bit."""
    return {
        str(path.relative_to(root)): (
            stat.S_IMODE(path.stat().st_mode),
            path.read_bytes() if path.is_file() else None,
        )
        for path in root.rglob("*")
    }


def make_tree(root: Path, chance: random.Random) -> None:
    for name in chance.sample(NAMES, chance.randint(2, 6)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.randbytes(chance.randint(0, 50)))
        path.chmod(chance.choice((0o644, 0o600, 0o755, 0o711)))


def random_changes(root: Path, chance: random.Random, large: bool) -> tuple[list[FileChange], Tree]:
    """Changes of the tree, and what it then is: every file read first, then written one by one into an empty tree."""
    tree, result = read(root), dict[str, tuple[bytes, bool]]()
    changes: list[FileChange] = []
    free = [*NAMES, "new/m", "new/n/o"]
    kinds = {name: chance.choice(("keep", "edit", "delete", "move")) for name in tree}
    free = [name for name in free if kinds.get(name, "move") in ("delete", "move")]
    chance.shuffle(free)

    def data() -> bytes:
        return LARGE if large and chance.random() < 0.3 else chance.randbytes(9)

    for name, (before, is_executable) in tree.items():
        after = chance.choice((before, data()))
        mode = chance.choice((None, True, False))
        left = is_executable if mode is None else mode
        path = root / name
        if kinds[name] == "delete":
            changes.append(Delete(path, before))
        elif kinds[name] == "edit":
            changes.append(Write(path, before, after, mode))
            result[name] = (after, left)
        elif kinds[name] == "move" and (to := free.pop()) != name:
            changes.append(Move(path, root / to, before, after, mode))
            result[to] = (after, left)
        else:
            result[name] = (before, is_executable)
    for name in free[: chance.randint(0, 3)]:
        if name not in result:
            changes.append(Create(root / name, made := data(), executable=bool(len(made) % 2)))
            result[name] = (made, bool(len(made) % 2))
    chance.shuffle(changes)
    return changes, result


@contextmanager
def small_disk() -> Iterator[None]:
    """No file can be longer than most: to write one is an error of the system."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(LARGE) - 1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def lies_apart(result: Tree) -> bool:
    return not any(
        one != other and other.startswith(f"{one}/") for one in result for other in result
    )


def write_and_die(changes: Sequence[FileChange], journal: Journal, left: int) -> int:
    """Write in a process that ends, as by a kill, when so many steps are made; return its exit status."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    make = FileStep.make

    def making(step: FileStep) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            os._exit(9)
        return make(step)

    FileStep.make = making  # type: ignore[method-assign,assignment]
    try:
        write_all(changes, journal)
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.parametrize("seed", range(12))
def test_all_is_done_and_undone(seed: int, tmp_path: Path) -> None:
    root, chance, journal = tmp_path / "tree", random.Random(seed), Journal(tmp_path / "journal")
    make_tree(root, chance)
    before, folders = full(root), {path for path in root.rglob("*") if path.is_dir()}
    changes, result = random_changes(root, chance, large=False)
    assert lies_apart(result)
    write_all(changes, journal)
    assert read(root) == result
    assert folders <= set(root.rglob("*"))
    if journal.runs():
        journal.undo()
    assert full(root) == before


def test_what_the_disk_does_not_take_leaves_all_as_it_was(tmp_path: Path) -> None:
    failed = 0
    for seed in range(12):
        root, chance = tmp_path / f"tree{seed}", random.Random(seed)
        journal = Journal(tmp_path / "journal")
        make_tree(root, chance)
        before = full(root)
        changes, result = random_changes(root, chance, large=True)
        is_large = any(
            LARGE in (getattr(c, "after", b""), getattr(c, "data", b"")) for c in changes
        )
        try:
            with small_disk():
                write_all(changes, journal)
        except EditRefused as refusal:
            failed += 1
            assert is_large and "File too large" in str(refusal)
            assert full(root) == before and not journal.runs()
        else:
            assert read(root) == result and not is_large
            if journal.runs():
                journal.undo()
    assert failed > 2


def test_a_kill_leaves_nothing_that_the_next_run_does_not_take_back(tmp_path: Path) -> None:
    killed = 0
    for seed in range(12):
        root, chance = tmp_path / f"tree{seed}", random.Random(seed)
        journal = Journal(tmp_path / f"journal{seed}")
        make_tree(root, chance)
        before = full(root)
        changes, result = random_changes(root, chance, large=False)
        status = write_and_die(changes, journal, chance.randint(0, 8))
        assert status in (0, 9)
        killed += status == 9
        journal.repair()
        assert (read(root) == result) if status == 0 else (full(root) == before)
    assert killed > 2
