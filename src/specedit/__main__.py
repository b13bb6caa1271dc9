"""`python -m specedit`."""

import sys

from specedit.cli.main import main

sys.exit(main())
