"""Files that are not parsed and may name what an edit takes out of others: settings, and pages with code in them."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from specedit.edits.workspace.listing import list_files
from specedit.engine.errors import EditRefused

_SETTINGS = frozenset([".toml", ".cfg", ".ini", ".yaml", ".yml", ".json"])
_PAGES = frozenset([".vue", ".svelte", ".astro", ".mdx", ".html", ".htm", ".ipynb"])


def refuse_named(root: Path, path: str, names: Sequence[str], max_bytes: int) -> None:
    """Refuse to take definitions out of a file that others name by its path: settings do as entry points, pages import them.

    Raises:
        EditRefused: with the line.
    """
    own = PurePath(path)
    stem = re.escape(own.parent.name if own.stem in ("__init__", "index") else own.stem)
    leads = re.compile(
        rf"""["'][^"'\n]*\b{stem}(?:\.\w+)?\\?["']|\b(?:from|import)\s+[\w.]*\b{stem}\b"""
    )
    for other in list_files(root, _SETTINGS | _PAGES) if names else ():
        if (root / other).stat().st_size > max_bytes:
            continue
        text = (root / other).read_bytes().decode("utf-8", "replace")
        may_import = PurePath(other).suffix in _PAGES and leads.search(text) is not None
        for name in map(re.escape, names):
            word = rf"(?<![\w$]){name}(?![\w$])" if may_import else rf"\b{stem}[.:]{name}\b"
            if match := re.search(word, text):
                line = text.count("\n", 0, match.start()) + 1
                raise EditRefused(f"line {line} of {other} names '{match[0]}'; change that first")
