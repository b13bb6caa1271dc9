"""Python."""

from specedit.edits.language import Language, places, words

LANGUAGE = Language(
    name="python",
    grammar="tree_sitter_python:language",
    suffixes=(".py", ".pyi", ".pyw"),
    keywords=words(
        "False None True and as assert async await break class continue def del elif else except finally for from "
        "global if import in is lambda nonlocal not or pass raise return try while with yield"
    ),
    names=words("identifier"),
    members=frozenset(),
    member_places=places("attribute.attribute"),
    keyword_places=places("keyword_argument.name"),
    definitions={
        "function_definition": "function",
        "class_definition": "class",
        "assignment": "constant",
    },
    wrappers=words("decorated_definition"),
    classes=words("class_definition"),
    scopes=words(
        "function_definition lambda class_definition list_comprehension set_comprehension "
        "dictionary_comprehension generator_expression"
    ),
    binders=places(
        "assignment.left augmented_assignment.left for_statement.left for_in_clause.left named_expression.name "
        "as_pattern_target. type_parameter. case_pattern. aliased_import.alias type_alias_statement.left"
    ),
    parameters=words(
        "parameters lambda_parameters default_parameter typed_parameter typed_default_parameter "
        "list_splat_pattern dictionary_splat_pattern"
    ),
    patterns=words(
        "pattern_list tuple_pattern list_pattern list_splat_pattern expression_list tuple list"
    ),
    imports=words("import_statement import_from_statement future_import_statement"),
    strings=words("string_content"),
    comments=words("comment"),
    line_comment="#",
    closer="",
    import_alias="{old} as {new}",
)
