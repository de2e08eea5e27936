"""`python -m policy_core`: the policy engine on the command line."""

import sys

from policy_core.command_line import main

sys.exit(main())
