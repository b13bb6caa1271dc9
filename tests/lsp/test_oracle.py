"""Our documents against `vscode-languageserver-textdocument`, in Node, on random changes."""

import json
import random
import subprocess
from pathlib import Path

from tests.node import NODE, install

from specedit.lsp.documents import ColumnUnits, ContentChange, OpenDocument

FOLDER = Path(__file__).parent / "oracle"
ALPHABET = ["a", "b ", "é", "😀", "e\u0301", "\n", "\r\n", "\r", "\f", "\u0085", "\u2028", "\t"]


def random_text(rng: random.Random, most: int) -> str:
    return "".join(rng.choices(ALPHABET, k=rng.randrange(most)))


def test_a_thousand_documents() -> None:
    install(FOLDER)
    rng = random.Random(11)
    cases, ours = [], []
    for _ in range(1000):
        text = random_text(rng, 30)
        document = OpenDocument("file:///x", 1, ColumnUnits("utf-16"))
        document.change([ContentChange(text)], 1)
        changes, states = [], []
        for version in range(2, 2 + rng.randrange(1, 6)):
            # Whole characters, as clients send them: what is half of one is nobody's agreement.
            now = document.snapshot()
            start, end = sorted(rng.randrange(len(now.text) + 1) for _ in range(2))
            places = [now.position(offset) for offset in (start, end)]
            new = random_text(rng, 8)
            ends = [{"line": line, "character": column} for line, column in places]
            changes.append({"range": {"start": ends[0], "end": ends[1]}, "text": new})
            document.change([ContentChange(new, *places)], version)
            states.append(document.snapshot().text)
        cases.append({"text": text, "changes": changes})
        ours.append(states)
    done = subprocess.run(
        [NODE, "apply.mjs"], cwd=FOLDER, input=json.dumps(cases), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for case, mine, theirs in zip(cases, ours, json.loads(done.stdout), strict=True):
        assert mine == theirs, case
