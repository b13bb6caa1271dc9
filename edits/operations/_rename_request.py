"""What a rename asks for: one symbol, its new name, and the texts beside the code to look through."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """One rename. `noun` is what the symbol was called, `owner` what it is said to belong to, `line` where it stands.

    It stands on one of the lines to `last_line`, if there is one. `owner_noun` is what the owner was called. `is_local` and `is_static` are True or False where the instruction says so. `every` means all symbols of the name, `everywhere` all
    places of it, whatever they mean; the rest say which texts are looked through besides the code.
    """

    old: str
    new: str
    noun: str = ""
    owner: str = ""
    owner_noun: str = ""
    line: int | None = None
    last_line: int | None = None
    is_local: bool | None = None
    is_static: bool | None = None
    every: bool = False
    everywhere: bool = False
    comments: bool = False
    docstrings: bool = False
    strings: bool = False
