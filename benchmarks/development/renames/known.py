"""What checks have told so far, kept in a file: equal results are looked at once, in this run and in later ones."""

import json
from pathlib import Path


class KnownProblems:
    """Problems by the key of what was looked at; each is a line of JSON."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: dict[str, str] = {}
        if path.exists():
            self._problems = dict(json.loads(line) for line in path.read_text().splitlines())

    def get(self, key: str) -> str | None:
        """Return the problem of a key; None for one that was never looked at."""
        return self._problems.get(key)

    def add(self, key: str, problem: str) -> None:
        """Keep a problem, "" for none."""
        self._problems[key] = problem
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            print(json.dumps([key, problem]), file=file)
