"""A definition of JavaScript or TypeScript moved to another module: all mean what they did, and what would not is refused."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.edits.definition_moves import moved, write

from specedit.engine.errors import EditRefused

UTIL = """\
import { join, sep } from 'path';
import { two } from './two.js';

export const LIMIT = 3;
const own = new Map();

/** Shouts. */
export function shout(x) {
  return join(x.toUpperCase(), sep) + two() + LIMIT;
}

export function low(x) {
  return two() + x.toLowerCase() + sep;
}

export default class Client {
  get() {
    return low('a');
  }
}

function remember(x) {
  own.set(x, 1);
  return own.size;
}

export const twice = (x) => remember(x) + remember(x);

export function idle() {
  return 1;
}
"""
FILES = {
    "package.json": '{"type": "module"}',
    "src/util.js": UTIL,
    "src/two.js": "export const two = () => 2;\n",
    "src/lib/text.js": "import { sep } from 'path';\n\nexport const bar = sep;\n",
    "src/index.js": "export * from './util.js';\nexport { default as Client } from './util.js';\n",
    "main.js": (
        "import Client, { shout as s, idle } from './src/util.js';\n"
        "import * as u from './src/util.js';\n"
        "import { low, Client as C2, twice } from './src/index.js';\n\n"
        "console.log(s('a'), low('b'), u.shout('c'), new Client().get(), C2 === Client, twice('d'), idle(), u.LIMIT);\n"
    ),
}


def shown(files: dict[str, str], folder: Path) -> str:
    write(files, folder)
    node = shutil.which("node")
    assert node is not None
    command = [node, "main.js"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


@needs_node
@pytest.mark.parametrize(
    "what",
    [
        "shout to src/lib/text.js",
        "shout to src/lib/deep/new.js",
        "Client to src/client.js",
        "low to src/low.js",
        "idle to src/two.js",
        "twice to src/lib/text.js",
        "LIMIT to src/two.js",
        "two to src/util.js",
    ],
)
def test_the_program_does_what_it_did(what: str, tmp_path: Path) -> None:
    before = shown(FILES, tmp_path / "before")
    assert shown(moved(f"move {what}", FILES), tmp_path / "after") == before


def test_what_is_written() -> None:
    after = moved("move the function shout to src/lib/text.js", FILES)
    assert after["src/lib/text.js"] == (
        "import { join, sep } from 'path';\nimport { two } from '../two.js';\nimport { LIMIT } from '../util.js';\n\n"
        "export const bar = sep;\n\n/** Shouts. */\nexport function shout(x) {\n"
        "  return join(x.toUpperCase(), sep) + two() + LIMIT;\n}\n"
    )
    assert after["src/util.js"].startswith("import { sep } from 'path';\nimport { two }")
    assert after["src/index.js"] == FILES["src/index.js"].replace(
        "export { default", "export { shout } from './lib/text.js';\nexport { default"
    ) or after["src/index.js"].endswith("export { shout } from './lib/text.js';\n")
    assert after["main.js"].startswith("import Client, { idle } from './src/util.js';\n")
    assert "shout as s" in after["main.js"] and " shout('c')" in after["main.js"]


def test_it_goes_back() -> None:
    there = moved("move idle to src/two.js", FILES)
    assert "export function idle() {\n  return 1;\n}\n" in there["src/two.js"]
    back = moved("move idle from src/two.js to src/util.js", there)
    assert back["src/util.js"] == UTIL and back["src/two.js"] == FILES["src/two.js"]


def test_a_default_export_gets_its_name() -> None:
    after = moved("move Client to src/client.js", FILES)
    assert after["src/client.js"].startswith(
        "import { low } from './util.js';\n\nexport class Client {"
    )
    assert after["src/index.js"].endswith("export { Client } from './client.js';\n")
    assert "import { Client } from './src/client.js';" in after["main.js"]


def test_what_the_old_module_kept_to_itself_is_exported() -> None:
    after = moved("move twice to src/two.js", FILES | {"src/util.js": UTIL.replace("two()", "2").replace("import { two } from './two.js';\n", "")})  # fmt: skip
    assert "\nexport function remember(x)" in after["src/util.js"]
    assert after["src/two.js"].startswith("import { remember } from './util.js';\n\n")
    assert "import { twice } from './src/two.js';" in after["main.js"] or (
        "export { twice } from './two.js';" in after["src/index.js"]
    )


TYPED = {
    "src/a.ts": (
        "import type { Shape } from './shape';\nimport { Box, type Size } from './box';\n\n"
        "export interface Area { size: Size }\n\nexport const area = (shape: Shape): Area => ({ size: new Box(shape).size });\n\n"
        "export function both(area1: Area) {\n  return area1;\n}\n"
    ),
    "src/box.ts": "import type { Shape } from './shape';\n\nexport type Size = number;\nexport class Box {\n  size: Size = 1;\n  constructor(readonly shape: Shape) {}\n}\n",
    "src/shape.ts": "export interface Shape { name: string }\n",
    "src/use.ts": "import { area, type Area } from './a';\nimport * as a from './a';\n\nlet x: a.Area = area({ name: 'b' });\nexport const y: Area = x;\n",
    "src/view.tsx": "import { area } from './a';\n\nexport const View = () => <p>{area({ name: 'v' }).size}</p>;\n",
}


def test_types_go_as_types() -> None:
    after = moved("move Area to src/types.ts", TYPED)
    assert after["src/types.ts"] == (
        "import { type Size } from './box';\n\nexport interface Area { size: Size }\n"
        if "import { type Size }" in after["src/types.ts"]
        else "import type { Size } from './box';\n\nexport interface Area { size: Size }\n"
    )
    assert "import type { Area } from './types';\n" in after["src/a.ts"]
    assert "import { Box } from './box';\n" in after["src/a.ts"]
    assert "let x: Area = area(" in after["src/use.ts"]
    assert "import * as a" not in after["src/use.ts"]
    assert after["src/view.tsx"] == TYPED["src/view.tsx"]


def test_elements_need_what_they_are_made_by() -> None:
    files = TYPED | {
        "src/view.tsx": "import React from 'react';\n"
        + TYPED["src/view.tsx"]
        + "\nexport const Other = () => <b/>;\n"
    }
    after = moved("move Other to src/other.tsx", files)
    assert (
        after["src/other.tsx"] == "import React from 'react';\n\nexport const Other = () => <b/>;\n"
    )
    assert after["src/view.tsx"].startswith("import React from 'react';\n")


def test_a_package_goes_on_giving_what_it_gave() -> None:
    files = {
        "package.json": '{"name": "p", "exports": {".": "./dist/index.js", "./more/*": "./dist/more/*.js"}}',
        "src/index.ts": "export function f() {}\nexport function g() {}\n",
        "src/more/h.ts": "export function h() {}\n",
        "src/other.ts": "import { f } from './index';\n\nexport const o = () => f();\n",
    }
    after = moved("move g to src/g.ts", files)
    assert after["src/index.ts"] == "export { g } from './g';\n\nexport function f() {}\n"
    there = moved("move h to src/g.ts", files)
    assert there["src/more/h.ts"].strip() == "export { h } from '../g';"


def test_directives_go_along() -> None:
    files = {
        "a.js": "'use client';\n\nimport { x } from 'y';\n\nexport const f = () => x;\nexport const g = 1;\n",
        "b.js": "import { f } from './a.js';\n\nf();\n",
    }
    after = moved("move f to ./c.js", files)
    assert after["c.js"] == "'use client';\n\nimport { x } from 'y';\n\nexport const f = () => x;\n"


@pytest.mark.parametrize(
    ("what", "changed", "complaint"),
    [
        ("shout to new.js", {}, "may be src/new.js or ./new.js"),
        ("shout to gone/new.js", {}, "no folder 'gone'"),
        ("shout to src/new.ts", {}, "only one of src/util.js and src/new.ts has types"),
        ("remember to src/two.js", {}, "src/two.js and src/util.js would import each other"),
        ("own to src/two.js", {}, "is no function, class or type"),
        ("idle to src/two.js", {"src/util.js": UTIL + "\nidle.x = 1;\n"}, "does something when the module is loaded"),
        ("idle to src/two.js", {"src/two.js": FILES["src/two.js"] + "init();\n"}, "does something when the module is loaded"),
        ("idle to src/two.js", {"src/util.js": UTIL + "\nexport const a = wrap(idle);\n"}, "hands 'idle' on when the module is loaded"),
        ("idle to src/two.js", {"src/util.js": UTIL + "\nexport const f = () => { idle = 2; };\n"}, "gives 'idle' another value"),
        ("idle to src/two.js", {"src/util.js": UTIL.replace("return 1", "return require('x')")}, "uses 'require'"),
        ("idle to src/two.js", {"src/two.js": "module.exports = 1;\n"}, "uses 'module'"),
        ("idle to src/two.js", {"src/two.js": "const two = 2;\n"}, "it neither imports nor exports"),
        ("idle to src/two.js", {"src/two.js": "export const idle = 2;\n"}, "'idle' is another thing|has another 'idle'"),
        ("idle to src/two.js", {"src/two.js": "export const two = () => idle;\n"}, "'idle' is"),
        ("idle to src/two.js", {"src/util.js": UTIL.replace("return 1", "return two()"), "src/two.js": "const x = 1;\nexport { x as two };\n"}, "which is 'x' there"),
        ("idle to src/two.js", {"src/util.js": UTIL.replace("return 1", "return import.meta.url")}, "uses 'import.meta'"),
        ("idle to src/lib/text.js", {"src/util.js": UTIL.replace("return 1", "return import('./two.js')")}, "has the path './two.js'"),
        ("idle to src/two.js", {"src/util.js": UTIL.replace("return 1", "return fetch('/')"), "src/two.js": FILES["src/two.js"] + "export const fetch = 1;\n"}, "'fetch' is another thing"),
        ("idle to src/lib/text.js", {"src/util.js": UTIL.replace("return 1", "return LIMIT"), "src/lib/text.js": "export const x = () => LIMIT;\n"}, "language's own in src/lib/text.js"),
        ("idle to src/lib/text.js", {"src/util.js": UTIL.replace("return 1", "return join()"), "src/lib/text.js": "import { join } from 'other';\n\nexport const x = join;\n"}, "'join' is another thing"),
        ("idle to src/two.js", {"src/util.js": UTIL.replace("return 1", "count += 1") + "let count = 0;\n"}, "assigns to 'count' of its module"),
        ("idle to src/two.js", {"more.js": "import('./src/util.js').then((m) => m.idle());\n"}, "line 1 of more.js names src/util.js otherwise"),
        ("idle to src/two.js", {"more.js": "jest.mock('./src/util.js', () => ({ idle: 1 }));\n"}, "line 1 of more.js names src/util.js otherwise"),
        ("idle to src/two.js", {"more.js": "const { idle } = require('./src/util.js');\n"}, "line 1 of more.js names src/util.js otherwise"),
        ("idle to src/two.js", {"more.js": "import * as u from './src/util.js';\n\nconsole.log(Object.keys(u));\n"}, "uses src/util.js as an object"),
        ("idle to src/two.js", {"more.js": "import * as u from './src/util.js';\n\nexport const f = (idle) => u.idle(idle);\n"}, "means something else by that name"),
        ("idle to src/two.js", {"more.js": "export * as u from './src/util.js';\n"}, "hands on src/util.js as an object"),
        ("idle to src/two.js", {"src/two.js": "import * as u from './util.js';\n\nexport const two = () => u.idle();\n"}, "has src/util.js as an object"),
        ("idle to src/two.js", {"src/two.js": "import { idle as i } from './util.js';\n\nexport const two = () => i();\n"}, "by another name: 'i'"),
        ("twice to src/two.js", {"src/index.js": "export * from './util.js';\nexport * from './other.js';\n", "src/other.js": "export const remember = 5;\n", "more.js": "import { remember } from './src/index.js';\n\nremember;\n", "src/two.js": "export const two = 2;\n", "src/util.js": UTIL.replace("import { two } from './two.js';\n", "").replace("two()", "2")}, "'remember' in src/index.js would be nothing that can be told"),
        ("idle to src/lib/text.js", {"src/lib/text.js": "import fs from 'fs';\n\nexport const x = fs;\n"}, "'fs' of Node, which may not be there"),
        ("idle to src/lib/text.js", {"src/lib/package.json": '{"type": "commonjs"}'}, "modules of two kinds"),
        ("idle to src/two.js", {"src/two.js": "'use client';\n\nexport const two = () => 2;\n"}, 'has "use client"'),
        ("idle to src/two.js", {"src/util.d.ts": "export function idle(): number;\n"}, "only declares what another file has"),
        ("idle to pkg/two.py", {"pkg/two.py": ""}, "two languages"),
    ],
)  # fmt: skip
def test_what_is_refused(what: str, changed: dict[str, str], complaint: str) -> None:
    with pytest.raises(EditRefused, match=complaint):
        moved(f"move {what.replace(' to', ' from src/util.js to')}", FILES | changed)
