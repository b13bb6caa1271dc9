"""What patches of real commits do with files: the same as `git apply`, byte for byte, or nothing."""

import os
import random
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from specedit.cli.main import main
from specedit.edits import safety

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = ("bisect", "heapq", "shlex", "sched", "string", "textwrap", "queue", "json/decoder")
FORCE = ",".join(safety.CHECKS)  # lines are changed at random
FORMS = (
    ("diff", "-M"),
    ("diff", "-M", "--no-prefix"),
    ("diff", "--no-renames"),
    ("format-patch", "--stdout", "-M"),
)
Tree = dict[str, tuple[bytes, bool]]


def git(folder: Path, *arguments: str) -> bytes:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def tree_of(root: Path) -> Tree:
    return {
        str(path.relative_to(root)): (path.read_bytes(), os.access(path, os.X_OK))
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def some_text(chance: random.Random) -> bytes:
    data = (LIBRARY / f"{chance.choice(MODULES)}.py").read_bytes()
    lines = data.splitlines(keepends=True)
    data = b"".join(lines[: chance.randint(0, 90)])
    return chance.choice((data, data.replace(b"\n", b"\r\n"), data.rstrip(b"\n"), data))


def changed(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines) + 1)
        ending = b"\r\n" if b"\r\n" in data else b"\n"
        above = lines[max(0, min(at, len(lines) - 1))] if lines else b""
        indent = above[: len(above) - len(above.lstrip())].rstrip(b"\r\n")
        word = indent + b"changed_%d = 'caf\xc3\xa9'" % chance.randrange(10**6)
        if chance.random() < 0.5 and at < len(lines):
            lines[at] = word + ending
        elif at < len(lines) or not lines or lines[-1].endswith(b"\n"):
            lines.insert(at, word + ending)
    return b"".join(lines)


NAMES = ("a.py", "b c.py", "lib/d.py", "lib/é.txt", "lib/deep/e.sh", "f", "tests/g.py", "h.md")
NEW = ("new.py", "lib/new.txt", "other/place/i.py", "été.py", "j k.sh", "__init__.py")


def make_commit(root: Path, chance: random.Random) -> None:
    """A repository with some files, and changes of them that are not committed yet."""
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(some_text(chance))
        (root / name).chmod(chance.choice((0o644, 0o755)))
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "before")
    free = list(NEW)
    chance.shuffle(free)
    for name in NAMES:
        path, deed = root / name, chance.randrange(6)
        if deed == 0:
            path.unlink()
        elif deed in (1, 2):
            to = root / free.pop()
            to.parent.mkdir(parents=True, exist_ok=True)
            path.rename(to)
            path = to
        if path.exists() and deed in (2, 3, 4):
            path.write_bytes(changed(path.read_bytes(), chance))
        if path.exists() and chance.random() < 0.2:
            path.chmod(path.stat().st_mode ^ 0o111)
        if len(free) <= 1:
            break
    (root / free[0]).parent.mkdir(parents=True, exist_ok=True)
    (root / free[0]).write_bytes(chance.choice((some_text(chance), b"")))
    git(root, "add", "-A")


@pytest.mark.parametrize("seed", range(8))
def test_commits_do_what_git_does(
    seed: int, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, chance = workspace / "root", random.Random(seed)
    root.mkdir()
    make_commit(root, chance)
    monkeypatch.chdir(root)
    after = tree_of(root)
    if not git(root, "status", "--porcelain"):
        pytest.skip("nothing is changed")
    form = FORMS[seed % len(FORMS)]
    if form[0] == "format-patch":
        git(root, "commit", "-q", "-m", "after\n\nrename to nothing")
        patch = git(root, *form, "-1")
        git(root, "reset", "-q", "--hard", "HEAD~1")
    else:
        patch = git(root, *form, "--cached")
        git(root, "reset", "-q", "--hard")
    before = tree_of(root)
    (workspace / "fix.diff").write_bytes(patch)
    strip = ("-p0",) if "--no-prefix" in form else ()
    shutil.copytree(root, workspace / "by_git")
    git(workspace / "by_git", "apply", *strip, "../fix.diff")
    assert tree_of(workspace / "by_git") == after
    code = main(["apply", "--patch", str(workspace / "fix.diff"), "--force", FORCE, "--quiet"])
    assert code == 0, capsys.readouterr().err + patch.decode()
    assert tree_of(root) == after
    assert main(["undo"]) == 0
    assert tree_of(root) == before
