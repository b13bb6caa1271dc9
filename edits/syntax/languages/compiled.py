"""Compiled languages that are known for placing snippets and checking results alone: a row each."""

from functools import partial

from specedit.edits.syntax import nesting
from specedit.edits.syntax.language import NOT_FOLLOWED, Language, words

_placed = partial(Language, has_operations=False, fixed_files=NOT_FOLLOWED)

LANGUAGES = (
    _placed(
        name="csharp",
        has_overloads=True,
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
        name="kotlin",
        has_overloads=True,
        grammar="kotlin",
        suffixes=(".kt", ".kts"),
        is_too_deep=nesting.has_many_templates,
        definition_query="""
        (function_declaration (simple_identifier) @name) @function
        (class_declaration (type_identifier) @name) @class
        (object_declaration (type_identifier) @name) @class
        (type_alias . (type_identifier) @name) @class
        (property_declaration (variable_declaration (simple_identifier) @name)) @constant""",
        comments=words("line_comment multiline_comment"),
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
        name="scala",
        has_overloads=True,
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
        name="swift",
        has_overloads=True,
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
