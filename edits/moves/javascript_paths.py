"""JavaScript and TypeScript: which file the path of an import means, and how it is written after the move."""

import json
import posixpath
import re
from dataclasses import dataclass

from specedit.edits.moves.rules import Setting
from specedit.edits.workspace.javascript import JavaScriptModules, files_of
from specedit.engine.errors import EditRefused

_ALIAS = re.compile(r"[@~#$]/|~|\$lib/")
_QUERY = re.compile(r"([^?#]*)([?#].*)?", re.DOTALL)
_WRITTEN_FOR = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
_BARE = (".d.ts", ".d.mts", ".d.cts")
_MORE = (".json", ".node", ".vue", ".svelte", ".css", ".scss")
_COMMENTS = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|,(?=\s*[\]}])', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to write the files below a folder: `prefix` stands for `folder`, `suffix` is what stands behind."""

    prefix: str
    folder: str
    suffix: str = ""


class JavaScriptPaths:
    """What paths in imports mean before and after."""

    def __init__(self, setting: Setting) -> None:
        self._setting, self._modules = setting, JavaScriptModules(setting.workspace)
        self._aliases: dict[str, tuple[Alias, ...]] = {}

    def rewritten(self, written: str, path: str) -> str:
        """Return what is to stand in a file for what names another one, or something else; it may be the same.

        Raises:
            EditRefused: the file that is named goes elsewhere, and how it is to be written cannot be told.
        """
        match = _QUERY.fullmatch(written)
        assert match is not None
        plain, query = match[1], match[2] or ""
        if plain.startswith((".", "/")):
            new = self._relative(plain, path) if plain.startswith(".") else plain
        else:
            new = self._aliased(plain, path)
        return new + query

    def file(self, written: str, path: str, paths: frozenset[str]) -> str | None:
        """Return the file that is named from another one among `paths`, if it is one of them."""
        if not written.startswith("."):
            return None
        whole = _whole(written, path)
        return None if whole is None else _file(whole, paths, written)

    def _relative(self, written: str, path: str) -> str:
        whole = _whole(written, path)
        if whole is None:
            return written
        image, to = self._setting.moves.image, self._setting.moves.image(path)
        file = _file(whole, self._setting.paths, written)
        if file is None:
            folder = posixpath.dirname(to)
            if posixpath.normpath(posixpath.join(folder, written)) == (image(whole) or "."):
                return written
            return beside(image(whole), to, is_folder=written.endswith("/"))
        leads = self.file(written, to, self._setting.paths_after)
        is_plain = written == beside(whole, path, is_folder=written.endswith("/"))
        if leads == image(file) and (to == path or not is_plain):
            return written
        return self._checked(written, styled(whole, file, image(file)), image(file), to)

    def _checked(self, written: str, styled: str, target: str, path: str) -> str:
        for whole in (styled, target):
            is_folder = written.endswith("/") and whole == posixpath.dirname(target)
            new = beside(whole, path, is_folder=is_folder)
            if self.file(new, path, self._setting.paths_after) == target:
                return new
        raise EditRefused(
            f"how {path} is to import {target} cannot be told: another file is in its way"
        )

    def _aliased(self, written: str, path: str) -> str:
        """A path that stands for a folder of the project by settings of a compiler or a bundler."""
        image, to = self._setting.moves.image, self._setting.moves.image(path)
        for alias in self._aliases_of(path):
            if not written.startswith(alias.prefix):
                continue
            whole = posixpath.normpath(posixpath.join(alias.folder, written[len(alias.prefix) :]))
            file = _file(whole, self._setting.paths)
            if file is None or image(file) == file:
                if file is not None:
                    return written
                continue
            new = styled(whole, file, image(file))
            folder = image(alias.folder) if alias.folder else ""
            if not folder or new.startswith(f"{folder}/"):
                return alias.prefix + (new[len(folder) + 1 :] if folder else new)
            return self._checked("./", new, image(file), to)
        self._refuse_unknown(written, path)
        return written

    def _refuse_unknown(self, written: str, path: str) -> None:
        """Refuse a path that may be one of a file that goes elsewhere, by settings that are not known."""
        is_inside = "/" in (written.partition("/")[2] if written[:1] == "@" else written)
        known = self._modules.find(written, path) if is_inside or written[:1] == "#" else None
        if known and self._setting.moves.image(known) != known:
            raise EditRefused(
                f"{path} imports '{written}', which may be {known} by settings that are not followed; import it by a path "
                "that begins with a dot"
            )
        mark = _ALIAS.match(written)
        if mark is None:
            return
        ends = tuple(f"/{file}" for file in [*files_of(written[mark.end() :].lstrip("/"))])
        for old in self._setting.moves.files:
            if f"/{old}".endswith(ends):
                raise EditRefused(
                    f"{path} imports '{written}', which may be {old}; write 'paths' in tsconfig.json, or import it by a path "
                    "that begins with a dot"
                )

    def _aliases_of(self, path: str) -> tuple[Alias, ...]:
        """The aliases of the nearest settings of the compiler, those that say more first."""
        folder = posixpath.dirname(path)
        if folder not in self._aliases:
            self._aliases[folder] = self._read_aliases(folder)
        return self._aliases[folder]

    def _read_aliases(self, folder: str) -> tuple[Alias, ...]:
        while True:
            for name in ("tsconfig.json", "jsconfig.json"):
                aliases = self._aliases_in(posixpath.join(folder, name))
                if aliases:
                    return tuple(sorted(aliases, key=lambda each: -len(each.prefix)))
            if not folder:
                return ()
            folder = posixpath.dirname(folder)

    def _aliases_in(self, settings: str, depth: int = 0) -> list[Alias]:
        if settings not in self._setting.paths or depth > 3:
            return []
        options = _options(self._setting.workspace.settings(settings))
        folder = posixpath.dirname(settings)
        compiler = options.get("compilerOptions")
        compiler = compiler if isinstance(compiler, dict) else {}
        base = compiler.get("baseUrl")
        root = posixpath.normpath(posixpath.join(folder, base if isinstance(base, str) else "."))
        paths = compiler.get("paths")
        aliases = []
        for pattern, targets in (paths if isinstance(paths, dict) else {}).items():
            for target in targets if isinstance(targets, list) else ():
                aliases += _alias(pattern, str(target), root)
        if isinstance(base, str):
            aliases.append(Alias("", "" if root == "." else root))
        extended = options.get("extends")
        if not aliases and isinstance(extended, str) and extended.startswith("."):
            return self._aliases_in(posixpath.normpath(posixpath.join(folder, extended)), depth + 1)
        return aliases


def _alias(pattern: str, target: str, root: str) -> list[Alias]:
    if not (pattern.endswith("*") and target.endswith("*")) or (pattern + target).count("*") != 2:
        return []
    folder = posixpath.normpath(posixpath.join(root, target[:-1] or "."))
    return [Alias(pattern[:-1], "" if folder == "." else folder)]


def _options(text: str) -> dict[str, object]:
    """Settings of the compiler, which may have comments and commas behind the last."""
    try:
        read = json.loads(_COMMENTS.sub(lambda match: match[1] or "", text))
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _whole(written: str, path: str) -> str | None:
    """The path from the root; None if it leads out of it."""
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    if whole.startswith(".."):
        return None
    return "" if whole == "." else whole


def _file(whole: str, paths: frozenset[str], written: str = "") -> str | None:
    """The file that a path means, as Node and TypeScript look for it; what ends in a slash or dots means a folder."""
    files = files_of(whole) if whole else [each.lstrip("/") for each in files_of("")]
    files += [whole + more for more in _MORE]
    if written.rpartition("/")[2] in ("", ".", "..") and written:
        files = [each for each in files if posixpath.basename(each).startswith("index.")]
        files = [each for each in files if posixpath.dirname(each) == whole]
    return next((f for f in files if f and f in paths), None)


def styled(whole: str, file: str, target: str) -> str:
    """Return the path of the new file, written as the old one was: with its suffix or without, or by its folder."""
    if whole == file:
        return target
    bare, suffix = parted(target)
    if file.startswith(f"{whole}/index." if whole else "index."):
        is_index = posixpath.basename(bare) == "index"
        return posixpath.dirname(bare) if is_index else bare
    if (
        posixpath.splitext(whole)[1] in _WRITTEN_FOR.values()
        and parted(file)[0] == parted(whole)[0]
    ):
        return bare + _WRITTEN_FOR.get(suffix, suffix)
    return bare


def parted(path: str) -> tuple[str, str]:
    """Return a path without its suffix, and that."""
    for suffix in _BARE:
        if path.endswith(suffix):
            return path.removesuffix(suffix), suffix
    return posixpath.splitext(path)


def beside(whole: str, path: str, *, is_folder: bool) -> str:
    """Return a path from the root as a file writes it, from where it is."""
    new = posixpath.relpath(whole or ".", posixpath.dirname(path) or ".")
    if not new.startswith("."):
        new = f"./{new}"
    return f"{new}/" if is_folder else new
