"""Python: what calling a builtin, or a function of another module, gives."""

from specedit.edits.syntax.language import words
from specedit.edits.syntax.tree import Node
from specedit.edits.types.inference import Inference
from specedit.edits.types.lattice import (
    FOREIGN,
    NOTHING,
    TEXT,
    UNKNOWN,
    ClassItself,
    Foreign,
    Instance,
    Type,
    class_itself,
    elements,
    foreign,
    instance,
    row,
    sequence,
    union,
)
from specedit.edits.types.python_annotations import annotation

# Builtins whose results are nobody's but Python's own.
_PLAIN = words(
    "open str int float bool bytes bytearray len abs hash id repr ascii ord chr format round pow divmod input hex oct bin "
    "isinstance issubclass callable any all print range complex hasattr memoryview"
)
_COPIES = words("list tuple set frozenset sorted reversed iter")
_PICKS = words("next min max")
# Modules whose functions give back nothing that they were given.
PLAIN_MODULES = words(
    "os io sys socket ssl logging sqlite3 json re time datetime pathlib tempfile hashlib hmac urllib http gzip "
    "bz2 lzma zipfile tarfile struct math shutil string uuid argparse select platform getpass shlex textwrap secrets "
    "zlib base64 binascii decimal fractions calendar locale signal smtplib ftplib imaplib configparser"
)


def foreign_call(callee: Foreign, node: Node, arguments: list[Node], types: Inference) -> Type:
    """Return what calling something foreign gives."""
    module, _, name = callee.name.rpartition(".")
    if callee.kind == "builtin":
        return _builtin_call(callee.name, node, arguments, types)
    if callee.kind == "class":
        return foreign(callee.name)
    if name in ("copy", "deepcopy", "replace") and module in ("copy", "dataclasses") and arguments:
        return types.value(arguments[0])
    if name == "cast" and module.startswith("typing") and arguments:
        return annotation(arguments[0], types)
    if callee.kind == "module" and module.partition(".")[0] in PLAIN_MODULES:
        return foreign(callee.name)
    return UNKNOWN


def _builtin_call(name: str, node: Node, arguments: list[Node], types: Inference) -> Type:
    if name == "super":
        return _super(node, types)
    if name == "range":
        return sequence(FOREIGN)
    if name in _PLAIN:
        return TEXT
    if name[0].isupper():
        return foreign(name)
    given = [types.value(argument) for argument in arguments]
    if name == "object":
        return FOREIGN
    if name == "zip" and given:
        return sequence(row(elements(each) for each in given))
    if name == "dict" and not given:
        return frozenset([Foreign("dict", elements=TEXT, values=NOTHING)])
    if not given:
        return sequence(NOTHING, name) if name in _COPIES else UNKNOWN
    if name in _COPIES:
        return sequence(elements(given[0]), name)
    if name in _PICKS:
        return elements(given[0]) if len(given) == 1 or name == "next" else union(given)
    if name == "enumerate":
        return sequence(row([FOREIGN, elements(given[0])]))
    if name == "filter" and len(given) == 2:
        return sequence(elements(given[1]))
    if name == "map" and len(given) == 2:
        return sequence(types.called(given[0]))
    return classes_of(given[0]) if name == "type" and len(given) == 1 else UNKNOWN


def _super(node: Node, types: Inference) -> Type:
    for outer, _ in types.around(node):
        owner = types.class_of.get(outer.id)
        if owner is not None:
            return _super_of(owner, types)
    return UNKNOWN


def _super_of(owner: str, types: Inference) -> Type:
    """What `super()` is in a class: its bases; what stands behind a class without bases cannot be told."""
    alternatives = []
    for atom in types.bases(owner):
        if isinstance(atom, ClassItself):
            alternatives.append(instance(atom.name))
        else:
            alternatives.append(FOREIGN if isinstance(atom, Foreign) else UNKNOWN)
    return union(alternatives) if alternatives else UNKNOWN


def classes_of(held: Type) -> Type:
    """Return the classes of values."""
    return union(
        class_itself(atom.name) if isinstance(atom, Instance) else UNKNOWN for atom in held
    )
