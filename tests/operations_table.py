"""The table of operations and languages in the documentation, made from the cases: `python tests/operations_table.py` writes it."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
BEGIN, END = (
    "<!-- operations: made by tests/operations_table.py -->\n",
    "<!-- end of operations -->\n",
)
LANGUAGES = ("python", "javascript", "typescript", "tsx", "go", "rust", "java", "c", "cpp")


def table() -> str:
    """Return the table: for each operation and language with a passing case its mark, and an instruction."""
    cases = sorted((ROOT / "tests" / "cases").glob("*/*/*.txt"))
    rows = [f"| | {' | '.join(LANGUAGES)} | as in |", f"|---|{'---|' * (len(LANGUAGES) + 1)}"]
    for operation in sorted({path.parts[-3] for path in cases}):
        own = [path for path in cases if path.parts[-3] == operation]
        made = [path for path in own if "----\nrefused: " not in path.read_text("utf-8")]
        works = {path.parts[-2] for path in made}
        example = made[0].read_text("utf-8").partition("\n")[0]
        for path in made:
            if path.parts[-2] == "python":
                example = path.read_text("utf-8").partition("\n")[0]
                break
        marks = " | ".join("✓" if language in works else "" for language in LANGUAGES)
        rows.append(f"| {operation} | {marks} | {example} |")
    return "\n".join(rows) + "\n"


def renewed(page: str) -> str:
    """Return the page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    path = ROOT / "docs" / "operations.md"
    path.write_text(renewed(path.read_text("utf-8")), "utf-8")
