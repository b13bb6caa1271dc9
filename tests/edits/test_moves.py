"""A definition moved to another file: all modules mean what they did, and what would not is refused."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.edits.definition_moves import moved, write

from specedit.engine.errors import EditRefused

NET = """\
import json
import os
from functools import cache

from .text import strip

LIMIT = 3


# Gets a page.
@cache
def fetch(url: str, most: int = LIMIT) -> str:
    return json.dumps([strip(url), most])


class Client:
    def get(self) -> str:
        return fetch(" a ") + os.sep


def idle():
    return 1
"""
FILES = {
    "pkg/__init__.py": "from .net import Client, fetch as get\n",
    "pkg/net.py": NET,
    "pkg/text.py": "def strip(text):\n    return text.strip()\n",
    "pkg/utils/__init__.py": "",
    "pkg/utils/web.py": '"""Of the web."""\n\nimport os\n\nHERE = os.sep\n',
    "use.py": "def use():\n    from pkg.net import (\n        Client,\n        fetch,\n    )\n\n    return fetch(' b '), Client().get()\n",
}
SHOW = "import pkg, use, pkg.net, pkg.utils.web; print(pkg.get(' c '), pkg.Client().get(), use.use(), pkg.net.idle())"


def shown(files: dict[str, str], folder: Path) -> str:
    write(files, folder)
    run = subprocess.run(
        [sys.executable, "-S", "-E", "-B", "-c", SHOW],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_every_module_does_what_it_did(tmp_path: Path) -> None:
    before = shown(FILES, tmp_path / "before")
    first = moved("move the class Client from pkg/net.py to pkg/utils/web.py", FILES)
    assert shown(first, tmp_path / "first") == before
    second = moved("put fetch into pkg/text.py", first | {"pkg/net.py": first["pkg/net.py"].replace("LIMIT", "3").replace("3 = 3\n", "")})  # fmt: skip
    assert shown(second, tmp_path / "second") == before


def test_what_is_written() -> None:
    after = moved("move fetch to the module pkg/utils/web.py", FILES | {"pkg/net.py": NET.replace('fetch(" a ")', "''")})  # fmt: skip
    assert (
        after["pkg/__init__.py"] == "from .net import Client\nfrom .utils.web import fetch as get\n"
    )
    assert after["pkg/utils/web.py"] == (
        '"""Of the web."""\n\nimport json\nimport os\nfrom functools import cache\n\nfrom ..net import LIMIT\nfrom ..text import strip\n\n'
        "HERE = os.sep\n\n\n# Gets a page.\n@cache\ndef fetch(url: str, most: int = LIMIT) -> str:\n"
        "    return json.dumps([strip(url), most])\n"
    )
    assert after["pkg/net.py"].startswith(
        "import os\n\nfrom .text import strip\n\nLIMIT = 3\n\n\nclass Client"
    )
    assert "        Client,\n    )\n    from pkg.utils.web import fetch\n" in after["use.py"]


def test_it_goes_back() -> None:
    there = moved("move idle to pkg/text.py", FILES)
    assert there["pkg/text.py"].endswith("\n\n\ndef idle():\n    return 1\n")
    assert moved("move idle from pkg/text.py to pkg/net.py", there) == FILES


def test_a_file_that_uses_it_gets_it_behind_its_imports() -> None:
    files = FILES | {"pkg/utils/web.py": "import os\nfrom ..net import idle\n\nHERE = idle()\n"}
    after = moved("move idle to pkg/utils/web.py", files)
    assert (
        after["pkg/utils/web.py"] == "import os\n\n\ndef idle():\n    return 1\n\n\nHERE = idle()\n"
    )


def test_what_is_reached_through_its_module_is_imported(tmp_path: Path) -> None:
    use = (
        "import pkg.net as n\nfrom pkg import net\n\n\ndef use():\n    return n.idle(), net.idle, n.Client\n\n\n"
        "def late():\n    import pkg.net\n\n    return pkg.net.idle()\n"
    )
    files = FILES | {"use.py": use.replace("net.idle,", "net.idle(),")}
    assert "(1, 1," in shown(files, tmp_path / "before")
    after = moved("move idle to pkg/text.py", files)
    assert after["use.py"] == (
        "import pkg.net as n\nfrom pkg import net\nfrom pkg.text import idle\n\n\ndef use():\n    return idle(), idle(), n.Client\n\n\n"
        "def late():\n    import pkg.net\n\n    return idle()\n"
    )
    assert "(1, 1," in shown(after | {"pkg/net.py": NET}, tmp_path / "after")


def test_an_import_of_a_function_gets_its_own_beside_it() -> None:
    use = "def late():\n    from . import net\n    return net.idle()\n\n\ndef idle_too():\n    return 1\n"
    after = moved("move idle to pkg/text.py", FILES | {"pkg/late.py": use})
    assert after["pkg/late.py"].startswith(
        "def late():\n    from . import net\n    from .text import idle\n    return idle()\n"
    )


def test_a_file_is_made(tmp_path: Path) -> None:
    files = FILES | {"pkg/net.py": "from __future__ import annotations\n" + NET}
    after = moved("move idle to the new file pkg/rest.py", files)
    assert (
        after["pkg/rest.py"]
        == "from __future__ import annotations\n\n\ndef idle():\n    return 1\n"
    )
    there = moved("move fetch to utils/fetching.py", FILES | {"pkg/net.py": NET.replace("LIMIT", "3").replace("3 = 3\n", "").replace("fetch(\" a \")", "''")})  # fmt: skip
    assert there["pkg/utils/fetching.py"].startswith(
        "import json\nfrom functools import cache\n\nfrom ..text import strip\n\n\n# Gets a page.\n@cache\ndef fetch("
    )
    assert shown(there, tmp_path)


def test_imports_are_written_as_beside_them() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "from pkg.b import two\n\nONE = 1\n\n\ndef single():\n    return two() - ONE\n",
        "pkg/b.py": "def two():\n    return 2\n",
        "use.py": "import sys\n\nfrom pkg.a import ONE, single\nfrom pkg.b import two\n\nprint(single(), two(), ONE)\n",
    }
    after = moved("move single to pkg/c.py", files)
    assert after["pkg/c.py"].startswith(
        "from pkg.a import ONE\nfrom pkg.b import two\n\n\ndef single"
    )
    assert after["use.py"].startswith(
        "import sys\n\nfrom pkg.a import ONE\nfrom pkg.b import two\nfrom pkg.c import single\n\nprint"
    )


def test_packages_that_settings_map_to_folders_are_imported_by_their_names() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\n\n[tool.setuptools.package-dir]\n"shop" = "src/shop"\n"shop.net" = "net"\n',
        "src/shop/__init__.py": "",
        "net/__init__.py": "",
        "net/a.py": "from shop.net.b import two\n\n\ndef single():\n    return two()\n\n\ndef other():\n    return 1\n",
        "net/b.py": "def two():\n    return 2\n",
        "use.py": "from shop.net.a import single\n\nsingle()\n",
    }
    after = moved("move single to net/c.py", files)
    assert after["net/c.py"].startswith("from shop.net.b import two\n\n\ndef single")
    assert after["use.py"].startswith("from shop.net.c import single\n")
    after = moved("move two to net/c.py", files)
    assert after["net/a.py"].startswith("from shop.net.c import two\n")


def test_strings_that_equal_a_name_are_no_uses_but_exports_and_annotations_are() -> None:
    code = '__all__ = ["idle"]\n\n\ndef idle():\n    return 1\n\n\ndef f(how: "idle", name="idle"):\n    return {name: "idle"}\n'
    after = moved("move idle to b.py", {"a.py": code, "b.py": "def g():\n    pass\n"})
    assert after["a.py"] == code.replace("def idle():\n    return 1\n\n\n", "").replace(
        "__all__", "from b import idle\n\n__all__", 1
    )
    bare = code.replace('"idle"]', "]").replace(': "idle"', "")
    after = moved("move idle to b.py", {"a.py": bare, "b.py": "def g():\n    pass\n"})
    assert after["a.py"] == bare.replace("def idle():\n    return 1\n\n\n", "")


BASE = "class Base:\n    def __init_subclass__(cls):\n        ALL.append(cls)\n\n\nALL = []\n"


@pytest.mark.parametrize(
    ("what", "changed", "complaint"),
    [
        ("fetch to pkg/utils/web.py", {}, "pkg/net.py and pkg/utils/web.py would import each other"),
        ("fetch to new.py", {}, "a new one may be pkg/new.py or ./new.py: say which"),
        ("fetch to gone/new.py", {}, "there is no folder 'gone'"),
        ("fetch from gone.py to pkg/text.py", {}, "there is no file 'gone.py'"),
        ("idle to pkg/class.py", {}, "'class' is not a Python name"),
        ("idle to pkg/get.py", {}, "has another 'get' already"),
        ("idle to pkg/utils.py", {}, "pkg/utils/ is a package|has another 'utils'"),
        ("idle to ./json.py", {}, "a module of Python's library"),
        ("idle to ./yaml.py", {"use.py": "import yaml\n"}, "line 1 of use.py imports a 'yaml'"),
        ("gone to pkg/text.py", {}, "gone"),
        ("strip to pkg/text.py", {}, "is in pkg/text.py already"),
        ("idle to pkg/text.py", {"use.py": "import pkg.net\n\npkg.net.idle()\nfor idle in (): pass\n"}, "line 3 of use.py, where line 4 means something else"),
        ("idle to pkg/text.py", {"use.py": "import pkg.net\n\n\ndef f(idle):\n    pkg.net.idle(idle)\n"}, "where line 4 means something else"),
        ("idle to pkg/text.py", {"use.py": "try:\n    from pkg import net as n\nexcept ImportError:\n    n = None\n\nn.idle()\n"}, "use.py:6: may be reached"),
        ("idle to pkg/text.py", {"use.py": "import pkg.net\n\n\ndef f():\n    from old import idle\n    return pkg.net.idle() + idle()\n"}, "means something else"),
        ("idle to pkg/text.py", {"use.py": "from pkg.net import *\n\nidle()\n"}, "use.py"),
        ("idle to pkg/text.py", {"use.py": "patch('pkg.net.idle')\n"}, "use.py:1: 'idle' in a string"),
        ("fetch to pkg/text.py", {"use.py": "import pkg.net\n\npkg.net.json = None\n"}, "gives 'json' of pkg/net.py another meaning"),
        ("idle to pkg/utils/web.py", {"use.py": "from pkg.net import idle\n", "pkg/utils/web.py": "import msvcrt\n"}, "use.py would import pkg/utils/web.py, and with it 'msvcrt'"),
        ("idle to pkg/utils/web.py", {"use.py": "from pkg.net import idle\n", "pkg/utils/web.py": "import pandas\n"}, "and with it 'pandas'"),
        ("idle to pkg/utils/web.py", {"use.py": "import pkg.utils.web\n", "pkg/__init__.py": "", "pkg/net.py": "import pandas\n\n\ndef idle():\n    return pandas\n"}, "use.py would import pkg/utils/web.py, and with it 'pandas'"),
        ("idle to pkg/utils/web.py", {"pkg/utils/web.py": "assert WINDOWS\n"}, "does something when"),
        ("idle to pkg/utils/web.py", {"pkg/utils/web.py": "if NO:\n    raise ImportError\n"}, "does something when"),
        ("Client to pkg/text.py", {"use.py": "from pkg import net as n\n\nn.os, x = 1, 2\n"}, "line 3 of use.py gives 'os'"),
        ("Client to pkg/text.py", {"use.py": "from pkg import net as n\n\nn.os += 2\n"}, "line 3 of use.py gives 'os'"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("return 1", "return pkg.text") + "\n\nimport pkg.text\n"}, "uses pkg/text.py as an object"),
        ("idle to pkg/text.py", {"pkg/net.py": NET + "\n\ndef f(here):\n    return getattr(here, 'idle')\n"}, "named in a string, as for export"),
        ("idle to pkg/text.py", {"pkg/net.py": NET + "\n\nNAMES = {'a': 'idle'}\n\n\ndef f(name):\n    return globals()[NAMES[name]]()\n"}, "named in a string, as for export"),
        ("idle to pkg/text.py", {"pkg/net.py": NET + "\n\nidle.x = 1\n"}, "does something when the module is imported"),
        ("idle to pkg/text.py", {"pkg/net.py": NET + "\n\nLOG = note(idle)\n"}, "does something when the module is imported"),
        ("idle to pkg/text.py", {"pkg/net.py": NET + "\n\nprint()\n"}, "does something when the module is imported"),
        ("idle to pkg/text.py", {"pkg/text.py": "print()\n"}, "does something when the module is imported"),
        ("idle to pkg/text.py", {"pkg/net.py": NET + "\n\nidle = cache(idle)\n"}, "is not one function or class"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("return 1", "return __name__")}, "uses '__name__'"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("return 1", "global LIMIT; LIMIT = 2")}, "assigns to 'LIMIT'"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("return 1", "from . import text")}, "imports from beside its module"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("def idle", "@app.route\ndef idle")}, "decorated with 'app.route'"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("return 1", "return open('x')"), "pkg/text.py": "def open(x): ...\n"}, "'open' is another thing"),
        ("idle from net.py to pkg/text.py", {"pkg/text.py": "idle = 1\n"}, "has another 'idle'"),
        ("idle to pkg/text.py", {"pkg/text.py": "from __future__ import annotations\n"}, "only one of"),
        ("idle to pkg/text.py", {"pkg/net.py": NET.replace("return 1", "return LIMIT") + "\n\ndef more():\n    global LIMIT\n    LIMIT = 4\n"}, "is assigned anew by functions"),
        ("Own to pkg/text.py", {"pkg/net.py": NET + f"\n\n{BASE}\n\nclass Own(Base):\n    pass\n"}, "extends 'Base', which may keep a list"),
        ("Own to pkg/text.py", {"pkg/net.py": NET + "\n\nclass Own(Other):\n    pass\n"}, "extends 'Other'"),
        ("test_a to pkg/text.py", {"pkg/net.py": NET + "\n\ndef test_a(tmp_path): ...\n"}, "is found by its name and place"),
        ("strip to use.py", {}, "cannot import use.py with dots"),
        ("idle to web.py", {"pkg/web.py": ""}, "may be pkg/utils/web.py or pkg/web.py|may be pkg/web.py or"),
        ("idle to pkg/text.py", {"use.py": "from pkg.net import Client; from pkg.net import idle, fetch\n"}, "more than an import"),
    ],
)  # fmt: skip
def test_what_is_refused(what: str, changed: dict[str, str], complaint: str) -> None:
    with pytest.raises(EditRefused, match=complaint):
        moved(f"move {what}", FILES | changed)
