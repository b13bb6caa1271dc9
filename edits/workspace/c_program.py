"""The files of C or C++ that have a name, and what they include, as one text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from re import escape, finditer

from specedit.edits.syntax.language import Language
from specedit.edits.syntax.nodes import enclosing
from specedit.edits.workspace.c_linkage import Linkage
from specedit.edits.workspace.c_text import (
    Conditionals,
    chosen,
    conditionals_of,
    macros_of,
    written_out,
)
from specedit.edits.workspace.includes import Includes
from specedit.edits.workspace.joined import Joined
from specedit.edits.workspace.workspace import Workspace

MOST_BYTES = 3_000_000  # of files that are there only to tell types
_MOST_VARIANTS = 8
_HOLDERS = (
    "function_definition",
    "compound_statement",
    "field_declaration_list",
    "enumerator_list",
)


class CProgram:
    """The text of the files at `paths` with what they include, in variants that differ in branches of conditionals.

    Every place of the name `kept` is in one of them, as far as there are not more than `_MOST_VARIANTS`.
    """

    def __init__(
        self,
        paths: Iterable[str],
        kept: str,
        language: Language,
        workspace: Workspace,
        includes: Includes,
    ) -> None:
        self._kept, self.language = kept, language
        self.files = _with_included(paths, workspace, includes)
        # Offsets in bytes are characters of this encoding.
        self._data = {path: workspace.text(path).encode("utf-8") for path in self.files}
        self._texts = {path: data.decode("latin-1") for path, data in self._data.items()}
        self._conditionals = {p: conditionals_of(text) for p, text in self._texts.items()}
        self._macros = macros_of(self._texts.values(), kept)
        self._variants = {
            path: _variants(path_text, kept, self._conditionals[path])
            for path, path_text in self._texts.items()
        }
        self._written_out: dict[str, dict[tuple[int, int], str]] = {}
        self._numbers: dict[str, dict[tuple[int, int], bytes]] = {}
        self._joined: dict[int, Joined] = {}
        self.broken: dict[str, None] = {}  # files that do not end where they should

    @property
    def num_variants(self) -> int:
        """How many texts it takes to see every place of the name."""
        return max((len(v) for p, v in self._variants.items() if p not in self.broken), default=1)

    def joined(self, variant: int = 0) -> Joined:
        """Return one of the texts."""
        if variant not in self._joined:
            self._joined[variant] = self._join(variant)
        return self._joined[variant]

    def _join(self, variant: int) -> Joined:
        while True:
            files = [path for path in self.files if path not in self.broken]
            texts = ((p, self._data[p], self._replaced(p, variant)) for p in files)
            joined = Joined(texts, self.language)
            broken = _broken(joined)
            if not broken or len(broken) == len(files):
                return joined
            self.broken |= dict.fromkeys(broken)

    def separate(self, joined: Joined, own: Iterable[str], linkage: Linkage) -> None:
        """Give what several files declare of one name, and do not see from each other, names of their own.

        What the files `own` see keeps its name.
        """
        source = joined.symbols.source
        for name, declaring in _declared_twice(joined, self._kept).items():
            groups = linkage.groups(declaring)
            if len(groups) < 2:
                continue
            kept = next((g for g in groups if any(linkage.sees(f, g) for f in own)), groups[0])
            for node in source.nodes_with(name):
                if node.type in source.language.names and source.code(node) == name:
                    path, at = joined.place(node.start_byte)
                    group = next((i for i, g in enumerate(groups) if linkage.sees(path, g)), None)
                    if group is not None and groups[group] is not kept:
                        numbered = f"{name}__of_module_{group}".encode()
                        self._joined.clear()
                        self._numbers.setdefault(path, {})[at, at + len(name)] = numbered

    def _replaced(self, path: str, variant: int) -> Mapping[tuple[int, int], bytes]:
        conditionals, variants = self._conditionals[path], self._variants[path]
        branches = variants[min(variant, len(variants) - 1)]
        removed = chosen(conditionals, branches, is_cpp=not self.language.has_tags)
        replaced = {(branch.start, branch.end): b"\n" for branch in removed}
        replaced |= dict.fromkeys(conditionals.directives, b"")
        if path not in self._written_out:
            self._written_out[path] = written_out(self._texts[path], self._macros)
        for (start, end), text in self._written_out[path].items():
            lines = self._data[path].count(b"\n", start, end)
            replaced[start, end] = text.encode("latin-1") + b"\n" * lines
        return replaced | self._numbers.get(path, {})

    def alone(self, path: str) -> Joined:
        """Return a file without what it includes."""
        return Joined([(path, self._data[path], self._replaced(path, 0))], self.language)

    def lines(self, path: str) -> list[int]:
        """Return the lines of a file that have the name, 0-based."""
        text = self._texts[path]
        places = finditer(rf"\b{escape(self._kept)}\b", text)
        return [text.count("\n", 0, match.start()) for match in places]

    def conditions(self, path: str) -> Iterator[tuple[int, int]]:
        """Yield where the conditions of the preprocessor have the name."""
        text = self._texts[path]
        for start, end in self._conditionals[path].conditions:
            for match in finditer(rf"\b{escape(self._kept)}\b", text[start:end]):
                yield start + match.start(), start + match.end()


def _with_included(
    paths: Iterable[str], workspace: Workspace, includes: Includes
) -> tuple[str, ...]:
    """The files and all that they include, each behind what it includes itself; of those, as much as is not too much."""
    named, size = {*paths}, 0
    files: dict[str, None] = {}
    for path in (file for each in sorted(named) for file in includes.closure(each)):
        if path in files:
            continue
        size += len(workspace.text(path)) if path not in named else 0
        if path in named or size <= MOST_BYTES:
            files[path] = None
    return tuple(files)


def _variants(text: str, name: str, conditionals: Conditionals) -> Sequence[dict[int, int]]:
    """Choices of branches such that every place of a name is in one of the texts that they give."""
    variants: list[dict[int, int]] = [{}]
    for match in finditer(rf"\b{escape(name)}\b", text):
        around = conditionals.around(match.start())
        fit = next((v for v in variants if all(v.get(c, i) == i for c, i in around.items())), None)
        if fit is not None:
            fit |= around
        elif len(variants) < _MOST_VARIANTS:
            variants.append(around)
    return variants


def _broken(joined: Joined) -> list[str]:
    """The files in which something begins that ends in another one."""
    spans = ((n.start_byte, n.end_byte) for n in joined.symbols.source.root.children)
    ends = ((joined.place(start)[0], joined.place(max(start, end - 1))[0]) for start, end in spans)
    return [first for first, last in ends if first != last]


def _declared_twice(joined: Joined, kept: str) -> dict[str, list[str]]:
    """The names that several files declare for themselves, with those files."""
    declaring: dict[str, dict[str, None]] = {}
    for each in joined.symbols.source.definitions:
        if each.name != kept and not each.owner and enclosing(each.node, _HOLDERS) is None:
            path = joined.place(each.node.start_byte)[0]
            declaring.setdefault(each.name, {})[path] = None
    return {name: [*paths] for name, paths in declaring.items() if len(paths) > 1}
