"""Java."""

from specedit.edits.syntax.language import Language, words

LANGUAGE = Language(
    name="java",
    has_overloads=True,
    grammar="tree_sitter_java:language",
    suffixes=(".java",),
    keywords=words(
        "abstract assert boolean break byte case catch char class const continue default do double else enum extends "
        "false final finally float for goto if implements import instanceof int interface long native new null package "
        "private protected public return short static strictfp super switch synchronized this throw throws transient "
        "true try void volatile while"
    ),
    names=words("identifier type_identifier"),
    members=frozenset(),
    definitions={
        "method_declaration": "function",
        "constructor_declaration": "function",
        "class_declaration": "class",
        "interface_declaration": "class",
        "enum_declaration": "class",
        "record_declaration": "class",
        "annotation_type_declaration": "class",
        "field_declaration": "constant",
    },
    classes=words("class_declaration interface_declaration enum_declaration record_declaration"),
    scopes=words(
        "method_declaration constructor_declaration lambda_expression block for_statement enhanced_for_statement "
        "catch_clause try_with_resources_statement class_body interface_body enum_body"
    ),
    imports=words("import_declaration"),
    strings=words("string_fragment multiline_string_fragment"),
    comments=words("line_comment block_comment"),
    word_characters=r"\w$",
    builtins=words(
        "Boolean Class Double Exception Integer Iterable Long Math Object Override Runnable String System Thread var"
    ),
    fixed_files="a file of Java is called after its public class, and its folder after its package; rename the class instead",
    symbols="specedit.edits.symbols.java",
    types="specedit.edits.types.java:RULES",
    modules="specedit.edits.workspace.java:JavaFiles",
    open_import=r"^import [^;]*\*",
    catch="catch ({} e)",
    base_exception="Exception",
    has_implicit_receiver=True,
    types_come_first=True,
    decorator="@{}",
    decorator_noun="annotation",
    import_pattern=r"import (?:static )?\w+(?:\.[\w*]+)+;?",
    bare_import_pattern=r"['\"]*((?:static )?[\w.]+\.[\w*]+)['\"]*",
    bare_import="import {};",
    import_end=";",
)
