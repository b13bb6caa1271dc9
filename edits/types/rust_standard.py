"""Rust: what the standard library's types hold, and what their members give."""

from specedit.edits.syntax.language import words
from specedit.edits.types.lattice import (
    FOREIGN,
    TEXT,
    UNKNOWN,
    Foreign,
    Type,
    elements,
    foreign,
    mapping,
    returns,
    row,
    sequence,
    values,
)

# What is reached through these is what they hold.
_TRANSPARENT = words(
    "Box Rc Arc Pin Ref RefMut MutexGuard RwLockReadGuard RwLockWriteGuard ManuallyDrop"
)
_CELLS = words("RefCell Mutex RwLock")
_LISTS = words(
    "Vec VecDeque HashSet BTreeSet BinaryHeap LinkedList Iterator IntoIterator DoubleEndedIterator Peekable"
)
_MAPS = words("HashMap BTreeMap")
_STANDARD = words(
    "String File PathBuf Path Command TcpStream TcpListener UdpSocket Instant Duration SystemTime OsString Thread JoinHandle "
    "BufReader BufWriter Cursor Stdin Stdout Child AtomicUsize AtomicBool Vec HashMap BTreeMap HashSet BTreeSet VecDeque "
    "Option Result Box Rc Arc RefCell Cell Mutex RwLock Sender Receiver Error Formatter"
)
_SAME = words(
    "iter iter_mut into_iter drain rev skip take step_by filter chain peekable cloned copied skip_while take_while inspect "
    "by_ref as_slice as_mut_slice to_vec clone sorted"
)
_PICKING = words(
    "get get_mut first first_mut last last_mut pop pop_front pop_back front front_mut back back_mut next next_back nth find "
    "max_by_key min_by_key max_by min_by max min peek get_or_insert"
)
_UNWRAPPING = words(
    "unwrap expect unwrap_or unwrap_or_default unwrap_or_else unwrap_unchecked get_or_insert_with insert"
)
_KEEPING = words(
    "as_ref as_mut as_deref as_deref_mut take cloned copied filter or or_else ok ok_or ok_or_else map_err clone inspect "
    "context with_context"
)


def held_by(name: str, given: list[Type]) -> Type | None:
    """Return the type of one of the standard library's containers of the `given`."""
    if not given:
        return None
    if name in _TRANSPARENT:
        return given[0]
    if name in _CELLS:
        return frozenset([Foreign("cell", elements=given[0])])
    if name in ("Option", "Result"):
        return frozenset([Foreign(name, elements=given[0], values=(given[1:] or [UNKNOWN])[0])])
    if name in _LISTS:
        return sequence(given[0], "Vec")
    if name in _MAPS and len(given) == 2:
        return mapping(*given)
    return None


def option(held: Type) -> Type:
    """Return the type of an `Option`."""
    return frozenset([Foreign("Option", elements=held, values=UNKNOWN)])


def foreign_member(owner: Foreign, name: str) -> Type:
    """Return what a member of something foreign is."""
    itself: Type = frozenset([owner])
    name = name.removesuffix("()")
    if owner.name == "str":
        return returns(TEXT)
    if owner.kind in ("class", "function"):
        return foreign(f"{owner.name}::{name}", "class" if name[:1].isupper() else "function")
    if owner.kind == "object" and owner.elements is not None:
        return _of_container(owner, itself, name)
    if owner.kind == "object" and owner.name.rpartition("::")[2] in _STANDARD:
        return returns(itself if name in ("unwrap", "expect") else FOREIGN)
    return UNKNOWN


def _of_container(owner: Foreign, itself: Type, name: str) -> Type:
    held = elements(itself)
    match owner.name:
        case "cell" if name in ("borrow", "borrow_mut", "get_mut", "into_inner"):
            return returns(held)
        case "cell" if name in ("lock", "read", "write"):
            return returns(frozenset([Foreign("Result", elements=held, values=FOREIGN)]))
        case "Option" | "Result" if name in _UNWRAPPING:
            return returns(held)
        case "Option" | "Result" if name in _KEEPING:
            return returns(frozenset([Foreign(owner.name, elements=held, values=owner.values)]))
        case "Option" | "Result" if name in ("unwrap_err", "expect_err"):
            return returns(values(itself))
        case "Option" | "Result" if name in ("iter", "iter_mut", "into_iter"):
            return returns(sequence(held, "Vec"))
        case "dict":
            return _of_map(held, values(itself), name)
        case "Vec" if name in _SAME:
            return returns(itself)
        case "Vec" if name in _PICKING:
            return returns(option(held))
        case "Vec" if name in ("remove", "swap_remove", "unwrap"):
            return returns(held)
        case "Vec" if name == "enumerate":
            return returns(sequence(row([FOREIGN, held]), "Vec"))
    return UNKNOWN


def _of_map(keys: Type, held: Type, name: str) -> Type:
    if name in ("get", "get_mut", "remove", "insert"):
        return returns(option(held))
    if name in ("values", "values_mut", "into_values", "keys", "into_keys"):
        return returns(sequence(keys if "keys" in name else held, "Vec"))
    if name in ("iter", "iter_mut", "into_iter", "drain"):
        return returns(sequence(row([keys, held]), "Vec"))
    if name == "entry":
        return returns(frozenset([Foreign("Option", elements=held)]))
    return UNKNOWN
