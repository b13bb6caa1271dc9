"""JavaScript and TypeScript: files that get another name or another place.

Every string that the language or its usual tools take for the path of a module is written anew; in the result it must lead
where it did. Paths that are put together at run time are left and listed.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from specedit.edits.moves.javascript_paths import JavaScriptPaths
from specedit.edits.moves.rules import Setting
from specedit.edits.prediction import Left
from specedit.edits.syntax.language import words
from specedit.edits.syntax.languages import language_of
from specedit.edits.syntax.nodes import line_of, text_of
from specedit.edits.syntax.source import Source
from specedit.edits.syntax.tree import Node
from specedit.edits.workspace.model import Edits, FileEdits
from specedit.edits.workspace.workspace import Workspace
from specedit.engine.errors import EditRefused

_STATEMENTS = words("import_statement export_statement import_require_clause module")
_CALLED = re.compile(
    r"(?:module\.)?require|import|require\.resolve|import\.meta\.resolve|(?:jest|vi)\.\w+(?:<.*>)?|proxyquire|rewire|td\.replace"
)
_WITH_FILES = re.compile(r"require\.context|import\.meta\.glob(?:Eager)?")
_IN_COMMENTS = re.compile(
    r"""\b(?:import|require)\(\s*(["'])(\.[^"'\n]*)\1\s*\)|\bpath=(["'])([^"'\n]+)\3"""
)
_OF_ITSELF = re.compile(r"\b(?:__dirname|__filename|import\.meta\.(?:url|dirname|filename))\b")
# What Node takes a file for by its suffix: another one would be read otherwise.
_KINDS = {".mjs": "module", ".mts": "module", ".cjs": "script", ".cts": "script"}


class JavaScriptMoves:
    """The files of a workspace, some of which go elsewhere."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._paths = JavaScriptPaths(setting)

    def check_names(self) -> None:
        """Refuse another suffix that makes a file something else."""
        for old, new in self._setting.moves.files.items():
            before, after = (posixpath.splitext(path)[1] for path in (old, new))
            if not _is_script(old) or before == after:
                continue
            is_typed = not (_is_typed(new) and not _is_typed(old)) and _is_typed(old) != _is_typed(
                new
            )
            if not _is_script(new) or is_typed or _KINDS.get(before) != _KINDS.get(after):
                raise EditRefused(f"{new} would not be read as {old} is: keep the suffix {before}")

    def edits(self) -> dict[str, FileEdits]:
        """Return what changes in each file."""
        changed = {path: self._edits_of(path) for path in self._looked_at}
        return {path: each for path, each in changed.items() if each.edits or each.left}

    @cached_property
    def _looked_at(self) -> list[str]:
        """The files that may name what goes elsewhere: by its name, or by that of its folder where it is an index."""
        paths = [path for path in self._setting.workspace.paths if _is_script(path)]
        names = re.compile("|".join(sorted({re.escape(n) for n in self._names()})))
        text, files = self._setting.workspace.text, self._setting.moves.files
        return [path for path in paths if path in files or names.search(text(path))]

    def _names(self) -> Iterator[str]:
        for pair in self._setting.moves.requested.items():
            for path in pair:
                bare = posixpath.basename(path).split(".")[0]
                yield bare
                if bare == "index":
                    yield posixpath.basename(posixpath.dirname(path)) or "./"
                    yield from ("'.", '"."', '"../"', '".."')

    def _edits_of(self, path: str) -> FileEdits:
        source, changed = self._setting.workspace.source(path), FileEdits()
        for node, text in _named_modules(source):
            new = self._paths.rewritten(text, path)
            if new != text:
                changed.edits[node] = new
        changed.left += self._left(path, source, changed.edits)
        return changed

    def _left(self, path: str, source: Source, edits: Edits) -> Iterator[Left]:
        """The places that may name what goes elsewhere, or where the file itself is."""
        moves = self._setting.moves
        named = {start for start, _ in edits}
        for node in source.nodes:
            if node.type == "call_expression" and self._may_load(path, node):
                yield Left(
                    line_of(node) - 1, "what it loads is only known when it runs", known=False
                )
            if node.type != "string" or node.start_byte + 1 in named:
                continue
            text = source.code(node)[1:-1]
            is_module = _is_module(node)
            target = self._paths.file(text, path, self._setting.paths)
            root = self._paths.file(f"./{text}", "", self._setting.paths) if "/" in text else None
            if not is_module and any(p in moves.files for p in (target, root) if p):
                yield Left(line_of(node) - 1, f"'{text}' in a string", known=False)
        to = moves.files.get(path, path)
        if posixpath.dirname(to) != posixpath.dirname(path):
            for row, line in enumerate(source.text.split("\n")):
                if match := _OF_ITSELF.search(line):
                    yield Left(row, f"'{match[0]}' is another one there", known=False)

    def _may_load(self, path: str, call: Node) -> bool:
        """Whether a call loads files whose path is put together, and which may be some of those that go elsewhere."""
        function = text_of(call.child_by_field_name("function"))
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else ()
        first = next((each for each in given if each.type != "comment"), None)
        is_open = _WITH_FILES.fullmatch(function) is not None
        if first is None or not (is_open or _CALLED.fullmatch(function)):
            return False
        text = text_of(first)
        if first.type not in ("string", "template_string") and self._names_one(text):
            return True
        begin = re.match(r"""["'`]([^$"'`*{]*)""", text)
        if (
            begin is None
            or not begin[1].startswith(".")
            or (first.type == "string" and not is_open)
        ):
            return False
        if first.type == "template_string" and "${" not in text:
            return False
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), begin[1]))
        folder = joined if begin[1].endswith("/") or is_open else posixpath.dirname(joined)
        if path in self._setting.moves.files:
            return True
        return any(
            old.startswith(f"{folder}/" if folder not in ("", ".") else "")
            for old in self._setting.moves.files
        )

    def _names_one(self, code: str) -> bool:
        """Whether code has the name of what goes elsewhere in a string."""
        names = (posixpath.basename(old).split(".")[0] for old in self._setting.moves.requested)
        return any(
            re.search(rf"""["'/`]{re.escape(name)}(?:\.\w+)?["'/`]""", code) for name in names
        )

    def check_result(self, bodies: dict[str, str], after: Workspace) -> None:
        """See that every path leads where it did."""
        image, setting = self._setting.moves.image, self._setting
        for path in self._looked_at:
            to = image(path)
            before = [*_named_modules(setting.workspace.source(path))]
            now = [*_named_modules(after.source(to))]
            if len(before) != len(now):
                raise EditRefused(f"{path} would not be read as before")
            for (_, old), (_, new) in zip(before, now, strict=True):
                old, new = (
                    re.split("[?#]", each)[0] if each[:1] != "#" else each for each in (old, new)
                )
                led = self._paths.file(old, path, setting.paths)
                leads = self._paths.file(new, to, setting.paths_after)
                if old.startswith(".") and (image(led) if led else None) != leads:
                    raise EditRefused(
                        f"'{new}' in {to} would lead to {leads or 'no file'}, not to {led}"
                    )


def _named_modules(source: Source) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield what a file takes for paths of modules, each with its bytes."""
    for node in source.nodes:
        if node.type in ("string", "template_string") and _is_module(node):
            text = source.code(node)[1:-1]
            if "${" not in text and "\\" not in text:
                yield (node.start_byte + 1, node.end_byte - 1), text
        elif node.type == "comment":
            text = source.code(node)
            is_reference = text.startswith("///")
            for match in _IN_COMMENTS.finditer(text):
                group = 2 if match[2] is not None else 4
                if group == 2 or (is_reference and match[4].startswith(".")):
                    start = node.start_byte + len(text[: match.start(group)].encode())
                    yield (start, start + len(match[group].encode())), match[group]


def _is_module(node: Node) -> bool:
    """Whether a string stands where the path of a module does."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type in _STATEMENTS:
        return parent.type != "export_statement" or parent.child_by_field_name("source") == node
    arguments = [each for each in parent.named_children if each.type != "comment"]
    if parent.type != "arguments" or parent.parent is None or arguments[0] != node:
        return False
    call = parent.parent
    if call.type == "new_expression":
        return text_of(call.child_by_field_name("constructor")) == "URL" and [
            text_of(each) for each in arguments[1:]
        ] == ["import.meta.url"]
    return _CALLED.fullmatch(text_of(call.child_by_field_name("function"))) is not None


def _is_script(path: str) -> bool:
    language = language_of(path)
    return language is not None and language.moves == _RULES


def _is_typed(path: str) -> bool:
    return posixpath.splitext(path)[1] in (".ts", ".tsx", ".mts", ".cts")


_RULES = "specedit.edits.moves.javascript:JavaScriptMoves"
