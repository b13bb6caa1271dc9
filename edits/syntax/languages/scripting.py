"""Scripting languages that are known for placing snippets and checking results alone: a row each."""

from functools import partial

from specedit.edits.syntax import nesting
from specedit.edits.syntax.language import NOT_FOLLOWED, Language, words

_placed = partial(Language, has_operations=False, fixed_files=NOT_FOLLOWED)

LANGUAGES = (
    _placed(
        name="bash",
        grammar="bash",
        suffixes=(".sh", ".bash", ".bats", ".ksh"),
        filenames=(".bashrc", ".bash_profile", ".bash_aliases", ".profile", "PKGBUILD"),
        definition_query="(function_definition name: (word) @name) @function",
        line_comment="#",
    ),
    _placed(
        name="clojure",
        grammar="clojure",
        suffixes=(".clj", ".cljs", ".cljc", ".edn"),
        definition_query="""
        ((list_lit . (sym_lit) @_head . (sym_lit) @name) @function (#match? @_head "^defn?(macro|-)?$"))""",
        line_comment=";",
        closer=")",
    ),
    _placed(
        name="elixir",
        grammar="elixir",
        suffixes=(".ex", ".exs"),
        definition_query="""
        ((call target: (identifier) @_head (arguments . [
            (identifier) @name
            (call target: (identifier) @name)
            (binary_operator left: (call target: (identifier) @name))])) @function
            (#match? @_head "^def(p|macrop?|guardp?|n|np|delegate)?$"))
        ((call target: (identifier) @_head (arguments . (alias) @name)) @module
            (#match? @_head "^def(module|protocol|impl)$"))""",
        line_comment="#",
        closer="end",
        leading=words("unary_operator"),  # @doc, @spec
    ),
    _placed(
        name="erlang",
        grammar="erlang",
        suffixes=(".erl", ".hrl", ".escript"),
        definition_query="(fun_decl clause: (function_clause name: (atom) @name)) @function",
        line_comment="%",
        closer="",
    ),
    _placed(
        name="fish",
        grammar="fish",
        suffixes=(".fish",),
        definition_query="(function_definition name: (_) @name) @function",
        line_comment="#",
        closer="end",
    ),
    _placed(
        name="gdscript",
        grammar="gdscript",
        suffixes=(".gd",),
        definition_query="""
        (function_definition name: (_) @name) @function
        (class_definition name: (_) @name) @class""",
        line_comment="#",
        closer="",
    ),
    _placed(
        name="julia",
        grammar="julia",
        suffixes=(".jl",),
        definition_query="""
        (function_definition (signature (call_expression . (identifier) @name))) @function
        (struct_definition (type_head (identifier) @name)) @class
        (module_definition name: (_) @name) @module""",
        line_comment="#",
        closer="end",
    ),
    _placed(
        name="lua",
        grammar="lua",
        suffixes=(".lua",),
        definition_query="""
        (function_declaration name: [
            (identifier) @name
            (dot_index_expression table: (_) @owner field: (_) @name)
            (method_index_expression table: (_) @owner method: (_) @name)]) @function
        (assignment_statement
            (variable_list name: [
                (identifier) @name (dot_index_expression table: (_) @owner field: (_) @name)])
            (expression_list . value: (function_definition))) @function""",
        line_comment="--",
        closer="end",
        wrappers=words("variable_declaration"),
    ),
    _placed(
        name="perl",
        grammar="perl",
        suffixes=(".pl", ".pm", ".t"),
        is_too_deep=nesting.has_deep_strings,
        definition_query="(subroutine_declaration_statement name: (_) @name) @function",
        comments=words("comment pod"),
        line_comment="#",
    ),
    _placed(
        name="php",
        grammar="php",
        suffixes=(".php", ".phtml"),
        definition_query="""
        (function_definition name: (_) @name) @function
        (method_declaration name: (_) @name) @function
        (class_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (trait_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @class""",
    ),
    _placed(
        name="powershell",
        grammar="powershell",
        suffixes=(".ps1", ".psm1"),
        definition_query="""
        (function_statement (function_name) @name) @function
        (class_statement . (simple_name) @name) @class
        (class_method_definition (simple_name) @name) @function""",
        line_comment="#",
    ),
    _placed(
        name="r",
        grammar="r",
        suffixes=(".r", ".R"),
        filenames=(".Rprofile",),
        definition_query="(binary_operator lhs: (identifier) @name rhs: (function_definition)) @function",
        line_comment="#",
    ),
    _placed(
        name="ruby",
        encoding_in="comment",
        grammar="ruby",
        suffixes=(".rb", ".rake", ".gemspec", ".ru"),
        filenames=("Gemfile", "Rakefile", "Vagrantfile", "Podfile", "Brewfile", "Fastfile"),
        definition_query="""
        (method name: (_) @name) @function
        (singleton_method name: (_) @name) @function
        (class name: (_) @name) @class
        (module name: (_) @name) @class""",
        line_comment="#",
        closer="end",
    ),
    _placed(
        name="starlark",
        grammar="starlark",
        suffixes=(".bzl", ".star"),
        filenames=("BUILD", "BUILD.bazel", "WORKSPACE", "MODULE.bazel", "Tiltfile"),
        definition_query="(function_definition name: (_) @name) @function",
        line_comment="#",
        closer="",
    ),
)
