"""Go."""

from specedit.edits.syntax.language import Language, words

LANGUAGE = Language(
    name="go",
    grammar="tree_sitter_go:language",
    suffixes=(".go",),
    keywords=words(
        "break case chan const continue default defer else fallthrough for func go goto if import interface map package "
        "range return select struct switch type var"
    ),
    names=words("identifier type_identifier"),
    members=words("field_identifier"),
    definitions={
        "function_declaration": "function",
        "method_declaration": "function",
        "method_elem": "function",
        "type_spec": "class",
        "type_alias": "class",
        "const_spec": "constant",
        "var_spec": "constant",
    },
    wrappers=words("type_declaration const_declaration var_declaration"),
    classes=frozenset(),
    scopes=words(
        "function_declaration method_declaration func_literal block for_statement if_statement "
        "expression_switch_statement type_switch_statement communication_case expression_case type_case default_case"
    ),
    imports=words("import_declaration"),
    strings=words("interpreted_string_literal_content raw_string_literal_content"),
    comments=words("comment"),
    builtins=words(
        "any append bool byte cap clear close comparable complex complex128 complex64 copy delete error false float32 float64 "
        "imag int int16 int32 int64 int8 iota len make max min new nil panic print println real recover rune string true uint "
        "uint16 uint32 uint64 uint8 uintptr"
    ),
    symbols="specedit.edits.symbols.go",
    types="specedit.edits.types.go:RULES",
    vendored=words("vendor"),
    moves="specedit.edits.moves.go:GoMoves",
    units="specedit.edits.workspace.go:GoUnits",
    open_import=r'^\s*(?:import )?\. "',
    bare_conditions=True,
    import_pattern=r"(?:import )?(?:\w+ )?\"[^\"]+\"",
    bare_import_pattern=r"['\"]*([\w./-]+)['\"]*",
    bare_import='"{}"',
    import_binds="path",
    groups_imports=True,
    refuses_unused_imports=True,
)
