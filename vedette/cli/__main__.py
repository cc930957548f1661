"""`python -m vedette.cli`."""

import sys

from vedette.cli.main import main

sys.exit(main())
