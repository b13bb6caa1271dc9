"""Renames by jedi: jobs come as lines of JSON on stdin, the files that they change go to stdout as lines of JSON."""

import json
import os
import sys
import time
from pathlib import Path

import jedi


def main(folder: str) -> None:
    """Answer jobs until stdin ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print there too
    project = jedi.Project(folder)
    for line in sys.stdin:
        job = json.loads(line)
        began, files, refusal = time.perf_counter(), {}, ""
        try:
            script = jedi.Script(path=Path(folder, job["path"]), project=project)
            place = {"line": job["line"] + 1, "column": job["character"]}
            changed = script.rename(**place, new_name=job["new"]).get_changed_files()
            files = {
                str(path.relative_to(folder)): each.get_new_code() for path, each in changed.items()
            }
        except (jedi.RefactoringError, ValueError, RecursionError) as error:
            refusal = f"{type(error).__name__}: {error}"
        answer = {"files": files, "refusal": refusal, "seconds": time.perf_counter() - began}
        print(json.dumps(answer), file=out, flush=True)


main(sys.argv[1])
