"""Languages that are known for placing snippets and checking results alone: a row each.

Their grammars come with tree-sitter-language-pack. A query captures what defines something, by kind.
"""

from functools import partial

from specedit.edits.language import Language, words

_placed = partial(Language, has_operations=False)

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
        name="csharp",
        grammar="csharp",
        suffixes=(".cs", ".csx"),
        definition_query="""
        (method_declaration name: (_) @name) @function
        (local_function_statement name: (_) @name) @function
        (constructor_declaration name: (_) @name) @function
        (delegate_declaration name: (_) @name) @class
        (class_declaration name: (_) @name) @class
        (struct_declaration name: (_) @name) @class
        (record_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (enum_declaration name: (_) @name) @class
        (namespace_declaration name: (_) @name) @module
        (property_declaration name: (_) @name) @constant
        (field_declaration (variable_declaration (variable_declarator name: (_) @name))) @constant""",
    ),
    _placed(
        name="dart",
        grammar="dart",
        suffixes=(".dart",),
        # A function's body is no part of its node here, so that functions cannot be placed as wholes.
        definition_query="""
        (class_definition name: (_) @name) @class
        (enum_declaration name: (_) @name) @class
        (extension_declaration name: (_) @name) @class
        (mixin_declaration (identifier) @name) @class""",
        comments=words("comment documentation_comment"),
        leading=words("annotation"),
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
        name="haskell",
        grammar="haskell",
        suffixes=(".hs",),
        definition_query="""
        (declarations (function name: (variable) @name) @function)
        (data_type name: (_) @name) @class
        (newtype name: (_) @name) @class
        (class name: (_) @name) @class""",
        comments=words("comment haddock"),
        line_comment="--",
        closer="",
        leading=words("signature"),
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
        name="kotlin",
        grammar="kotlin",
        suffixes=(".kt", ".kts"),
        definition_query="""
        (function_declaration (simple_identifier) @name) @function
        (class_declaration (type_identifier) @name) @class
        (object_declaration (type_identifier) @name) @class
        (type_alias . (type_identifier) @name) @class
        (property_declaration (variable_declaration (simple_identifier) @name)) @constant""",
        comments=words("line_comment multiline_comment"),
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
        name="objc",
        grammar="objc",
        suffixes=(".m", ".mm"),
        definition_query="""
        (function_definition declarator: (function_declarator declarator: (identifier) @name)) @function
        (method_definition (method_type) . (identifier) @name) @function
        (class_implementation . (identifier) @name) @class""",
    ),
    _placed(
        name="ocaml",
        grammar="ocaml",
        suffixes=(".ml",),
        definition_query="""
        (compilation_unit (value_definition (let_binding pattern: (value_name) @name)) @function)
        (structure (value_definition (let_binding pattern: (value_name) @name)) @function)
        (module_definition (module_binding (module_name) @name)) @module
        (type_definition (type_binding name: (_) @name)) @class""",
        line_comment="(*",
        comment_end="*)",
        closer="",
    ),
    _placed(
        name="perl",
        grammar="perl",
        suffixes=(".pl", ".pm", ".t"),
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
        name="scala",
        grammar="scala",
        suffixes=(".scala", ".sc", ".sbt"),
        definition_query="""
        (function_definition name: (_) @name) @function
        (function_declaration name: (_) @name) @function
        (class_definition name: (_) @name) @class
        (object_definition name: (_) @name) @class
        (trait_definition name: (_) @name) @class
        (enum_definition name: (_) @name) @class
        (type_definition name: (_) @name) @class
        (val_definition pattern: (identifier) @name) @constant""",
    ),
    _placed(
        name="solidity",
        grammar="solidity",
        suffixes=(".sol",),
        definition_query="""
        (function_definition name: (_) @name) @function
        (modifier_definition name: (_) @name) @function
        (contract_declaration name: (_) @name) @class
        (interface_declaration name: (_) @name) @class
        (library_declaration name: (_) @name) @class""",
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
    _placed(
        name="swift",
        grammar="swift",
        suffixes=(".swift",),
        definition_query="""
        (function_declaration name: (simple_identifier) @name) @function
        (protocol_function_declaration name: (simple_identifier) @name) @function
        (class_declaration name: (type_identifier) @name) @class
        (class_declaration name: (user_type (type_identifier) @name)) @class
        (protocol_declaration name: (_) @name) @class
        (typealias_declaration . name: (_) @name) @class
        (property_declaration name: (pattern bound_identifier: (_) @name)) @constant""",
        comments=words("comment multiline_comment"),
    ),
    _placed(
        name="zig",
        grammar="zig",
        suffixes=(".zig", ".zon"),
        definition_query="""
        (Decl (FnProto function: (IDENTIFIER) @name)) @function
        (Decl (VarDecl variable_type_function: (IDENTIFIER) @name
            (ErrorUnionExpr (SuffixExpr (ContainerDecl))))) @class""",
        comments=words("line_comment doc_comment container_doc_comment"),
    ),
)
