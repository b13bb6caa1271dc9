"""How command lines are read: options and words in any order, and what is wrong in two lines."""

import argparse
import sys
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """A parser whose errors are two lines: what is wrong, and how the command is used."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_defaults(parser=self)  # of nested ones the innermost stays

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with the exit code of wrong usage."""
        usage = self.usage or f"{self.prog} [options] ..."
        print(f"{self.prog}: {message}", file=sys.stderr)
        print(f"usage: {usage}  ({self.prog} --help lists the options)", file=sys.stderr)
        sys.exit(2)


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options. Words that stand behind options join the command's `words`, if it takes any."""
    options, rest = parser.parse_known_args(arguments)
    words = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            words += rest
            break
        if word.startswith("-") and word != "-":
            options.parser.error(f"unknown option '{word}'{_nearest(word, options.parser)}")
        words.append(word)
    if words and not hasattr(options, "words"):
        options.parser.error(f"unexpected argument '{words[0]}'")
    if words:
        options.words = [*options.words, *words]
    return options


def given(options: argparse.Namespace, *, leave_out: Collection[str] = ()) -> list[str]:
    """Return the options that were given, as words of a command line that may be run in any folder."""
    words = list[str]()
    for action in options.parser._actions:
        value = getattr(options, action.dest, None)
        is_given = value is not None and value != action.default
        if not is_given or not action.option_strings or action.dest in leave_out:
            continue
        name, *others = action.option_strings
        if isinstance(value, bool):
            words.append(name if value else others[-1])
        else:
            for each in value if isinstance(value, list) else [value]:
                words += [name, str(each.resolve() if isinstance(each, Path) else each)]
    return words


def _nearest(word: str, parser: argparse.ArgumentParser) -> str:
    known = [option for action in parser._actions for option in action.option_strings]
    near = get_close_matches(word.partition("=")[0], known, 1)
    return f"; did you mean {near[0]}?" if near else ""
