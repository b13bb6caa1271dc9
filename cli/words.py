"""Which words of a command line are files, and which the instruction."""

import glob
import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import PurePath

from specedit.edits.syntax.languages import all_languages
from specedit.engine.errors import InvalidRequest

_SUFFIX = re.compile(
    r"\.(txt|md|rst|json|ya?ml|toml|ini|cfg|conf|env|xml|html|s?css|sql|sh|vue|svelte|lock|log|diff|patch)"
)


def split(words: Sequence[str]) -> tuple[list[str], str]:
    """Return the files of one or more words, patterns as the files that they match, and the instruction, "" where there is none.

    Without a file all of it is the instruction, for the whole workspace. The instruction is the last word, or all words behind the files, if it was not quoted.

    Raises:
        InvalidRequest: a file is missing, or what is meant cannot be told.
    """
    if len(words) > 1 and " " in words[0] and all(map(_is_file, words[1:])):
        words = [*words[1:], words[0]]  # the instruction came first
    count = next((i for i, word in enumerate(words) if not _is_file(word)), len(words))
    files, rest = list(_expanded(words[:count])), words[count:]
    if not files:
        if not _is_instruction(words):
            raise _missing(words[0])
        return [], " ".join(words)
    if len(rest) == 1 or (rest and re.search(r"\s", rest[-1])):
        *missing, instruction = rest
        if missing or _looks_like_file(instruction, files):
            raise _missing(rest[0])
        return files, instruction
    # A file that is called like a verb may be the instruction's first word.
    doubtful = words[count - 1 : count] if count > 1 and "." not in words[count - 1] else []
    for word in [*doubtful, *rest] if rest else []:
        if _is_file(word) or re.search(r"\s", word):
            raise InvalidRequest(
                f"'{word}' stands among the words of an instruction: put the instruction in quotes, behind the files"
            )
        if _looks_like_file(word, files):
            raise _missing(word)
    return files, " ".join(rest)


def _is_instruction(words: Sequence[str]) -> bool:
    """Whether words are one quoted instruction, or one that is not quoted."""
    if len(words) == 1:
        return re.search(r"\s", words[0]) is not None
    return not any(re.search(r"\s", word) or _looks_like_file(word, ()) for word in words)


def _is_file(word: str) -> bool:
    return word == "-" or os.path.exists(word) or bool(_matched(word))


def _matched(word: str) -> list[str]:
    if not glob.has_magic(word) or " " in word:
        return []
    return sorted(path for path in glob.glob(word, recursive=True) if os.path.isfile(path))


def _expanded(words: Iterable[str]) -> Iterable[str]:
    """Each path once."""
    seen = set()
    for word in words:
        if os.path.isdir(word):
            raise InvalidRequest(f"'{word}' is a folder; give its files, as '{word}/**/*.py'")
        for path in [word] if word == "-" or os.path.exists(word) else _matched(word):
            if path not in seen:
                seen.add(path)
                yield path


def _looks_like_file(word: str, files: Iterable[str]) -> bool:
    """Whether a word that is no file may be meant as one."""
    if re.search(r"\s", word):
        return False
    if glob.has_magic(word) or word.startswith(("./", "../", "/", "~/")) or _like(word):
        return True
    suffix = PurePath(word).suffix
    known = {s for language in all_languages() for s in language.suffixes}
    known |= {PurePath(file).suffix for file in files}
    return suffix in known - {""} or bool(_SUFFIX.fullmatch(suffix))


def _missing(word: str) -> InvalidRequest:
    if glob.has_magic(word) and " " not in word:
        return InvalidRequest(f"no file matches '{word}'")
    if " " in word:
        return InvalidRequest(
            f"no file '{word}'; files come first: specedit apply FILE... \"INSTRUCTION\""
        )
    near = _like(word)
    hint = f"nearest: {', '.join(near)}" if near else "words of an instruction go in quotes"
    return InvalidRequest(f"no file '{word}'; {hint}; nothing was edited")


def _like(word: str) -> list[str]:
    """Files beside it whose names are nearly the same."""
    folder, name = os.path.split(word)
    try:
        beside = os.listdir(folder or ".")
    except (OSError, ValueError):
        return []
    near = get_close_matches(name, beside, 3, 0.8)
    return [os.path.join(folder, each) for each in near]
