"""What an edit did to the bytes, so that anyone can check it: hash of the base, hunks, hash of the result."""

from collections.abc import Sequence
from dataclasses import dataclass

from specedit.edits.document import Hunk, apply_hunks, sha256


@dataclass(frozen=True, slots=True)
class Certificate:
    """`hunks`, applied to the bytes with the first hash, give those with the second."""

    base_sha256: str
    hunks: Sequence[Hunk]
    result_sha256: str

    def problem(self, base: bytes, result: bytes | None = None) -> str:
        """Return what is wrong with it for these bytes, "" if nothing is."""
        if sha256(base) != self.base_sha256:
            return f"the base has hash {sha256(base)}, not {self.base_sha256}"
        try:
            made = apply_hunks(base, self.hunks)
        except ValueError as error:
            return str(error)
        if sha256(made) != self.result_sha256:
            return f"the hunks make {sha256(made)}, not {self.result_sha256}"
        if result is not None and result != made:
            return f"the result has hash {sha256(result)}, not {self.result_sha256}"
        return ""
