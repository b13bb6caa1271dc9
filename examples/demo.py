"""`make demo`: edit a copy of a real file with the embedded model, and fail if the result is not right."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLD, NEW = "parse_line", "decode_line"
EXAMPLE = Path(__file__).with_name("log_report.py")


def main() -> None:
    """Run `specedit apply`, show what it shows, and check the file."""
    workspace = Path(__file__).parent.parent / ".demo"
    workspace.mkdir(exist_ok=True)
    file = workspace / EXAMPLE.name
    shutil.copy(EXAMPLE, file)
    command = [sys.executable, "-m", "specedit", "apply", file.name, f"rename {OLD} to {NEW}"]
    print(f'$ specedit apply {file.name} "rename {OLD} to {NEW}"', flush=True)
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=workspace, check=False, env={**os.environ, "FORCE_COLOR": "1"}
    )
    seconds = time.perf_counter() - began
    expected = re.sub(rf"\b{OLD}\b", NEW, EXAMPLE.read_text("utf-8"))
    if done.returncode or file.read_text("utf-8") != expected:
        sys.exit(f"demo: the result in {file} is not right (exit code {done.returncode})")
    compile(expected, file.name, "exec")
    print(f"demo: right, in {seconds:.1f} s with the start of the program; the file is {file}")


if __name__ == "__main__":
    main()
