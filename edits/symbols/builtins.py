"""Names that a language has of itself: no file declares them, and none can rename them."""

import builtins
from collections.abc import Mapping

from specedit.edits.language import words

_ECMASCRIPT = words(
    "Array ArrayBuffer Atomics BigInt Boolean DataView Date Error Function Infinity Intl Iterator JSON Map Math NaN Number "
    "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError WeakMap "
    "WeakRef WeakSet arguments clearInterval clearTimeout console decodeURI decodeURIComponent document encodeURI "
    "encodeURIComponent eval exports fetch global globalThis isFinite isNaN module parseFloat parseInt process "
    "queueMicrotask require self setInterval setTimeout structuredClone undefined window"
)
_NAMES: Mapping[str, frozenset[str]] = {
    "go": words(
        "any append bool byte cap clear close comparable complex complex128 complex64 copy delete error false float32 float64 "
        "imag int int16 int32 int64 int8 iota len make max min new nil panic print println real recover rune string true uint "
        "uint16 uint32 uint64 uint8 uintptr"
    ),
    "java": words(
        "Boolean Class Double Exception Integer Iterable Long Math Object Override Runnable String System Thread var"
    ),
    "javascript": _ECMASCRIPT,
    "python": frozenset(dir(builtins)),
    "rust": words(
        "AsRef Box Clone Copy Debug Default Drop Eq Err Fn FnMut FnOnce From Hash Into Iterator None Ok Option Ord PartialEq "
        "PartialOrd Result Send Some String Sync ToOwned ToString Vec assert bool char drop f32 f64 format i32 i64 panic "
        "println str u32 u64 u8 usize vec"
    ),
    "tsx": _ECMASCRIPT,
    "typescript": _ECMASCRIPT,
}


def is_builtin(name: str, language: str) -> bool:
    """Whether a name is one that the language itself gives a meaning to."""
    return name in _NAMES.get(language, ())
