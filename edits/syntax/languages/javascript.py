"""JavaScript, TypeScript and TSX: one syntax with and without types."""

from dataclasses import replace

from specedit.edits.syntax.language import Language, words

JAVASCRIPT = Language(
    name="javascript",
    grammar="tree_sitter_javascript:language",
    suffixes=(".js", ".jsx", ".mjs", ".cjs"),
    keywords=words(
        "await break case catch class const continue debugger default delete do else enum export extends false finally "
        "for function if import in instanceof new null return super switch this throw true try typeof var void while "
        "with yield let static"
    ),
    names=words("identifier shorthand_property_identifier shorthand_property_identifier_pattern"),
    members=words("property_identifier private_property_identifier"),
    definitions={
        "function_declaration": "function",
        "generator_function_declaration": "function",
        "method_definition": "function",
        "field_definition": "constant",
        "class_declaration": "class",
        "class": "class",
        "variable_declarator": "constant",
    },
    wrappers=words("export_statement lexical_declaration variable_declaration"),
    classes=words("class_declaration class"),
    scopes=words(
        "function_declaration generator_function_declaration function_expression generator_function arrow_function "
        "method_definition class_body statement_block for_statement for_in_statement catch_clause class"
    ),
    imports=words("import_statement"),
    strings=words("string_fragment"),
    comments=words("comment html_comment"),
    function_values=words("arrow_function function_expression generator_function"),
    word_characters=r"\w$",
    builtins=words(
        "Array ArrayBuffer Atomics BigInt Boolean DataView Date Error Function Infinity Intl Iterator JSON Map Math NaN Number "
        "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError WeakMap "
        "WeakRef WeakSet arguments clearInterval clearTimeout console decodeURI decodeURIComponent document encodeURI "
        "encodeURIComponent eval exports fetch global globalThis isFinite isNaN module parseFloat parseInt process "
        "queueMicrotask require self setInterval setTimeout structuredClone undefined window"
    ),
    symbols="specedit.edits.symbols.javascript",
    types="specedit.edits.types.javascript:RULES",
    moves="specedit.edits.moves.javascript:JavaScriptMoves",
    definition_moves="specedit.edits.definition_moves.script:predict",
    modules="specedit.edits.workspace.javascript:JavaScriptModules",
    catch="catch (error)",
    has_equal_quotes=True,
    in_order=True,
    decorator="@{}",
    import_pattern=r"import .*[\"'].+[\"'];?",
    import_end=";",
    may_omit_semicolons=True,
)

TYPESCRIPT = replace(
    JAVASCRIPT,
    name="typescript",
    grammar="tree_sitter_typescript:language_typescript",
    suffixes=(".ts", ".mts", ".cts"),
    names=JAVASCRIPT.names | words("type_identifier"),
    definitions={
        **JAVASCRIPT.definitions,
        "public_field_definition": "constant",
        "abstract_class_declaration": "class",
        "interface_declaration": "class",
        "type_alias_declaration": "class",
        "enum_declaration": "class",
        "internal_module": "module",
        "method_signature": "function",
        "abstract_method_signature": "function",
        "function_signature": "function",
    },
    classes=JAVASCRIPT.classes | words("abstract_class_declaration interface_declaration"),
    scopes=JAVASCRIPT.scopes | words("interface_body function_type"),
    annotation_form="let x: {} = y;\n",
    return_annotation=": {}",
)

TSX = replace(
    TYPESCRIPT, name="tsx", grammar="tree_sitter_typescript:language_tsx", suffixes=(".tsx",)
)

LANGUAGES = (JAVASCRIPT, TYPESCRIPT, TSX)
