"""Lines that begin a definition, by their form alone: in any language, with or without a grammar for it."""

import re
from dataclasses import dataclass
from functools import lru_cache

_MODIFIER = (
    r"(?:export|default|declare|public|private|protected|internal|fileprivate|static|final|abstract|async|pub(?:\([^)]*\))?|"
    r"unsafe|virtual|override|open|sealed|data|inline|suspend|local|global|extern(?:\s*\"\w+\")?|const|constexpr|mutating|"
    r"nonisolated|partial|readonly|explicit|tailrec|infix|operator|companion|case|implicit|lazy|required|convenience|"
    r"indirect|inner|annotation|value|actual|expect|friend|native|synchronized|transient|@\w+(?:\([^()]*\))?|\[\w+\])"
)
_START = rf"\s*(?:{_MODIFIER}\s+)*"
_NAME = r"[^\W\d][\w$]*"
_CLASS = re.compile(
    rf"{_START}(?P<keyword>class|struct|enum(?:\s+class)?|interface|trait|impl|module|defmodule|namespace|package(?=.*\{{)|object|"
    rf"protocol|extension|record|union|actor|mixin|mod|type(?=\s+\w+(?:\[[^\]]*\])?\s+(?:struct|interface)\b))"
    rf"(?:\s*<[^{{]*?>)?\s+(?P<name>[\w$.:\\]+)"
)
_FUNCTION = re.compile(
    rf"{_START}(?P<keyword>def|defp|defmacro|fn|func|fun|function|sub|proc|procedure|macro|macro_rules!)\b\s*[*&]?\s*"
    rf"(?P<receiver>\([^)]*\)\s*)?(?:<[^(]*?>\s*)?(?P<name>[\w$.:\\]+[?!=]?|\[\]=?|[-+*/%<>=!~^&|]+)(?![\w=])"
)
_ALIAS = re.compile(rf"{_START}type(?:alias)?\s+(?P<name>{_NAME})(?:<.*?>)?\s*=")
_BARE_NAME = re.compile(
    rf"{_START}(?P<name>companion\s+object|init|deinit|subscript|init\?)(?=\s*[({{])"
)
_VALUE = re.compile(
    rf"{_START}(?:let\s+|var\s+|val\s+)?(?P<name>{_NAME}(?:\.{_NAME})*)\s*(?::[^=]+)?=\s*"
    rf"(?:async\s+)?(?:function\b|(?:<[^()]*>\s*)?\([^()]*\)\s*(?::[^=]+)?=>|{_NAME}\s*=>)"
)
_LABEL = r"(?P<quote>['\"`]).+?(?P=quote)"
_CALL = re.compile(  # `it("adds", () => {`, `app.get("/", (request) => {`, `test("adds") {`
    rf"\s*(?P<name>(?P<called>(?:{_NAME}\.)*{_NAME})\(\s*{_LABEL})\s*(?:,.*[{{(]|\)\s*\{{)$"
)
_DO = re.compile(  # `it "adds" do`, `describe Cart do`, `task :clean, [:all] do |t|`
    rf"\s*(?P<name>(?P<called>(?:{_NAME}\.)*{_NAME})[ (]\s*(?:{_LABEL}|:\w+[?!]?|[A-Z][\w:.]*))(?![\w.(])"
    r".*\bdo(?:\s*\|[^|]*\|)?$"
)
_GROUP = re.compile(r"(?:\w+\.)*(?:describe|context|suite|feature|namespace|group)(?:\.\w+)?")
_TYPED = re.compile(
    r"\s*(?P<type>(?:[\w$:<>,\[\]*&.?@ ]+[\s*&>\]])?)(?P<name>[#~*]?[\w$]+(?:::~?[\w$]+)*|operator\s*\S+?)\s*(?:<[^()]*>)?\(.*"
)
_SELECTOR = re.compile(r"\s*(?P<name>[^\s=;{}'\"][^=;{}]*?)\s*\{$")
_OPENS = re.compile(r"\{(?:[^{}]*\})?$")
_CONTROL = re.compile(
    r"\s*(?:\}\s*)?(?:if|else|elif|elsif|elseif|for|foreach|while|until|unless|switch|match|when|case|default|catch|try|finally|do|"
    r"loop|with|using|lock|guard|select|synchronized|defer|go|return|throw|raise|new|await|yield|not|and|or|"
    r"rescue|ensure|goto|break|continue|typeof|import|require|use|from|static\s*\{|super|this|self)\b"
)
_LINES_KEPT = 20_000  # a snippet has each line of its file looked at several times, and the next one the same file


@dataclass(frozen=True, slots=True)
class Head:
    """What a line begins: a definition's name, and whether it holds definitions itself."""

    name: str
    is_container: bool


@lru_cache(_LINES_KEPT)
def head_of(line: str, follow: str = "") -> Head | None:
    """Return what `line` begins; `follow` is the next line that is not blank.

    `func (c *Cart) Add(` is called `Cart.Add`, `impl Show for Cart` by all of these words, a test or a rule of CSS by its text.
    """
    text = line.split(" //")[0].rstrip()
    opens = bool(_OPENS.search(text)) or (follow.strip() == "{" and not text.endswith((";", ",")))
    if match := _CLASS.match(text):
        return _class(match, text)
    if match := _FUNCTION.match(text):
        owner = re.findall(r"\w+", match["receiver"] or "")
        return Head(".".join([*owner[-1:], match["name"]]) if owner else match["name"], False)
    if match := _BARE_NAME.match(text):
        return Head(match["name"], "object" in match["name"])
    if match := _ALIAS.match(text):
        return Head(match["name"], False)
    if _CONTROL.match(text):
        return None
    if match := _VALUE.match(text):
        return Head(match["name"], False)
    if match := _CALL.match(text) or _DO.match(text):
        return Head(match["name"], bool(_GROUP.fullmatch(match["called"])))
    if match := _TYPED.match(text):
        return _typed(match, text, opens)
    if opens and (match := _SELECTOR.fullmatch(text if text.endswith("{") else f"{text} {{")):
        return Head(" ".join(match["name"].split()), True)
    return None


def label_of(name: str) -> str | None:
    """Return the text by which a test, a route or a task is called: `adds` of `it("adds"`. None for other names."""
    match = re.search(rf"[ (]\s*{_LABEL}$", name)
    return match[0].lstrip(" (\t")[1:-1] if match else None


def has_label(line: str) -> bool:
    """Return whether a line begins what is called by a text."""
    return bool(_CALL.match(line) or _DO.match(line))


def _class(match: "re.Match[str]", text: str) -> Head:
    name = match["name"].rstrip(":")
    if match["keyword"] in ("impl", "extension"):
        name = " ".join(text[match.start("keyword") :].rstrip("{ ").split())
    return Head(name, True)


def _typed(match: "re.Match[str]", text: str, opens: bool) -> Head | None:
    """A function as C, Java and JavaScript write it, without a keyword: `int f(`, `add(item) {`."""
    unclosed = text.count("(") > text.count(")")
    if not (opens or unclosed) or "=" in match["type"] or text.endswith(";"):
        return None
    if unclosed and not match["type"].strip() and "::" not in match["name"]:
        return None  # a call of several lines
    if match["name"].isupper() and not match["type"].strip():  # a macro, as TEST(a, b)
        return Head(" ".join(text.rstrip("{ ").split()), False)
    return Head(match["name"], False)
