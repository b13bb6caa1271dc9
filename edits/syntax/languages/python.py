"""Python."""

import builtins

from specedit.edits.syntax.language import Language, words

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
    imports=words("import_statement import_from_statement future_import_statement"),
    strings=words("string_content"),
    comments=words("comment"),
    line_comment="#",
    closer="",
    builtins=frozenset(dir(builtins)),
    standard_parser="ast",
    encoding_in="comment",
    symbols="specedit.edits.symbols.python",
    types="specedit.edits.types.python:RULES",
    moves="specedit.edits.moves.python:PythonMoves",
    definition_moves="specedit.edits.definition_moves.python:predict",
    modules="specedit.edits.workspace.python:PythonModules",
    export_list="__all__",
    blocks_by_indentation=True,
    empty_statement="pass",
    bare_conditions=True,
    negation="not ",
    own_literals={"true": "True", "false": "False", "null": "None"},
    catch="except {}",
    base_exception="Exception",
    has_with=True,
    has_docstrings=True,
    has_f_strings=True,
    has_equal_quotes=True,
    in_order=True,
    parameters_form="def f({}):\n    pass\n",
    has_keyword_arguments=True,
    receiver_is_parameter=True,
    annotation_form="x: {} = y\n",
    return_annotation=" -> {}",
    decorator="@{}",
    import_pattern=(
        r"(?:import [\w.]+(?: as \w+)?(?:, ?[\w.]+(?: as \w+)?)*|from [\w.]+ import [\w., *()]+)"
    ),
    bare_import_pattern=r"['\"]*([\w.]+(?: as \w+)?)['\"]*",
    bare_import="import {}",
    import_binds="first",
    tells_unused_imports=True,
    import_sorter="specedit.edits.operations._python_sorting:sort",
    import_order="specedit.edits.operations._python_sorting:sorted_as",
)
