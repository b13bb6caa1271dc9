"""Renames by rope: jobs come as lines of JSON on stdin, the files that they change go to stdout as lines of JSON."""

import json
import os
import sys
import time

from rope.base.exceptions import RopeError
from rope.base.project import Project
from rope.refactor.rename import Rename


def main(folder: str) -> None:
    """Answer jobs until stdin ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print there too
    project = Project(folder, ropefolder=None)
    for line in sys.stdin:
        job = json.loads(line)
        project.validate()  # files may have come since
        resource = project.get_resource(job["path"])
        lines = resource.read().splitlines(keepends=True)
        offset = sum(map(len, lines[: job["line"]])) + job["character"]
        began, files, refusal = time.perf_counter(), {}, ""
        try:
            changes = Rename(project, resource, offset).get_changes(job["new"])
            files = {each.resource.path: each.new_contents for each in changes.changes}
        except (RopeError, RecursionError, AttributeError, TypeError, KeyError) as error:
            refusal = f"{type(error).__name__}: {error}"
        answer = {"files": files, "refusal": refusal, "seconds": time.perf_counter() - began}
        print(json.dumps(answer), file=out, flush=True)


main(sys.argv[1])
