"""The languages: by what names files are known, what they define, how they comment, and what is not done in them."""

import subprocess
import sys

import pytest

from specedit.editor.prompt import existing_code
from specedit.edits import operations
from specedit.edits.markers import is_marker
from specedit.edits.snippet import place
from specedit.edits.syntax.language import Language
from specedit.edits.syntax.languages import all_languages, language_of, named
from specedit.edits.syntax.source import Source

# name → a text, and what it defines
PLACED = {
    "bash": ("# a\nf() {\n  echo 1\n}\nfunction g {\n  f\n}\n", "f g"),
    "clojure": ("(ns a)\n(def x 1)\n(defn f [a] a)\n(defn- g [] 1) ; a\n", "x f g"),
    "cmake": ("# a\nproject(x)\n", ""),
    "csharp": (
        "namespace N {\n  // a\n  class C {\n    int x = 1;\n    public int P { get; set; }\n    public C() {}\n"
        "    void F<T>(int a) { int y = 1; }\n  }\n  interface I { void G(); }\n}\nrecord R(int A);\n",
        "N N.C N.C.x N.C.P N.C.C N.C.F N.I N.I.G R",
    ),
    "css": ("/* a */\n.b { color: red; }\n", ""),
    "dart": ("// a\nclass C {\n  int f() => 1;\n}\nenum E { a }\nmixin M {}\n", "C E M"),
    "dockerfile": ("# a\nFROM b\nRUN c\n", ""),
    "elixir": (
        'defmodule A.B do\n  # a\n  @doc "b"\n  def f(x) do\n    x\n  end\n\n  defp g, do: 1\n'
        "  def h?(x) when x > 1, do: x\nend\n",
        "A.B A.B.f A.B.g A.B.h?",
    ),
    "erlang": ("% a\nf(X) ->\n    X.\n", "f"),
    "fish": ("# a\nfunction f\n    echo 1\nend\n", "f"),
    "gdscript": ("# a\nfunc f():\n\tpass\n", "f"),
    "graphql": ("# a\ntype A { b: Int }\n", ""),
    "haskell": ("module A where\n-- a\nf :: Int -> Int\nf x = x\n\ndata D = E\n", "f D"),
    "hcl": ('# a\nresource "b" "c" {\n  d = 1\n}\n', ""),
    "html": ("<!-- a -->\n<p>b</p>\n", ""),
    "json": ('{"a": [1, 2]}\n', ""),
    "julia": ("# a\nfunction f(x)\n    x\nend\nstruct S\n    a\nend\n", "f S"),
    "kotlin": (
        "// a\nclass C(val a: Int) {\n    val b = 1\n    fun f(): Int {\n        val c = 2\n        return c\n    }\n}\n"
        "object O\nfun String.g() = 1\n",
        "C C.b C.f O g",
    ),
    "lua": (
        "-- a\nlocal M = {}\nfunction M.f(x) return x end\nfunction M:g() end\nlocal function h() end\n"
        "M.i = function() end\nreturn M\n",
        "M.f M.g h M.i",
    ),
    "make": ("# a\nall: b\n\techo c\n", ""),
    "markdown": ("# A\n\nb\n", ""),
    "nix": ("# a\n{ b = 1; }\n", ""),
    "objc": (
        "// a\n@implementation C\n- (void)f:(int)x with:(int)y {\n}\n@end\nint g(void) { return 1; }\n",
        "C C.f g",
    ),
    "ocaml": (
        "(* a *)\nlet f x =\n  let y = x in\n  y\n\nmodule M = struct\n  let g = 1\nend\n",
        "f M M.g",
    ),
    "perl": ("# a\nsub f { return 1; }\nsub g { 2 }\n1;\n", "f g"),
    "php": (
        "<?php\n// a\nfunction f($x) { return 1; }\nclass C {\n  public function g() {}\n}\ntrait T {}\n",
        "f C C.g T",
    ),
    "powershell": ("# a\nfunction Get-Foo {\n  1\n}\n", "Get-Foo"),
    "proto": (
        '// a\nsyntax = "proto3";\nmessage M { int32 a = 1; }\nservice S { rpc R(M) returns (M); }\n',
        "M S S.R",
    ),
    "r": ("# a\nf <- function(x) {\n  x\n}\ny <- 1\n", "f"),
    "ruby": (
        "# a\nmodule M\n  class C\n    def f?(a) = a\n    def self.g\n    end\n  end\nend\n\ndef h; end\n",
        "M M.C M.C.f? M.C.g h",
    ),
    "scala": (
        "// a\nobject O {\n  val x = 1\n  def f(a: Int): Int = a\n}\ncase class K(a: Int)\ntrait T { def g: Int }\n",
        "O O.x O.f K T T.g",
    ),
    "scss": ("// a\n@mixin m($b) { c: $b; }\n.d { @include m(1); }\n", "m"),
    "solidity": ("// a\ncontract C {\n  function f() public {}\n}\n", "C C.f"),
    "sql": ("-- a\nCREATE TABLE t (a int);\nSELECT a FROM t;\n", "t"),
    "starlark": ("# a\ndef f(x):\n    return x\n", "f"),
    "svelte": ("<!-- a -->\n<p>b</p>\n", ""),
    "swift": (
        "// a\nclass C {\n    var x = 1\n    func f() -> Int {\n        let y = 1\n        return y\n    }\n}\n"
        "extension D {\n    func g() {}\n}\nprotocol P { func h() }\n",
        "C C.x C.f D D.g P P.h",
    ),
    "toml": ("# a\nx = 1\n[b.c]\nd = 1\n", "x b.c b.c.d"),
    "vue": ("<!-- a -->\n<template>\n  <p>b</p>\n</template>\n", ""),
    "xml": ("<!-- a -->\n<b/>\n", ""),
    "yaml": ("# a\nb:\n  - c\nd: 1\n", "b d"),
    "zig": ("// a\npub fn f() void {}\nconst S = struct {\n    fn g() void {}\n};\n", "f S S.g"),
}


def test_every_language_without_operations_is_tested() -> None:
    assert PLACED.keys() == {lang.name for lang in all_languages() if not lang.has_operations}


@pytest.mark.parametrize("name", PLACED)
def test_it_parses_and_knows_what_is_defined(name: str) -> None:
    text, defined = PLACED[name]
    source = Source(text, named(name))
    assert not source.root.has_error
    assert " ".join(d.qualified for d in source.definitions) == defined


@pytest.mark.parametrize("language", all_languages(), ids=lambda language: str(language.name))
def test_its_comment_is_one_and_its_marker_is_known(language: Language) -> None:
    assert is_marker(existing_code(language.line_comment, language.comment_end))
    comment = language.comment("a b")
    if not comment:
        assert language.name == "json"
        return
    text = PLACED[language.name][0] if language.name in PLACED else "\n"
    head = "<?php\n" if language.name == "php" else ""
    source = Source(f"{head}{comment}\n{text.removeprefix(head)}", language)
    assert not source.root.has_error
    comments = [source.code(n) for n in source.nodes if n.type in language.comments]
    assert comments[0].strip() == comment if language.name != "markdown" else not comments  # HTML


@pytest.mark.parametrize("language", all_languages(), ids=lambda language: str(language.name))
def test_no_two_languages_claim_a_file(language: Language) -> None:
    for suffix in language.suffixes:
        assert language_of(f"a/b{suffix}") == language
    for filename in language.filenames:
        assert language_of(f"a/{filename.replace('*', 'b')}") == language


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Dockerfile", "dockerfile"),
        ("deploy/Dockerfile.dev", "dockerfile"),
        ("Makefile", "make"),
        ("home/.bashrc", "bash"),
        ("CMakeLists.txt", "cmake"),
        ("A.PY", "python"),
        ("plot.R", "r"),
        ("x.JSON", "json"),
        ("Cargo.lock", "toml"),
    ],
)
def test_names_that_tell_a_language(path: str, name: str) -> None:
    assert language_of(path) == named(name)


@pytest.mark.parametrize("path", ["notes.txt", "Dockerfiles", "makefile.txt", "LICENSE", "", "."])
def test_names_that_tell_none(path: str) -> None:
    assert language_of(path) is None


@pytest.mark.parametrize(
    "instruction",
    ["rename f to g", "delete the function f", "add a parameter x to f", "sort the imports"],
)
@pytest.mark.parametrize("name", ["kotlin", "ruby", "csharp", "json", "yaml"])
def test_no_operation_acts_without_tables_for_it(instruction: str, name: str) -> None:
    assert operations.predict(instruction, Source(PLACED[name][0], named(name))) is None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "kotlin",
            "    fun f(): Int {\n        return 1\n    }\n",
            "    fun f(): Int {\n        return 2\n    }\n",
        ),
        (
            "csharp",
            "    int F(int a) {\n        return a;\n    }\n",
            "    int F(int a) {\n        return 2 * a;\n    }\n",
        ),
        (
            "swift",
            "    func f() -> Int {\n        return 1\n    }\n",
            "    func f() -> Int {\n        return 2\n    }\n",
        ),
    ],
)
def test_a_method_is_replaced_as_a_whole(name: str, old: str, new: str) -> None:
    other = old.replace("f(", "g(").replace("F(", "G(")
    body = f"class C {{\n{other}\n{old}\n}}\n"
    snippet = f"class C {{\n    // ... existing code ...\n{new}    // ... existing code ...\n}}\n"
    assert place(body, snippet, named(name)).body == body.replace(old, new)


def test_ruby_methods_end_with_end() -> None:
    body = "class C\n  def f\n    1\n  end\n\n  def g\n    1\n  end\nend\n"
    made = place(body, "def g\n  2\nend\n", named("ruby"))
    assert made.body == "class C\n  def f\n    1\n  end\n\n  def g\n    2\n  end\nend\n"


def test_a_json_file_has_no_comments_but_may_have_markers() -> None:
    body = '{\n  "name": "a",\n  "version": "1.0.2",\n  "private": true\n}\n'
    snippet = '{\n  // ... existing code ...\n  "name": "a",\n  "version": "1.1.0",\n  // ... existing code ...\n}\n'
    assert place(body, snippet, named("json")).body == body.replace("1.0.2", "1.1.0")


def test_grammars_are_loaded_when_used_and_never_from_the_network() -> None:
    code = """
import sys, socket
import specedit.cli.main
specedit.cli.main.build_parser()
assert not [m for m in sys.modules if m.startswith("tree_sitter_")], "a grammar is loaded"
def refuse(*_): raise AssertionError("network")
socket.socket = socket.create_connection = refuse
from specedit.edits.syntax.languages import all_languages, language_of
from specedit.edits.syntax.language import Language, parse
language_of("a.kt")
assert not [m for m in sys.modules if m.startswith("tree_sitter_")], "a grammar is loaded"
for language in all_languages(): parse("", language)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
