"""The nouns that people use for symbols, and the kinds of symbols that they mean."""

from specedit.edits.syntax.language import words

_TYPES = ("class", "struct", "union", "record", "enum", "interface", "trait", "type", "annotation")
_FIELDS = ("field", "property", "enum member", "record component")
_VALUES = ("variable", "constant", "parameter")

# For each noun the kinds that it means, those of the first group before those of the next.
_MEANINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "function func fn def procedure routine subroutine hook callback handler decorator generator coroutine callable fixture "
    "function-template": (
        ("function",),
        ("method", "macro"),
    ),
    "method classmethod staticmethod": (
        ("method",),
        ("property", "function"),
    ),
    "getter setter accessor": (("property",), ("method",)),
    "macro": (("macro",),),
    "constructor destructor": (("class", "struct", "record", "enum"),),
    "class class-template": (("class", "struct", "record"), _TYPES),
    "struct structure": (("struct",), _TYPES),
    "union": (("union",), _TYPES),
    "tag struct-tag union-tag enum-tag": (("struct", "union", "enum"), _TYPES),
    "record": (("record",), _TYPES),
    "enum enumeration": (("enum",), _TYPES),
    "interface protocol": (("interface",), _TYPES),
    "trait": (("trait",), _TYPES),
    "annotation": (("annotation",), _TYPES),
    "typedef alias": (("type",), _TYPES, ("import",)),
    "type": (("type",), _TYPES, ("type parameter",)),
    "type-alias": (("type",), _TYPES),
    "type-parameter type-argument type-variable template-parameter generic generic-parameter generic-type": (
        ("type parameter",),
    ),
    "parameter param argument arg receiver loop-parameter": (("parameter",), ("type parameter",)),
    "keyword keyword-argument keyword-parameter": (("parameter",), _FIELDS),
    "variable var binding loop-variable result return-value": (
        ("variable",),
        ("constant", "parameter"),
        _FIELDS,
    ),
    "constant const": (("constant",), ("variable", "enum member", "macro"), _FIELDS),
    "static": (("constant", "variable"), _FIELDS),
    "local": (("variable",), ("parameter", "constant")),
    "global": (("variable", "constant"),),
    "field attribute attr instance-variable class-variable member-variable data-member slot prop": (
        _FIELDS,
        ("method",),
    ),
    "property": (("property",), _FIELDS, ("method",)),
    "key object-key": (_FIELDS, ("method",)),
    "record-component": (("record component", "field"),),
    "component": (("record component",), ("function", "class", "constant", "variable"), _FIELDS),
    "member": (("enum member",), _FIELDS, ("method",)),
    "variant enumerator enum-member enum-constant enum-value enum-variant enum-case case": (
        ("enum member",),
        _FIELDS,
    ),
    "label": (("label",),),
    "lifetime": (("lifetime",), ("label",)),
    "module namespace package mod": (("module",), ("import",)),
    "import": (("import",),),
    "symbol identifier name thing": (),
}
NOUNS = {noun: kinds for listed, kinds in _MEANINGS.items() for noun in listed.split()}
# Words before a noun or a name that say where a symbol is seen, or nothing.
SCOPES = {
    "local": True,
    "global": False,
    "module-level": False,
    "top-level": False,
    "file-level": False,
}
ADJECTIVES = words(
    "local global private public protected internal static helper instance class module enum record abstract exported "
    "async virtual inline const readonly existing old unused nested inner module-level top-level file-level keyword "
    "member data mutable exception error loop iteration index counter temporary temp shared free plain main custom"
)
