"""`python -m tests.serving MODEL`: the Rasa server as it runs for customers, but with this model."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest.mock import patch

from runtime import rasa_server, training

if __name__ == "__main__":
    with patch.object(training, "newest_model", return_value=Path(sys.argv[1])):
        rasa_server.main()
