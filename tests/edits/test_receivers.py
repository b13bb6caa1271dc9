"""Of which class the receiver of a member access is, where that is evident.

Each case is code with one member marked, `door.«close»()`, and what its receiver is: classes of the file ("Door",
"Circle Square"), "foreign", or "" where it cannot be told.
"""

import pytest

from specedit.edits.syntax.languages import named
from specedit.edits.syntax.source import Source
from specedit.edits.types.receivers import Receiver, Receivers

DOOR = """
class Log:
    def close(self): ...
class Door:
    def __init__(self, log: Log):
        self.log = log
    def close(self): ...
"""
PYTHON = [
    # self and cls
    ("class Door:\n    def f(self):\n        self.«close»()", "Door"),
    ("class Door:\n    def f(this, self):\n        self.«close»()", ""),
    ("class Door:\n    @classmethod\n    def f(cls):\n        cls.«close»()", "Door"),
    ("class Door:\n    @staticmethod\n    def f(self):\n        self.«close»()", ""),
    ("class Door:\n    def f(self):\n        def g():\n            self.«close»()", "Door"),
    ("class Door:\n    def f(self):\n        return lambda self: self.«close»()", ""),
    ("class Outer:\n    class Door:\n        def f(self): self.«close»()", "Outer.Door"),
    ("class A: ...\nclass Door(A):\n    def f(self): super().«close»()", "A"),
    ("import io\nclass Door(io.RawIOBase):\n    def f(self): super().«close»()", "foreign"),
    ("class Mixin:\n    def f(self): super().«close»()", ""),
    # constructor calls and literals
    (DOOR + "d = Door(l)\nd.«close»()", "Door"),
    (DOOR + "Door(l).«close»()", "Door"),
    (DOOR + "Door.«close»(d)", "Door"),
    (DOOR + "f = open('x')\nf.«close»()", "foreign"),
    (DOOR + "with open('x') as f:\n    f.«close»()", "foreign"),
    (DOOR + "d = Door(l)\nd = open('x')\nd.«close»()", ""),
    (DOOR + "d = Door(l) if x else Log()\nd.«close»()", "Door Log"),
    (DOOR + "d = None\nif x:\n    d = Door(l)\nd.«close»()", "Door"),
    (DOOR + "d = make()\nd.«close»()", ""),
    (DOOR + "[].«append»(1)", "foreign"),
    (DOOR + "table = {}\ntable.«get»(1)", "foreign"),
    (DOOR + "'a'.«join»([])", "foreign"),
    (
        "class Stack:\n    def __init__(self): self.items = []\n    def f(self): self.items.«append»(1)",
        "foreign",
    ),
    ("import threading\nt = threading.Thread(target=f)\nt.«start»()", "foreign"),
    ("import os\nos.«close»(1)", "foreign"),
    ("import os.path\nos.path.«join»()", "foreign"),
    ("from log import Log\nLog().«close»()", "foreign"),
    ("from log import make\nmake().«close»()", ""),
    ("import sqlite3\ndb = sqlite3.connect('x')\ndb.«close»()", "foreign"),
    ("import copy\n" + DOOR + "copy.copy(Door(l)).«close»()", "Door"),
    # annotations
    (DOOR + "def f(d: Door): d.«close»()", "Door"),
    (DOOR + "def f(d: 'Door'): d.«close»()", "Door"),
    (DOOR + "def f(d: 'Door | None' = None): d.«close»()", "Door"),
    (DOOR + "from typing import Optional\ndef f(d: Optional[Door]): d.«close»()", "Door"),
    (DOOR + "def f(d: Door | Log): d.«close»()", "Door Log"),
    (DOOR + "def f(d: Door | str): d.«close»()", ""),
    (DOOR + "def f(d): d.«close»()", ""),
    (DOOR + "def f(d=Door(l)): d.«close»()", ""),
    (DOOR + "from typing import Any\ndef f(d: Any): d.«close»()", ""),
    (DOOR + "def f(d: object): d.«close»()", ""),
    (DOOR + "from typing import TypeVar\nT = TypeVar('T')\ndef f(d: T): d.«close»()", ""),
    (DOOR + "def f[T](d: T): d.«close»()", ""),
    (DOOR + "def f(d: list): d.«close»()", "foreign"),
    (DOOR + "import io\ndef f(d: io.StringIO): d.«close»()", "foreign"),
    (DOOR + "def f(c: type[Door]): c().«close»()", "Door"),
    (DOOR + "d: Door = make()\nd.«close»()", "Door"),
    (DOOR + "def f(*ds: Door):\n    for d in ds: d.«close»()", "Door"),
    (DOOR + "def f(**ds: Door):\n    for k, d in ds.items(): d.«close»()", "Door"),
    # attributes
    (DOOR + "def f(d: Door): d.log.«close»()", "Log"),
    (
        "class Door:\n    def __init__(self, log): self.log = log\n    def f(self): self.log.«close»()",
        "",
    ),
    (
        "class Door:\n    def __init__(self): self.file = open('x')\n    def close(self): self.file.«close»()",
        "foreign",
    ),
    (DOOR + "class House:\n    door: Door\n    def f(self): self.door.«close»()", "Door"),
    (DOOR + "class House:\n    door = Door(l)\nHouse.door.«close»()", "Door"),
    (
        DOOR
        + "class House:\n    def __init__(self): self.door = Door(l)\n    def f(self, x): x.door = open('x')\n"
        "    def g(self): self.door.«close»()",
        "",
    ),
    (
        DOOR
        + "class House:\n    def __init__(self): self.door = None\n    def f(self): self.door = Door(l)\n"
        "    def g(self): self.door.«close»()",
        "Door",
    ),
    # methods, functions and properties
    (DOOR + "def make(): return Door(l)\nmake().«close»()", "Door"),
    (DOOR + "def make() -> 'Door': ...\nmake().«close»()", "Door"),
    (DOOR + "def make():\n    if x: return Door(l)\n    return open('x')\nmake().«close»()", ""),
    (DOOR + "@wrap\ndef make(): return Door(l)\nmake().«close»()", ""),
    (
        DOOR
        + "async def make() -> Door: ...\nasync def g():\n    d = await make()\n    d.«close»()",
        "Door",
    ),
    (DOOR + "async def make() -> Door: ...\nmake().«close»()", "foreign"),
    (
        DOOR
        + "class House:\n    @property\n    def door(self) -> Door: ...\nHouse().door.«close»()",
        "Door",
    ),
    (
        "class Door:\n    @classmethod\n    def make(cls): return cls()\nDoor.make().«close»()",
        "Door",
    ),
    (
        "from typing import Self\nclass Door:\n    def up(self) -> Self: ...\nDoor().up().up().«close»()",
        "Door",
    ),
    ("class Door:\n    def __enter__(self): return self\nwith Door() as d: d.«close»()", "Door"),
    ("class Door(Base):\n    pass\nwith Door() as d: d.«close»()", ""),
    ("class Color(Enum):\n    RED = 1\nColor.«RED»", "Color"),
    ("from enum import Enum\nclass Color(Enum):\n    RED = 1\nColor.RED.«value»", "Color"),
    ("class Point:\n    x = 1\nPoint.x.«real»", "foreign"),
    (
        "class Node:\n    def __init__(self):\n        self.next = None\n    def add(self):\n        self.next = Node()\n"
        "def f():\n    node = Node()\n    while node.next: node = node.next\n    node.«add»()",
        "Node",
    ),
    # loops, containers
    (DOOR + "def f(ds: list[Door]):\n    for d in ds: d.«close»()", "Door"),
    (DOOR + "def f(ds: list[Door]): ds[0].«close»()", "Door"),
    (DOOR + "def f(ds: list[Door]): ds.«close»()", "foreign"),
    (DOOR + "def f(ds: dict[str, Door]): ds['a'].«close»()", "Door"),
    (DOOR + "def f(ds: dict[str, Door]): ds.get('a').«close»()", "Door"),
    (DOOR + "def f(ds: dict[str, Door]):\n    for d in ds: d.«close»()", "foreign"),
    (DOOR + "def f(ds: dict[str, Door]):\n    for d in ds.values(): d.«close»()", "Door"),
    (DOOR + "def f(ds: list[Door]):\n    for i, d in enumerate(ds): d.«close»()", "Door"),
    (
        DOOR + "def f(ds: list[Door], ls: list[Log]):\n    for d, l in zip(ds, ls): l.«close»()",
        "Log",
    ),
    (DOOR + "ds = []\nds.append(Door(l))\nfor d in ds: d.«close»()", "Door"),
    (DOOR + "ds = [Door(l)]\nds.append(Log())\nfor d in ds: d.«close»()", "Door Log"),
    (DOOR + "ds = [Door(l)]\nds.append(x)\nfor d in ds: d.«close»()", ""),
    (DOOR + "def f(ds: list[Door]): return [d.«close»() for d in ds]", "Door"),
    (DOOR + "def f(ds: list[Door]): return sorted(ds, key=lambda d: d.«close»())", "Door"),
    (DOOR + "def f(ds: list[Door]): ds.sort(key=lambda d: d.«close»())", "Door"),
    (DOOR + "def f(ds: list[Door]): return map(lambda d: d.«close»(), ds)", "Door"),
    (DOOR + "def f(ds: list[Door]): return other(ds, key=lambda d: d.«close»())", ""),
    (DOOR + "def f(ds: list[Door], max): return max(ds, key=lambda d: d.«close»())", ""),
    (DOOR + "d = Door(l)\n[d.«close»() for d in xs]", ""),
    (DOOR + "a, b = Door(l), Log()\nb.«close»()", "Log"),
    (DOOR + "a, *b = Door(l), Log()\nb.«close»()", ""),
    # scopes
    (DOOR + "door = Door(l)\ndef f(door): door.«close»()", ""),
    (DOOR + "door = Door(l)\ndef f():\n    door = open('x')\n    door.«close»()", "foreign"),
    (DOOR + "door = Door(l)\ndef f(): door.«close»()", "Door"),
    (
        DOOR
        + "door = None\ndef f():\n    global door\n    door = Door(l)\ndef g(): door.«close»()",
        "Door",
    ),
    (
        DOOR
        + "door = Door(l)\ndef f():\n    global door\n    door = open('x')\ndef g(): door.«close»()",
        "",
    ),
    (DOOR + "def f():\n    Door = make()\n    Door().«close»()", ""),
    (DOOR + "class A:\n    d = Door(l)\n    def f(self): d.«close»()", ""),
    (DOOR + "for open in xs: pass\nopen('x').«close»()", ""),
    # tests
    (DOOR + "def f(x):\n    if isinstance(x, Door): x.«close»()", "Door"),
    (DOOR + "def f(x):\n    if isinstance(x, Door): pass\n    else: x.«close»()", ""),
    (DOOR + "def f(x):\n    if not isinstance(x, Door): pass\n    else: x.«close»()", "Door"),
    (DOOR + "def f(x):\n    if x and not isinstance(x, Door): pass\n    else: x.«close»()", "Door"),
    (DOOR + "def f(x):\n    if y and not isinstance(x, Door): pass\n    else: x.«close»()", ""),
    (DOOR + "def f(x):\n    if y or not isinstance(x, Door): pass\n    else: x.«close»()", "Door"),
    (DOOR + "def f(x):\n    if not isinstance(x, Door): x.«close»()", ""),
    (
        DOOR + "def f(x):\n    if not isinstance(x, Door): pass\n    elif y: x.«close»()",
        "Door",
    ),
    (DOOR + "def f(x):\n    if isinstance(x.a, Door): x.a.«close»()", "Door"),
    (DOOR + "def f(x):\n    if isinstance(x.a, Door):\n        x = y\n        x.a.«close»()", ""),
    (DOOR + "def f(x):\n    if isinstance(x.a, Door):\n        x.a = y\n        x.a.«close»()", ""),
    (DOOR + "def f(x):\n    if isinstance(x.a, Door): x.b.«close»()", ""),
    (DOOR + "Door = a(b(Door, 1), 2)\nDoor().«close»()", "Door"),
    (DOOR + "Door = a(b(Other), Door)\nDoor().«close»()", ""),
    (DOOR + "Door = Door\nDoor = a()\nDoor().«close»()", ""),
    (
        DOOR + "def f(x):\n    if x.a is not None and not isinstance(x.a, Door): d = Door(x.a)\n"
        "    else: d = x.a\n    d.«close»()",
        "Door",
    ),
    (DOOR + "def f(x):\n    if isinstance(x, Door):\n        x = y\n        x.«close»()", ""),
    (DOOR + "def f(x):\n    if not isinstance(x, Door): return\n    x.«close»()", "Door"),
    (DOOR + "def f(x):\n    x.«close»()\n    if not isinstance(x, Door): return", ""),
    (DOOR + "def f(x):\n    if not isinstance(x, Door): pass\n    x.«close»()", ""),
    (DOOR + "def f(x):\n    if not isinstance(x, Door): return\n    x = y\n    x.«close»()", ""),
    (DOOR + "def f(x):\n    if not isinstance(x, (Door, str)): return\n    x.«close»()", ""),
    (DOOR + "def f(x):\n    if not isinstance(x, Door):\n        x.«close»()\n        return", ""),
    (DOOR + "def f(x):\n    match x:\n        case Door(«log»=1): pass", "Door"),
    (DOOR + "def f(x):\n    match x:\n        case Door() as d: d.«close»()", "Door"),
    (DOOR + "try: pass\nexcept Door as d: d.«close»()", "Door"),
    (DOOR + "Door(«log»=1)", "Door"),
    (DOOR + "dict(«log»=1)", "foreign"),
    # definitions
    ("class Door:\n    def «close»(self): ...", "Door"),
    ("class Door:\n    «size» = 1", "Door"),
    ("def «close»(self): ...", ""),
    ("class Door:\n    def f(self):\n        def «close»(): ...", ""),
]


DOORS = """
class Log { close() {} }
class Door { constructor(log) { this.log = log; this.file = new Log() } close() {} }
"""
JAVASCRIPT = [
    ("class Door { close() { this.«close»() } }", "Door"),
    ("class Door { close() { return () => this.«close»() } }", "Door"),
    ("class Door { close() { f(function () { this.«close»() }) } }", ""),
    ("class Door { static make() { return new this() } }\nDoor.«make»()", "Door"),
    ("class Door { #shut() {} close() { this.«#shut»() } }", "Door"),
    ("class Door { file = open(); close() { this.file.«close»() } }", ""),
    ("class Door { items = []; close() { this.items.«push»(1) } }", "foreign"),
    ("class Door { table = new Map(); close() { this.table.«set»(1, 2) } }", "foreign"),
    ("class A {}\nclass Door extends A { close() { super.«close»() } }", "A"),
    ("class Door extends EventEmitter { close() { super.«close»() } }", "foreign"),
    ("const o = { close() {} };\nclass Door { close() {} }\no.«close»()", "o"),
    ("const o = { size: 1, close() { this.«close»() } };", "o"),
    ("function f() { const o = { close() {} }; o.«close»() }", "foreign"),
    ("const o = { close: function () { this.«close»() } };", "o"),
    ("const o = { inner: { close() { this.«close»() } } };", ""),
    ("f({ close() { this.«close»() } });", ""),
    ("Object.assign(Door.prototype, { close() { this.«close»() } });", ""),
    ("export default { methods: { close() { this.«close»() } } };", ""),
    ("const o = { door: new Door() };\nclass Door { close() {} }\no.door.«close»()", "Door"),
    (
        "const o = { door: new Door() }; o.door = f();\nclass Door { close() {} }\no.door.«close»()",
        "",
    ),
    (DOORS + "new Door().«close»()", "Door"),
    (DOORS + "const d = new Door(); d.«close»()", "Door"),
    (DOORS + "let d = new Door(); d = new Log(); d.«close»()", "Door Log"),
    (DOORS + "let d = new Door(); d = other(); d.«close»()", ""),
    (DOORS + "let d; function f() { d = new Door() }\nd.«close»()", "Door"),
    (DOORS + "let d = null; d ??= x; d.«close»()", ""),
    (DOORS + "new Door().file.«close»()", "Log"),
    (DOORS + "new Door().log.«close»()", ""),
    (DOORS + "function make() { return new Door() }\nmake().«close»()", "Door"),
    (DOORS + "const make = () => new Door();\nmake()?.«close»()", "Door"),
    (
        DOORS
        + "const make = async () => new Door();\nasync function f() { (await make()).«close»() }",
        "Door",
    ),
    (DOORS + "const make = async () => new Door();\nmake().then(d => d.«close»())", "Door"),
    (DOORS + "const ds = [new Door()]; for (const d of ds) d.«close»()", "Door"),
    (DOORS + "const ds = []; ds.push(new Door()); ds.forEach(d => d.«close»())", "Door"),
    (DOORS + "const ds = []; ds.push(new Door()); ds.map(function (d) { d.«close»() })", "Door"),
    (DOORS + "const [a, b] = [new Door(), new Log()]; b.«close»()", "Log"),
    (DOORS + "const { «close» } = new Door();", "Door"),
    (DOORS + "const { file } = new Door(); file.«close»()", "Log"),
    (DOORS + "function f({ close: «c» }) {}", ""),
    (DOORS + "function f(d) { d.«close»() }", ""),
    (DOORS + "function f(d = new Door()) { d.«close»() }", ""),
    (DOORS + "const d = new Door(); function f(d) { d.«close»() }", ""),
    (DOORS + "const d = new Door(); { const d = []; d.«close»() }", "foreign"),
    (DOORS + "const d = new Door(); { const d = []; } d.«close»()", "Door"),
    (DOORS + "const d = new Door(); try {} catch (d) { d.«close»() }", ""),
    (DOORS + "const d = new Door(); const f = d => d.«close»()", ""),
    (DOORS + "var d = new Door(); if (x) { var d = open() } d.«close»()", ""),
    (DOORS + "for (const d in new Door()) d.«close»()", "foreign"),
    (DOORS + "if (x instanceof Door) x.«close»()", "Door"),
    (DOORS + "if (!(x instanceof Door)) x.«close»()", ""),
    (DOORS + "x instanceof Door && x.«close»()", "Door"),
    (DOORS + "Door.prototype.«close» = f", "Door"),
    (DOORS + "Door.prototype.f = function () { this.«close»() }", "Door"),
    (
        "function Door() { this.size = 1 }\nDoor.prototype.close = function () {}\nnew Door().«close»()",
        "Door",
    ),
    ("function Door() { this.«size» = 1 }\nDoor.prototype.close = function () {}", "Door"),
    ("const Door = class { close() {} }\nnew Door().«close»()", "Door"),
    (DOORS + "const m = new Map(); m.set(1, new Door()); m.get(1).«close»()", "Door"),
    (DOORS + "const [, b] = [new Log(), new Door()]; b.«close»()", "Door"),
    (DOORS + "Array.from([new Door()]).forEach(d => d.«close»())", "Door"),
    ("[].«push»(1)", "foreign"),
    ("'a'.«trim»()", "foreign"),
    ("console.«log»()", "foreign"),
    ("import fs from 'fs'\nfs.«close»()", "foreign"),
    ("import * as ns from './x'\nns.«close»()", "foreign"),
    ("const net = require('net'); const s = net.connect(); s.«close»()", "foreign"),
    ("import { Log } from './log'\nnew Log().«close»()", "foreign"),
    ("import { log } from './log'\nlog.«close»()", "foreign"),
    ("import log from './log'\nlog().«close»()", ""),
    (
        "class Door { get log() { return new Log() } }\nclass Log {}\nnew Door().log.«close»()",
        "Log",
    ),
    ("class Door { «close»() {} }", "Door"),
    ("class Door { «size» = 1 }", "Door"),
]
TYPES = """
interface Shape { area(): number; name: string }
class Log { close() {} }
class Door implements Shape { constructor(private log: Log) {} close() {} area() { return 1 } name = "" }
"""
TYPESCRIPT = [
    (TYPES + "function f(d: Door) { d.«close»() }", "Door"),
    (TYPES + "function f(d?: Door | null) { d?.«close»() }", "Door"),
    (TYPES + "function f(d: Door | Log) { d.«close»() }", "Door Log"),
    (TYPES + "function f(d: Door | string) { d.«close»() }", ""),
    (TYPES + "function f(d: any) { d.«close»() }", ""),
    (TYPES + "function f(d: { close(): void }) { d.«close»() }", ""),
    (TYPES + "function f(d: { area: number }) { d.«area» }", "foreign"),
    (TYPES + "function f(d: { close(): void; x: 1 }) { d.«close»() }", "foreign"),
    (TYPES + "function f({ «close» }: { close(): void; x: 1 }) {}", "foreign"),
    (TYPES + "function f(d: { «close»(): void; x: 1 }) {}", "foreign"),
    (TYPES + "function f(ds: Door[]) { ds.reduce((t, d) => d.«close»(), 0) }", "Door"),
    (TYPES + "function f(ds: Door[]) { ds.reduce((t, d) => t.«close»(), 0) }", ""),
    (TYPES + "function f(d: Array<Door>) { d[0].«close»(); }", "Door"),
    (TYPES + "function f(d: Door[]) { d.«push»(); }", "foreign"),
    (TYPES + "function f(d: Door[]) { d.filter(x => x).forEach(y => y.«close»()); }", "Door"),
    (TYPES + "function f(d: Map<string, Door>) { d.get('a')!.«close»(); }", "Door"),
    (TYPES + "function f(d: Map<string, Door>) { d.«get»('a'); }", "foreign"),
    (TYPES + "function f(d: Map<string, Door>) { for (const [k, v] of d) v.«close»(); }", "Door"),
    (TYPES + "function f(d: Record<string, Door>) { d['a'].«close»(); }", "Door"),
    (TYPES + "function f(d: Set<Door>) { for (const x of d) x.«close»(); }", "Door"),
    (TYPES + "function f(r: Record<string, Door>) { Object.values(r)[0].«close»() }", "Door"),
    (TYPES + "const [d, setD] = useState<Door | null>(null); d?.«close»()", "Door"),
    (TYPES + "const m = new Map<string, Door>(); m.get('a')?.«close»()", "Door"),
    (TYPES + "function f<T>(d: T) { d.«close»() }", ""),
    (TYPES + "function f<T extends Door>(d: T) { d.«close»() }", "Door"),
    (TYPES + "function f<Door>(d: Door) { d.«close»() }", ""),
    (TYPES + "type D = Door | null; function f(d: D) { d.«close»() }", "Door"),
    (TYPES + "type P = { size: number }; function f(p: P) { p.«size» }", "P"),
    ("type P = { «size»: number };", "P"),
    (TYPES + "(x as Door).«close»()", "Door"),
    (TYPES + "(<Door>x).«close»()", "Door"),
    (TYPES + "let d: Door = make(); d.«close»()", "Door"),
    (TYPES + "let d: Socket = make(); d.«close»()", "foreign"),
    (TYPES + "declare function make(): Door; make().«close»()", "Door"),
    (TYPES + "async function f(p: Promise<Door>) { const d = await p; d.«close»() }", "Door"),
    (TYPES + "class House { door?: Door; f() { this.door!.«close»() } }", "Door"),
    (TYPES + "class House { constructor(readonly door: Door) { this.door.«close»() } }", "Door"),
    (TYPES + "function f(s: Shape) { s.«area»() }", "Shape"),
    (TYPES + "const s: Shape = { «area»() { return 1 }, name: 'x' }", "Shape"),
    (TYPES + "const s: Shape[] = [{ area() { return 1 }, «name»: 'x' }]", "Shape"),
    (TYPES + "function f(s: Shape) {}\nf({ «name»: 'x' })", "Shape"),
    (TYPES + "const s = { «name»: 'x' }", "s"),
    (TYPES + "const s = { «name»: 'x', area: () => 1 }", ""),
    (TYPES + "const s = { name: 'x', area: () => 1 }; s.«name»", ""),
    (
        TYPES
        + "interface Named { name: string; size?: number }\nconst s = { name: 'x' }; s.«name»",
        "",
    ),
    (TYPES + "function f({ «name» }: Shape) {}", "Shape"),
    (TYPES + "const f = ({ name: n }: Shape) => n.«trim»()", "foreign"),
    ("enum Color { Red }\nColor.«Red»", "Color"),
    ("enum Color { «Red» = 1 }", "Color"),
    ("namespace N { export class Door { close() {} } }\nnew N.Door().«close»()", "N.Door"),
    ("namespace N { export class Door { close() {} } }\nlet d: N.Door; d.«close»()", "N.Door"),
    ("abstract class Door { abstract «close»(): void }", "Door"),
    ("interface Door { «close»(): void }", "Door"),
    ("function f(this: Door) { this.«close»() }\nclass Door {}", "Door"),
]
TSX = [
    (
        "type Props = { label: string }\nfunction Button({ label }: Props) { return <b/> }\n<Button «label»='x' />",
        "Props",
    ),
    (
        "type Props = { label: string }\nconst Button: React.FC<Props> = ({ «label» }) => <b/>",
        "Props",
    ),
    (
        "type Props = { label: string }\nconst Button = (p: Props) => <b/>;\n<Button «label»='x' />",
        "Props",
    ),
    ("<track «label»='x' />", "foreign"),
    ("import { Field } from './field'\n<Field «label»='x' />", ""),
]


GO_TYPES = """
package p
import ("os"; "bufio"; t "text/template"; "sync")
type Log struct{ name string }
func (l *Log) Close() {}
type Door struct {
	*Log
	next *Door
	all map[string]*Door
	list []Door
	file *os.File
	other Thing
	mu sync.Mutex
}
func (d *Door) Close() error { return nil }
func (d *Door) Next() (*Door, error) { return d.next, nil }
func NewDoor() *Door { return &Door{} }
type Shape interface { Area() int }
type Doors []Door
"""
GO = [
    ("func (d *Door) F() { d.«Close»() }", "Door"),
    ("func (Door) F() { d.«Close»() }", ""),
    ("func (d Door) F() { func() { d.«Close»() }() }", "Door"),
    ("func (d *Door) «F»() {}", "Door"),
    ("func f(d *Door) { d.«Close»() }", "Door"),
    ("func f(d Door, l Log) { l.«Close»() }", "Log"),
    ("func f(a, b *Door) { b.«Close»() }", "Door"),
    ("func f(ds ...Door) { ds[0].«Close»() }", "Door"),
    ("func f(d *Door) { d.Log.«Close»() }", "Log"),
    ("func f(d *Door) { d.file.«Close»() }", "foreign"),
    ("func f(d *Door) { d.mu.«Lock»() }", "foreign"),
    ("func f(d *Door) { d.other.«Close»() }", "foreign"),
    ("func f(d *Door) { d.other.x.«Close»() }", ""),
    ("func f(d *Door) { d.next.next.«Close»() }", "Door"),
    ('func f(d *Door) { d.all["x"].«Close»() }', "Door"),
    ("func f(d *Door) { for _, x := range d.list { x.«Close»() } }", "Door"),
    ("func f(d *Door) { for x := range d.list { x.«Close»() } }", "foreign"),
    ("func f(d *Door) { for _, x := range d.all { x.«Close»() } }", "Door"),
    ("func f(ds Doors) { for _, x := range ds { x.«Close»() } }", "Door"),
    ("func f(ds Doors) { ds.«Len»() }", "Doors"),
    ("func f() { d := NewDoor(); d.«Close»() }", "Door"),
    ("func f() { d := &Door{}; d.«Close»() }", "Door"),
    ("func f() { d := new(Door); d.«Close»() }", "Door"),
    ("func f() { var d Door; d.«Close»() }", "Door"),
    ("func f() { ds := make([]*Door, 3); ds[0].«Close»() }", "Door"),
    ('func f() { ds := make(map[string]Door); d, ok := ds["x"]; d.«Close»() }', "Door"),
    ("func f() { d, err := NewDoor().Next(); d.«Close»() }", "Door"),
    ("func f() { d, err := NewDoor().Next(); err.«Error»() }", "foreign"),
    ('func f() { d, err := os.Open("x"); d.«Close»() }', "foreign"),
    ("func f(r Thing) { s := bufio.NewScanner(r); s.«Scan»() }", "foreign"),
    ('func f() { t.«New»("x") }', "foreign"),
    ("func f() { d := other(); d.«Close»() }", ""),
    ("func f(x any) { if d, ok := x.(*Door); ok { d.«Close»() } }", "Door"),
    ("func f(x any) { switch d := x.(type) { case *Door: d.«Close»() } }", "Door"),
    ("func f(x any) { switch d := x.(type) { case *Door, *Log: d.«Close»() } }", ""),
    ("func f(x any) { switch d := x.(type) { default: d.«Close»() } }", ""),
    ("func f(d *Door) { if d := os.Stdin; d != nil { d.«Close»() } }", "foreign"),
    ("func f(d *Door) { if d := os.Stdin; d != nil { }; d.«Close»() }", "Door"),
    ("func f(d *Door) { { d := &Log{}; d.«Close»() } }", "Log"),
    ("func f(d *Door) { { d := d.Log; d.«Close»() } }", "Log"),
    ("func f(d *Door) { { d := d.«Log» } }", "Door"),
    ("func f(d *Door) { (*d).«Close»() }", "Door"),
    ("func f(c chan *Door) { d := <-c; d.«Close»() }", "Door"),
    ("func f(c chan *Door) { select { case d := <-c: d.«Close»() } }", "Door"),
    ("func f(g func() *Door) { g().«Close»() }", "Door"),
    ("func f[T any](d T) { d.«Close»() }", ""),
    ("func f[T Shape](d T) { d.«Area»() }", "Shape"),
    ("func f[Door any](d Door) { d.«Close»() }", ""),
    ("func f(s Shape) { s.«Area»() }", "Shape"),
    ("var d = Door{«next»: nil}", "Door"),
    ("var d = []Door{{«next»: nil}}", "Door"),
    ('var d = map[string]*Door{"a": {«next»: nil}}', "Door"),
    ("var d = map[string]Door{«next»: {}}", "foreign"),
    ("var d = os.File{«next»: nil}", "foreign"),
    ("var d Door\nfunc f() { d.«Close»() }", "Door"),
    ("func f() { d.«Close»() }\nvar d Door", "Door"),
    ("type T struct { «next» int }", "T"),
    ("type T interface { «Close»() }", "T"),
    ("type T = Door\nfunc f(d T) { d.«Close»() }", "Door"),
    ("func (x *Other) F() { x.«Close»() }", "Other"),
    ("func f(d *Door) { for _, tt := range []struct{ name string }{} { tt.«name» } }", "foreign"),
]


JAVA_TYPES = """
import java.io.File;
import java.util.*;
import static x.Y.shut;
interface Shape { int area(); }
class Log { void close() {} }
class Door implements Shape {
    Log log = new Log();
    Door next;
    List<Door> all = new ArrayList<>();
    Map<String, Door> table = new HashMap<>();
    Door next() { return next; }
    void close() {}
    public int area() { return 1; }
    static Door make() { return new Door(); }
"""
# What stands before a `}` is in Door, the rest behind it.
JAVA = [
    ("void f() { close(); } void g() { «close»(); }", "Door"),
    ("void f() { this.«close»(); }", "Door"),
    ("void f() { log.«close»(); }", "Log"),
    ("void f() { this.log.«close»(); }", "Log"),
    ("void f(File log) { log.«close»(); }", "foreign"),
    ("void f(File log) { this.log.«close»(); }", "Log"),
    ("void f() { next().next.next().«close»(); }", "Door"),
    ("void f() { all.«add»(this); }", "foreign"),
    ("void f() { all.get(0).«close»(); }", "Door"),
    ("void f() { table.«put»(null, this); }", "foreign"),
    ("void f() { table.get(null).«close»(); }", "Door"),
    ("void f() { for (Door d : all) d.«close»(); }", "Door"),
    ("void f() { for (var d : all) d.«close»(); }", "Door"),
    ("void f() { for (var e : table.entrySet()) e.getValue().«close»(); }", "Door"),
    ("void f() { all.forEach(d -> d.«close»()); }", "Door"),
    ("void f() { table.forEach((k, d) -> d.«close»()); }", "Door"),
    ("void f() { all.stream().filter(d -> d.«close»()); }", "Door"),
    ("void f() { all.stream().findFirst().get().«close»(); }", "Door"),
    ("void f() { all.stream().map(x -> y(x)).forEach(d -> d.«close»()); }", ""),
    ("void f() { all.forEach(Door::«close»); }", "Door"),
    ("void f() { all.forEach(x -> { Log d = null; d.«close»(); }); }", "Log"),
    ("void f() { shut(); «shut»(); }", "foreign"),
    ("void f() { «other»(); }", ""),
    ("class Inner { void g() { «close»(); } }", "Door"),
    ("class Inner { void close() {} void g() { «close»(); } }", "Door.Inner"),
    ("class Inner { void g() { this.«close»(); } }", "Door.Inner"),
    ("class Inner { void g() { Door.this.«close»(); } }", "Door"),
    ("class Inner extends Base { void g() { «close»(); } }", ""),
    ("void f() { new Thread() { public void run() { «close»(); } }; }", ""),
    ("void f() { new Log() { void g() { «close»(); } }; }", "Log"),
    ("void f() { new Thread(this::close).«start»(); }", "foreign"),
    ("void «shut»() {}", "Door"),
    ("int «size»;", "Door"),
    ("void f() { int «size» = 1; }", ""),
    ("void f() { int size = 1; use(«size»); }", ""),
    ("void f() { use(«next»); }", "Door"),
    ("} class A { void f(Door d) { d.«close»(); } ", "Door"),
    ("} class A { void f() { var d = new Door(); d.«close»(); } ", "Door"),
    ("} class A { void f() { var d = Door.make(); d.«close»(); } ", "Door"),
    ("} class A { void f() { var d = make(); d.«close»(); } ", ""),
    ("} class A { void f() { Door.«make»(); } ", "Door"),
    ("} class A { void f(Object o) { if (o instanceof Door d) d.«close»(); } ", "Door"),
    (
        "} class A { void f(Object o) { if (o instanceof Log d) {} if (o instanceof Door d && d.«close»()) {} } ",
        "Door",
    ),
    (
        "} class A { void f(Object o) { switch (o) { case Door d -> d.«close»(); default -> {} } } ",
        "Door",
    ),
    ("} class A { void f(Object o) { o.«close»(); } ", ""),
    ("} class A { void f(Object o) { ((Door) o).«close»(); } ", "Door"),
    ("} class A { <T> void f(T o) { o.«close»(); } ", ""),
    ("} class A { <T extends Door> void f(T o) { o.«close»(); } ", "Door"),
    ("} class A { void f(Shape s) { s.«area»(); } ", "Shape"),
    ("} class A { void f(Door... ds) { ds[0].«close»(); } ", "Door"),
    ("} class A { void f() { try (Door d = x) { d.«close»(); } } ", "Door"),
    ("} class A { void f(Door d) { Runnable r = () -> d.«close»(); } ", "Door"),
    ("} class A { void f(Door d) { x.g(d -> d.«close»()); } ", ""),
    ("} class A { void f() { Optional.of(new Door()).get().«close»(); } ", "Door"),
    ("} class A { void f() { System.out.«println»(); } ", "foreign"),
    ("} class A extends Door { void f() { super.«close»(); } ", "Door"),
    ("} class A extends Door { void f() { «close»(); } ", "A"),
    ("} class A extends Thread { void f() { super.«start»(); } ", "foreign"),
    ("} enum Color { «RED» ", "Color"),
    ("} enum Color { RED; static Color c = Color.«RED»; ", "Color"),
    (
        "} enum Color { RED; int f(Color c) { switch (c) { case «RED»: return 1; } return 0; } ",
        "Color",
    ),
    ("} enum Color { RED; static { Color.RED.«name»(); } ", "Color"),
    ("} record Point(int «x») { ", "Point"),
    ("} record Point(Door d) { void f(Point p) { p.d().«close»(); } ", "Door"),
    ("} record Point(Door d) { void f(Point p) { p.«d»(); } ", "Point"),
]


RUST_TYPES = """
use std::fs::File;
use std::collections::HashMap;
struct Log;
impl Log { fn close(&self) {} }
pub struct Door {
    log: Log,
    next: Option<Box<Door>>,
    all: Vec<Door>,
    table: HashMap<String, Door>,
    file: File,
    other: Thing,
}
impl Door {
    fn new() -> Self { todo!() }
    fn make() -> Result<Door, Error> { todo!() }
    fn close(&self) {}
    fn log(&self) -> &Log { &self.log }
}
struct Pair(Door, Log);
enum Color { Red, Dark(Door), Light { door: Door } }
trait Shape { fn area(&self) -> i32; }
impl Shape for Door { fn area(&self) -> i32 { 1 } }
"""
RUST = [
    ("impl Door { fn f(&self) { self.«close»() } }", "Door"),
    ("impl Door { fn «f»(&self) {} }", "Door"),
    ("impl Door { fn f(&self) { Self::«close»(self) } }", "Door"),
    ("impl Door { fn f(self: Box<Self>) { self.«close»() } }", "Door"),
    ("impl Door { fn f() { Self::new().«close»() } }", "Door"),
    ("impl Shape for Log { fn «area»(&self) -> i32 { 1 } }", "Log"),
    ("trait T { fn «f»(&self); fn g(&self) { self.f() } }", "T"),
    ("trait T { fn f(&self); fn g(&self) { self.«f»() } }", "T"),
    ("fn f(d: &Door) { d.«close»() }", "Door"),
    ("fn f(d: &mut Door) { d.log().«close»() }", "Log"),
    ("fn f(d: Door) { d.log.«close»() }", "Log"),
    ("fn f(d: Door) { d.file.«flush»() }", "foreign"),
    ("fn f(d: Door) { d.other.«close»() }", "foreign"),
    ("fn f(d: Door) { d.other.x().«close»() }", ""),
    ("fn f(d: Door) { d.next.«take»() }", "foreign"),
    ("fn f(d: Door) { d.next.unwrap().«close»() }", "Door"),
    ("fn f(d: Door) { if let Some(n) = &d.next { n.«close»() } }", "Door"),
    ("fn f(d: Door) { if let Some(d) = d.«next» {} }", "Door"),
    ("fn f(d: Door) { if let Some(n) = d.file {} else { d.«close»() } }", "Door"),
    ("fn f(d: Log, e: Door) { if let Some(d) = e.next {} else { d.«close»() } }", "Log"),
    ("fn f(d: Door) { let Some(n) = d.next else { return }; n.«close»() }", "Door"),
    ("fn f(d: Door) { while let Some(n) = d.all.pop() { n.«close»() } }", "Door"),
    ("fn f(d: Door) { d.all.«push»(d) }", "foreign"),
    ("fn f(d: Door) { d.all[0].«close»() }", "Door"),
    ("fn f(d: Door) { for x in &d.all { x.«close»() } }", "Door"),
    ("fn f(d: Door) { for (i, x) in d.all.iter().enumerate() { x.«close»() } }", "Door"),
    ("fn f(d: Door) { d.all.iter().for_each(|x| x.«close»()) }", "Door"),
    ("fn f(d: Door) { d.all.iter().map(|x| g(x)).for_each(|x| x.«close»()) }", ""),
    ('fn f(d: Door) { d.table.get("a").unwrap().«close»() }', "Door"),
    ("fn f(d: Door) { for (k, x) in &d.table { x.«close»() } }", "Door"),
    ("fn f(d: Door) { d.table.«insert»(a, b) }", "foreign"),
    ("fn f() { let d = Door::new(); d.«close»() }", "Door"),
    ("fn f() { let d = Door { log: Log }; d.«close»() }", "Door"),
    ("fn f() { let d = Door { «log»: Log }; }", "Door"),
    ("fn f(log: Log) { let d = Door { «log» }; }", "Door"),
    ("fn f(d: Door) { let Door { log: l, .. } = d; l.«close»() }", "Log"),
    ("fn f(d: Door) { let Door { «log», .. } = d; }", "Door"),
    ("fn f() { let d = Door::make()?; d.«close»() }", "Door"),
    ("fn f() { let d: Door = make(); d.«close»() }", "Door"),
    ("fn f() { let d = make(); d.«close»() }", ""),
    ("fn f(d: Door) { let d = d.log; d.«close»() }", "Log"),
    ("fn f(d: Door) { let d = d.«log»; }", "Door"),
    ("fn f(d: Door) { { let d = Log; } d.«close»() }", "Door"),
    ("fn f() { let d = if x { Door::new() } else { y }; d.«close»() }", ""),
    ("fn f() { let d = match x { 1 => Door::new(), _ => Door::new() }; d.«close»() }", "Door"),
    ("fn f() { let d = Rc::new(Door::new()); d.«close»() }", "Door"),
    ("fn f() { let d = RefCell::new(Door::new()); d.borrow_mut().«close»() }", "Door"),
    ("fn f(d: Arc<Mutex<Door>>) { d.lock().unwrap().«close»() }", "Door"),
    ('fn f() { let file = File::open("x").unwrap(); file.«close»() }', "foreign"),
    ("fn f() { let mut v = Vec::new(); v.push(Door::new()); v[0].«close»() }", "Door"),
    ("fn f() { let p = std::path::PathBuf::new(); p.«push»(1); }", "foreign"),
    ("fn f(p: (Log, Door)) { let (_, d) = p; d.«close»() }", "Door"),
    ("fn f(p: Pair) { let Pair(_, l) = p; l.«close»() }", "Log"),
    ("fn f() { let d = Door::default(); d.clone().«close»() }", "Door"),
    ("fn f(p: Pair) { p.1.«close»() }", "Log"),
    ("fn f(p: Pair) { let Pair(d, l) = p; l.«close»() }", "Log"),
    ("fn f((d, l): (Door, Log)) { l.«close»() }", "Log"),
    ("fn f(c: Color) { match c { Color::Dark(d) => d.«close»(), _ => {} } }", "Door"),
    ("fn f(c: Color) { match c { Color::Light { door } => door.«close»(), _ => {} } }", "Door"),
    ("fn f(c: Color) { match c { Color::Light { «door» } => {} _ => {} } }", "Color.Light"),
    ("fn f(c: Color) { match c { Color::«Red» => {} _ => {} } }", "Color"),
    ("enum E { «A» }", "E"),
    ("fn f<T>(d: T) { d.«close»() }", ""),
    ("fn f<T: Shape>(d: T) { d.«area»() }", "Shape"),
    ("fn f<T>(d: T) where T: Shape + Clone { d.«area»() }", "Shape"),
    ("fn f(d: &dyn Shape) { d.«area»() }", "Shape"),
    ("fn f(d: impl Shape) { d.«area»() }", "Shape"),
    ("fn f(d: Box<dyn Shape>) { d.«area»() }", "Shape"),
    ("fn f<Door>(d: Door) { d.«close»() }", ""),
    ('fn f(d: Door) { println!("{}", d.«close»()) }', "Door"),
    ('fn f(d: Door) { println!("{}", d.log().«close»()) }', "Log"),
    ('fn f() { println!("{}", Door::new().«close»()) }', "Door"),
    ("fn f(d: Door) { x!(d, e.«close»()) }", ""),
    ("impl Shape for f64 { fn area(&self) -> i32 { 1 } }\nfn f(x: f64) { x.«area»() }", ""),
    ("mod inner { pub struct Door; impl Door { fn f(&self) { self.«g»() } } }", "inner.Door"),
    ("mod inner { pub struct Door; }\nfn f(d: inner::Door) { d.«close»() }", "inner.Door"),
    ("mod tests { use super::*; fn f(d: Door) { d.«close»() } }", "Door"),
    ("mod tests { use super::Door; fn f(d: Door) { d.«close»() } }", "Door"),
    ("mod tests { use crate::Door; fn f() { Door::new().«close»() } }", "Door"),
    ("type D = Door;\nfn f(d: D) { d.«close»() }", "Door"),
    ("struct S { «size»: i32 }", "S"),
    ("fn «f»() {}", ""),
]


CPP_TYPES = """
#include "thing.h"
class Log { public: void close(); };
class Door {
public:
    void close() { log.close(); }
    Door *next();
    static Door make();
    Log log;
    Door *after;
    std::vector<Door> all;
    std::map<std::string, Door> table;
    std::unique_ptr<Door> owned;
    std::string name;
    Thing thing;
    struct Part { int size; };
};
void free_function(Door d);
"""
CPP = [
    ("void Door::f() { «close»(); }", "Door"),
    ("void Door::f() { this->«close»(); }", "Door"),
    ("void Door::f() { log.«close»(); }", "Log"),
    ("void Door::f() { after->after->«close»(); }", "Door"),
    ("void Door::f(Log log) { log.«close»(); }", "Log"),
    ("void Door::f(Thing log) { log.«close»(); }", "foreign"),
    ("void Door::f() { use(«log»); }", "Door"),
    ("void Door::f(int log) { use(«log»); }", ""),
    ("void Door::«f»() {}", "Door"),
    ("void Door::f() { [&] { «close»(); }(); }", "Door"),
    ("void Other::f() { this->«g»(); }", "Other"),
    ("void f(Other o) { o.«g»(); }\nvoid Other::g() {}", "Other"),
    ("class A { void «close»(); };", "A"),
    ("class A { int «size»; };", "A"),
    ("class A { int *«size» = nullptr; };", "A"),
    ("class A { void «f»() {} };", "A"),
    ("class A { template <class T> T «get»(); };", "A"),
    ("class A { A() : «size»(1) {} int size; };", "A"),
    ("class A : Door { void f() { «close»(); } };", "A"),
    ("class A : Door { void f() { Door::«close»(); } };", "Door"),
    ("void f(Door d) { d.«close»(); }", "Door"),
    ("void f(const Door &d) { d.«close»(); }", "Door"),
    ("void f(Door *d) { d->«close»(); }", "Door"),
    ("void f(Door *d) { (*d).«close»(); }", "Door"),
    ("void f(Door d[]) { d[0].«close»(); }", "Door"),
    ("void f(auto d) { d.«close»(); }", ""),
    ("void f() { Door d; d.«close»(); }", "Door"),
    ("void f() { Door d(1), e; e.«close»(); }", "Door"),
    ("void f() { Door d{1}; d.«close»(); }", "Door"),
    ("void f() { auto d = Door(); d.«close»(); }", "Door"),
    ("void f() { auto d = Door{}; d.«close»(); }", "Door"),
    ("void f() { auto *d = new Door(); d->«close»(); }", "Door"),
    ("void f() { auto d = Door::make(); d.«close»(); }", "Door"),
    ("void f() { auto d = other(); d.«close»(); }", ""),
    ("void f() { Door::«make»(); }", "Door"),
    ("void f() { Door::make().next()->«close»(); }", "Door"),
    ("void f(Door d) { d.all.«push_back»(d); }", "foreign"),
    ("void f(Door d) { d.all[0].«close»(); }", "Door"),
    ("void f(Door d) { d.all.back().«close»(); }", "Door"),
    ("void f(Door d) { for (auto &x : d.all) x.«close»(); }", "Door"),
    ("void f(Door d) { for (const Door &x : d.all) x.«close»(); }", "Door"),
    ("void f(Door d) { for (auto &[k, x] : d.table) x.«close»(); }", "Door"),
    (
        "void f(Door d) { for (auto it = d.all.begin(); it != d.all.end(); ++it) it->«close»(); }",
        "Door",
    ),
    ("void f(Door d) { auto it = d.table.find(1); it->second.«close»(); }", "Door"),
    ("void f(Door d) { d.table[1].«close»(); }", "Door"),
    ("void f(Door d) { d.owned->«close»(); }", "Door"),
    ("void f(Door d) { d.owned.«reset»(); }", "foreign"),
    ("void f(Door d) { d.name.«size»(); }", "foreign"),
    ("void f(Door d) { d.thing.«close»(); }", "foreign"),
    ("void f(Door d) { d.thing.x.«close»(); }", ""),
    ("void f() { auto d = std::make_shared<Door>(); d->«close»(); }", "Door"),
    ("void f(std::shared_ptr<Door> d) { d->«close»(); }", "Door"),
    ("void f(Base *b) { if (auto *d = dynamic_cast<Door *>(b)) d->«close»(); }", "Door"),
    ("void f(Door d) { auto g = [](Log d) { d.«close»(); }; }", "Log"),
    ("void f(Door d) { { Log d; d.«close»(); } }", "Log"),
    ("void f(Door d) { { Log d; } d.«close»(); }", "Door"),
    ("void f() { try {} catch (const Door &d) { d.«close»(); } }", "Door"),
    ("template <typename T> void f(T d) { d.«close»(); }", ""),
    ("template <typename Door> void f(Door d) { d.«close»(); }", ""),
    ("template <typename T> class Box { T item; void f() { item.«close»(); } };", ""),
    ("using D = Door;\nvoid f(D d) { d.«close»(); }", "Door"),
    ("typedef Door *D;\nvoid f(D d) { d->«close»(); }", "Door"),
    ("void f(Door::Part p) { p.«size»; }", "Door.Part"),
    ("namespace n { struct A { int x; }; }\nvoid f(n::A a) { a.«x»; }", "n.A"),
    ("namespace n { struct A { int x; }; }\nusing namespace n;\nvoid f(A a) { a.«x»; }", ""),
    ("namespace n { struct A { int x; }; }\nnamespace n { void f(A a) { a.«x»; } }", "n.A"),
    ("namespace n { struct A { void f(); int x; }; }\nvoid n::A::f() { this->«x»; }", "n.A"),
    ("enum class Color { «RED» };", "Color"),
    ("enum class Color { RED };\nauto c = Color::«RED»;", "Color"),
    ("Door global;\nvoid f() { global.«close»(); }", "Door"),
    ("struct P { int x; };\nP p = { .«x» = 1 };", "P"),
    ("void f() { std::cout.«flush»(); }", ""),
]
C = [
    ("void f(struct point *p) { p->«x»; }", "point"),
    ("void f(point_t *p) { p->«x»; }", "point"),
    ("void f(Anon a) { a.«x»; }", "Anon"),
    ("void f(struct line l) { l.from.«x»; }", "point"),
    ("void f(struct line *l) { l->next->next->«from»; }", "line"),
    ("void f(struct line *l) { l->points[1].«x»; }", "point"),
    ("void f(struct line *l) { l->many->«x»; }", "point"),
    ("void f(void) { struct point p; p.«x» = 1; }", "point"),
    ("void f(void) { struct point p = { .«x» = 1 }; }", "point"),
    ("void f(void) { struct line l = { .from = { .«x» = 1 } }; }", "point"),
    ("void f(void) { struct point ps[2] = { { .«x» = 1 } }; }", "point"),
    ("void f(void) { g((struct point){ .«x» = 1 }); }", "point"),
    ("void f(void) { struct point ps[2]; ps[0].«x»; }", "point"),
    ("void f(void) { struct point *p = malloc(1); p->«x»; }", "point"),
    ("void f(void *v) { ((struct point *)v)->«x»; }", "point"),
    ("void f(void *v) { ((point_t *)v)->«x»; }", "point"),
    ("void f(struct point *p) { (*p).«x»; (&p[1])->x; }", "point"),
    ("void f(struct point *p) { (&p[1])->«x»; }", "point"),
    ("void f(struct point *p) { { struct other *p; p->«x»; } }", "foreign"),
    ("void f(struct point p) { { struct line p; } p.«x»; }", "point"),
    ("void f(FILE *p) { p->«x»; }", "foreign"),
    ("void f(struct stat *s) { s->«x»; }", "foreign"),
    ("void f(void) { make()->«x»; }", "point"),
    ("void f(void) { other()->«x»; }", ""),
    ("void f(void) { global.«x»; }", "point"),
    ("void f(void) { MACRO(p)->«x»; }", ""),
    ("void f(union u *v) { v->«x»; }", "u"),
    ("void f(union u *v) { v->inner.«x»; }", "u.inner"),
    ("void f(struct holder *h) { h->«x»; }", "holder"),
    ("struct s { int «x»; };", "s"),
    ("struct s { struct { int «x»; }; };", "s"),
    ("struct s { struct point «x»[2]; };", "s"),
    ("enum e { «x» };", "e"),
]
C_TYPES = """
struct point { int x, y; };
typedef struct point point_t;
typedef struct { int x; } Anon;
struct line { struct point from; point_t *many; struct line *next; struct point points[2]; };
union u { int x; struct { int x; } inner; };
struct holder { union { int x; float y; }; };
struct point *make(void);
static struct point global;
"""


def receiver_of(language: str, code: str) -> Receiver:
    before, marked, after = code.split("«")[0], *code.split("«")[1].split("»")
    source = Source(before + marked + after, named(language))
    start = len(before.encode("utf-8"))
    node = next(n for n in source.nodes if n.start_byte == start and not n.children)
    return Receivers(source).receiver_of(node)


def told(receiver: Receiver) -> str:
    return "foreign" if receiver.foreign else " ".join(sorted(receiver.classes))


@pytest.mark.parametrize(("code", "expected"), PYTHON)
def test_python(code: str, expected: str) -> None:
    assert told(receiver_of("python", code)) == expected


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize(("code", "expected"), JAVASCRIPT)
def test_javascript(language: str, code: str, expected: str) -> None:
    assert told(receiver_of(language, code)) == expected


@pytest.mark.parametrize(("code", "expected"), TYPESCRIPT)
def test_typescript(code: str, expected: str) -> None:
    assert told(receiver_of("typescript", code)) == expected


@pytest.mark.parametrize(("code", "expected"), TSX)
def test_tsx(code: str, expected: str) -> None:
    assert told(receiver_of("tsx", code)) == expected


@pytest.mark.parametrize(("code", "expected"), GO)
def test_go(code: str, expected: str) -> None:
    assert told(receiver_of("go", GO_TYPES + code)).partition(" ")[0] == expected


@pytest.mark.parametrize(("code", "expected"), JAVA)
def test_java(code: str, expected: str) -> None:
    assert told(receiver_of("java", JAVA_TYPES + code + "}")).partition(" ")[0] == expected


@pytest.mark.parametrize(("code", "expected"), RUST)
def test_rust(code: str, expected: str) -> None:
    assert told(receiver_of("rust", RUST_TYPES + code)) == expected


@pytest.mark.parametrize(("code", "expected"), CPP)
def test_cpp(code: str, expected: str) -> None:
    assert told(receiver_of("cpp", CPP_TYPES + code)) == expected


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize(("code", "expected"), C)
def test_c(language: str, code: str, expected: str) -> None:
    assert told(receiver_of(language, C_TYPES + code)).partition(" ")[0] == expected


def test_an_object_of_a_foreign_base_may_be_one_of_ours() -> None:
    code = "import io\nclass Door(io.RawIOBase): ...\ndef f(x: io.RawIOBase): x.«close»()"
    assert told(receiver_of("python", code)) == ""


PROTOCOL = """
from typing import Protocol
class Shape(Protocol):
    def area(self) -> float: ...
class Circle:
    def area(self): ...
class Log:
    def close(self): ...
"""
GO_FAMILY = """
package p
type Shape interface { Area(scale int) float64 }
type Base struct{}
func (b *Base) Area(int) float64 { return 0 }
func (b *Base) Close() {}
type Circle struct { Base }
func (c Circle) Area(n int) float64 { return 1 }
type Disc struct { *Base }
type Other struct {}
func (o Other) Area() float64 { return 2 }
func (o Other) Close() {}
"""


def satisfied(language: str, code: str, name: str) -> frozenset[str]:
    return Receivers(Source(code, named(language))).satisfied(name)


def test_which_interfaces_a_class_satisfies() -> None:
    assert satisfied("python", PROTOCOL, "Circle") == {"Shape"}
    assert satisfied("python", PROTOCOL, "Log") == frozenset()
    assert satisfied("go", GO_FAMILY, "Circle") == {"Shape"}
    assert satisfied("go", GO_FAMILY, "Disc") == {"Shape"}
    assert (
        satisfied("go", GO_FAMILY, "Other") == frozenset()
    )  # its method takes and gives other things


DEEP = [
    ("python", "def f(x: " + "list[" * 1500 + "int" + "]" * 1500 + "): x.«close»()"),
    ("python", "[" * 1500 + "a" + "]" * 1500 + " = x\na.«close»()"),
    ("typescript", "let x: " + "A | " * 1500 + "B; x.«close»()"),
    ("rust", "fn f() { p!(a" + ".b()" * 1500 + ".«close»()) }"),
]


@pytest.mark.parametrize(("language", "code"), DEEP, ids=range(len(DEEP)))
def test_what_nests_deeper_than_calls_is_not_evident(language: str, code: str) -> None:
    assert told(receiver_of(language, code)) == ""
