"""C and C++: a header's suffix does not tell which, so `.h` is parsed as C++."""

from dataclasses import replace

from specedit.edits.syntax.language import Language, words

C = Language(
    name="c",
    grammar="tree_sitter_c:language",
    suffixes=(".c",),
    keywords=words(
        "auto break case char const continue default do double else enum extern float for goto if inline int long "
        "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while"
    ),
    names=words("identifier type_identifier"),
    members=words("field_identifier"),
    definitions={
        "function_definition": "function",
        "struct_specifier": "class",
        "union_specifier": "class",
        "enum_specifier": "class",
        "type_definition": "class",
        "declaration": "constant",
        "preproc_def": "constant",
        "preproc_function_def": "function",
    },
    wrappers=frozenset(),
    classes=words("struct_specifier union_specifier"),
    scopes=words("function_definition compound_statement for_statement"),
    imports=words("preproc_include"),
    strings=words("string_content"),
    comments=words("comment"),
    symbols="specedit.edits.symbols.c",
    types="specedit.edits.types.c:C",
    moves="specedit.edits.moves.c:CMoves",
    modules="specedit.edits.workspace.c:CFiles",
    has_tags=True,
    declares_before_use=True,
    open_import=r'^\s*#\s*include\s*"',
    types_come_first=True,
    import_word="include",
    import_pattern=r"#include [\"<].+[\">]",
    bare_import_pattern=r"([\"<].+[\">])",
    bare_import="#include {}",
    import_binds="nothing",
)

CPP = replace(
    C,
    name="cpp",
    has_overloads=True,
    grammar="tree_sitter_cpp:language",
    suffixes=(".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".h", ".ipp", ".inl"),
    keywords=C.keywords
    | words(
        "alignas alignof and bool catch class co_await co_return co_yield concept consteval constexpr constinit "
        "const_cast decltype delete dynamic_cast explicit export false friend mutable namespace new noexcept not nullptr "
        "operator or private protected public reinterpret_cast requires static_assert static_cast template this "
        "thread_local throw true try typeid typename using virtual xor"
    ),
    names=C.names | words("namespace_identifier"),
    definitions={
        **C.definitions,
        "class_specifier": "class",
        "namespace_definition": "module",
        "alias_declaration": "class",
    },
    wrappers=words("template_declaration"),
    classes=C.classes | words("class_specifier"),
    scopes=C.scopes | words("lambda_expression for_range_loop catch_clause"),
    imports=C.imports | words("using_declaration"),
    strings=C.strings | words("raw_string_content"),
    types="specedit.edits.types.c:CPP",
    has_tags=False,
    catch="catch (const {} &e)",
    base_exception="std::exception",
    has_implicit_receiver=True,
    import_pattern=r"#include [\"<].+[\">]|using [\w:]+;",
)

LANGUAGES = (C, CPP)
