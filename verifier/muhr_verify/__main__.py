"""`python -m muhr_verify` is `muhr-verify`."""

import sys

from muhr_verify.command import main

sys.exit(main())
