"""Modules import downwards only, and never in a circle."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from specedit.edits import operations
from specedit.edits.syntax.languages import all_languages

SRC = Path(__file__).parent.parent / "src"

# Bottom to top. A module imports its own package and what stands below it.
LAYERS = (
    "specedit.engine",
    "specedit.engine.targets",
    "specedit.models",
    "specedit.edits.text",
    "specedit.edits.recent",
    "specedit.edits.prediction",
    "specedit.edits.syntax",
    "specedit.edits.types",
    "specedit.edits.symbols",
    "specedit.edits",
    "specedit.edits.patch",
    "specedit.edits.instruction",
    "specedit.edits.operations",
    "specedit.edits.plain_text",
    "specedit.edits.snippet",
    "specedit.edits.workspace",
    "specedit.edits.moves",
    "specedit.edits.definition_moves",
    "specedit.drafters",
    "specedit.editor",
    "specedit.v1",
    "specedit.service",
    "specedit.service.http",
    "specedit.service.mcp",
    "specedit.lsp",
    "specedit.benchmarks",
    "specedit.cli",
)
# Where third-party packages may be imported; by default anywhere.
HOMES = {
    "torch": (
        "specedit.engine.targets.attention",
        "specedit.engine.targets.attention_ways",
        "specedit.engine.targets.number_formats",
        "specedit.engine.targets.devices",
        "specedit.engine.targets.hf",
        "specedit.engine.targets.hf_cache",
        "specedit.engine.targets.hf_fixed",
        "specedit.engine.targets.hf_masks",
        "specedit.engine.targets.llama",
        "specedit.engine.targets.hf_mtp",
        "specedit.engine.targets.llama_mtp",
        "specedit.engine.targets.llama_stack",
        "specedit.engine.targets.llama_weights",
        "specedit.engine.targets.llamacpp",
        "specedit.engine.targets.load",
        "specedit.engine.targets.own_drafts",
        "specedit.engine.targets.packed",
        "specedit.engine.targets.tree_mask",
        "specedit.engine.sampling",
        "specedit.benchmarks.development.gpu",
        "specedit.cli.doctor",
    ),
    "transformers": (
        "specedit.engine.targets.hf",
        "specedit.engine.targets.hf_cache",
        "specedit.engine.targets.hf_mtp",
        "specedit.benchmarks.development.gpu",
    ),
    "tree_sitter": (
        "specedit.edits.syntax.tree",
        "specedit.edits.syntax.language",
        "specedit.edits.syntax.definitions",
    ),
    "rapidfuzz": ("specedit.edits", "specedit.editor.reconcile", "specedit.benchmarks"),
    "pygls": ("specedit.lsp",),
    "starlette": ("specedit.service",),
    "uvicorn": ("specedit.service",),
    "grpc": ("specedit.service", "specedit.v1"),
    "mcp": ("specedit.service.mcp", "specedit.benchmarks.development.recorded"),
    "openai": ("specedit.editor.chat",),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FOLDERS = [SRC / "specedit", *(p for p in (SRC / "specedit").rglob("*") if p.is_dir())]
FOLDERS += [p for folder in FOLDERS[1:] for p in folder.glob("*/") if (p / "__init__.py").is_file()]
MODULES = {module_name(path): path for folder in FOLDERS for path in folder.glob("*.py")}


def imported(path: Path) -> set[str]:
    """Full names of what `path` imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            # Whose modules alone are imported, of that package nothing is.
            found |= names if names <= MODULES.keys() else names | {node.module}
    return found


def ours(path: Path) -> set[str]:
    return (imported(path) & MODULES.keys()) - {"specedit"}


def layer(module: str) -> int:
    """The floor of the module, or of the innermost package that has one."""
    packages = [name for name in LAYERS if f"{module}.".startswith(f"{name}.")]
    return LAYERS.index(max(packages, key=len))


def test_a_room_stands_above_the_package_that_it_is_in() -> None:
    assert layer("specedit.engine.decode") < layer("specedit.engine.targets.hf")
    assert layer("specedit.engine.targets.hf") < layer("specedit.models.store")


def test_the_modules_are_found() -> None:
    assert {"specedit.engine.decode", "specedit.edits.operations.rename"} <= MODULES.keys()


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"specedit", "specedit.__main__"}))
def test_imports_point_down(module: str) -> None:
    assert not {name for name in ours(MODULES[module]) if layer(name) > layer(module)}


def test_no_cycles() -> None:
    graph = {name: ours(path) - {name} for name, path in MODULES.items()}
    # A package whose modules import it back for its name alone is no cycle at run time.
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("package", HOMES)
def test_third_party_packages_stay_at_home(package: str) -> None:
    users = {
        name
        for name, path in MODULES.items()
        if any(used == package or used.startswith(f"{package}.") for used in imported(path))
    }
    assert not {
        user for user in users if not f"{user}.".startswith(tuple(f"{h}." for h in HOMES[package]))
    }


# What made a prediction is for users to see: what follows from it, the prediction says itself.
ORIGINS = {*operations.names(), "snippet", "patch"}
KINDS_OF_OTHERS = ("specedit.edits", "specedit.benchmarks")  # of nodes, symbols and recorded cases


def lookups(tree: ast.AST) -> Iterator[ast.AST]:
    """What compares something, or looks it up in a table."""
    for node in ast.walk(tree):
        is_get = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".get")
        if is_get or isinstance(node, ast.Compare | ast.Subscript | ast.match_case):
            yield node
        if isinstance(node, ast.Match):
            yield node.subject


@pytest.mark.parametrize("module", sorted(MODULES))
def test_nobody_asks_what_made_a_prediction(module: str) -> None:
    for node in lookups(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        inside = [*ast.walk(node)]
        constants = {n.value for n in inside if isinstance(n, ast.Constant)}
        if constants != {None}:
            asks = any(isinstance(n, ast.Attribute) and n.attr == "origin" for n in inside)
            assert not asks, ast.unparse(node)
        if isinstance(node, ast.Compare) and not module.startswith(KINDS_OF_OTHERS):
            assert not ORIGINS & constants, ast.unparse(node)


# What follows from a language, its table says: a fact of it, or the module of its rules.
NAMES = {language.name for language in all_languages()}
OF_LANGUAGES = (
    "specedit.edits.syntax.languages",
    "specedit.benchmarks",
)  # recorded cases name theirs


def elements(node: ast.AST) -> list[ast.expr | None]:
    """The keys of a table, what is listed in a collection, or the sides of a comparison."""
    if isinstance(node, ast.Dict):
        return node.keys
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return list(node.elts)
    return [node.left, *node.comparators] if isinstance(node, ast.Compare) else []


def asks_for_a_language(code: str) -> list[str]:
    """What in a module compares a language's name, looks it up, or lists names of languages for that."""
    tree = ast.parse(code)
    asking = []
    for node in ast.walk(tree):
        constants = {n.value if isinstance(n, ast.Constant) else None for n in elements(node)}
        is_named = bool(constants & NAMES) if isinstance(node, ast.Compare) else constants <= NAMES
        if constants and is_named:
            asking.append(ast.unparse(node))
    for node in lookups(tree):
        for n in ast.walk(node):
            if isinstance(n, ast.Attribute) and re.search(r"language\.name$", ast.unparse(n)):
                asking.append(ast.unparse(node))
    return asking


@pytest.mark.parametrize("module", sorted(m for m in MODULES if not m.startswith(OF_LANGUAGES)))
def test_nobody_asks_for_a_language_by_name(module: str) -> None:
    assert not asks_for_a_language(MODULES[module].read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "code",
    [
        'source.language.name == "python"',
        'python = "python" == name',
        "other = language.name != name",
        '_FORMS = {"go": "", "rust": "!"}',
        'IN_ORDER = ("c", "cpp")',
        "rules = _RULES[source.language.name]",
        "rules = _RULES.get(language.name)",
        "is_known = language.name in KNOWN",
        "match language.name:\n    case _:\n        pass",
    ],
)
def test_asking_for_a_language_is_seen(code: str) -> None:
    assert asks_for_a_language(code)


# Whoever starts a process does it through `engine/children.py`: see there what can go wrong.
STARTERS = (
    r"\b(subprocess|multiprocessing|pty|popen2|concurrent\.futures\.process)\b",
    r"\bcreate_subprocess_\w+",
    r"\bos\.(exec|spawn|posix_spawn|fork|system|popen)\w*",
    r"\b(ProcessPoolExecutor|ProcessPool)\((?!.*context=spawn_context\(\))",
)
MAY_START = {
    "specedit.engine.children",
    "specedit.engine.spawn_context",
    "specedit.service.forked",  # a copy of a process that was started there; it loads nothing
}


@pytest.mark.parametrize("module", sorted(MODULES.keys() - MAY_START))
def test_processes_are_started_in_one_place(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):  # docstrings may speak of them
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call | ast.Attribute):
            code = ast.unparse(node)
            assert not [pattern for pattern in STARTERS if re.search(pattern, code)], code


SCRIPTS = [
    *(SRC.parent / "training").glob("*.py"),
    *(SRC / "specedit/benchmarks/development/engines").glob("*"),
]


@pytest.mark.parametrize(
    "path", [*MODULES.values(), *(path for path in SCRIPTS if path.suffix == ".py")], ids=str
)
def test_no_model_brings_its_code(path: Path) -> None:
    """Neither as modules beside its weights, which transformers asks on standard input about, nor pickled in them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".from_pretrained"):
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert given.get("trust_remote_code") == "False", ast.unparse(node)
            if "Tokenizer" not in ast.unparse(node.func):
                assert given.get("use_safetensors") == "True", ast.unparse(node)


MOST_LINES = 250
WRITTEN_BY_US = [  # what protoc writes is not ours to divide
    path
    for path in (*MODULES.values(), *SCRIPTS, *(SRC.parent / "extensions/vllm").rglob("*.py"))
    if path.suffix == ".py" and "_pb2" not in path.name
]


@pytest.mark.parametrize("path", WRITTEN_BY_US, ids=str)
def test_modules_are_short_enough_to_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, (
        "divide it by what its parts are about"
    )
