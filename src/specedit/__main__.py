"""`python -m specedit`."""

import sys

# `-m` puts the current folder first: whoever edits files there does not mean to import them.
if not sys.flags.safe_path:
    del sys.path[0]

from specedit.cli.entry import main

sys.exit(main())
