"""Rust."""

from specedit.edits.language import Language, places, words

LANGUAGE = Language(
    name="rust",
    grammar="tree_sitter_rust:language",
    suffixes=(".rs",),
    keywords=words(
        "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move "
        "mut pub ref return self Self static struct super trait true type unsafe use where while"
    ),
    names=words("identifier type_identifier shorthand_field_identifier"),
    members=words("field_identifier"),
    member_places=places("scoped_identifier.name scoped_type_identifier.name"),
    definitions={
        "function_item": "function",
        "function_signature_item": "function",
        "struct_item": "class",
        "enum_item": "class",
        "union_item": "class",
        "trait_item": "class",
        "impl_item": "class",
        "type_item": "class",
        "mod_item": "module",
        "const_item": "constant",
        "static_item": "constant",
        "macro_definition": "function",
    },
    classes=words("impl_item trait_item"),
    scopes=words(
        "function_item closure_expression block match_arm for_expression if_expression while_expression"
    ),
    binders=places(
        "let_declaration.pattern for_expression.pattern let_condition.pattern match_pattern. use_as_clause.alias "
        "type_parameter.name const_parameter.name closure_parameters. enum_variant.name"
    ),
    parameters=words("parameter"),
    patterns=words(
        "tuple_pattern tuple_struct_pattern struct_pattern field_pattern ref_pattern reference_pattern mut_pattern "
        "slice_pattern captured_pattern or_pattern remaining_field_pattern"
    ),
    imports=words("use_declaration"),
    strings=words("string_content"),
    comments=words("line_comment block_comment doc_comment"),
    import_alias="{old} as {new}",
    shorthands=words("shorthand_field_identifier shorthand_field_initializer"),
)
