"""Rust."""

from specedit.edits.syntax.language import Language, words

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
    imports=words("use_declaration"),
    strings=words("string_content"),
    comments=words("line_comment block_comment doc_comment"),
    builtins=words(
        "AsRef Box Clone Copy Debug Default Drop Eq Err Fn FnMut FnOnce From Hash Into Iterator None Ok Option Ord PartialEq "
        "PartialOrd Result Send Some String Sync ToOwned ToString Vec assert bool char drop f32 f64 format i32 i64 panic "
        "println str u32 u64 u8 usize vec"
    ),
    fixed_files="modules of Rust are declared by `mod` and called after their files, which is not followed",
    symbols="specedit.edits.symbols.rust",
    types="specedit.edits.types.rust:RULES",
    units="specedit.edits.workspace.rust:RustUnits",
    vendored=words("vendor target"),
    open_import=r"^\s*(?:pub )?use (?!(?:self|super)::\*)[^;]*\*",
    bare_conditions=True,
    decorator="#[{}]",
    decorator_noun="attribute",
    import_word="use",
    import_pattern=r"use [\w:{}, *]+;?",
    bare_import_pattern=r"['\"]*(\w+(?:::[\w{}, *]+)+)['\"]*",
    bare_import="use {};",
    import_end=";",
)
