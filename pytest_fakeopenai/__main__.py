"""`python -m pytest_fakeopenai` is the command `fakeopenai`."""

from .cli import main

raise SystemExit(main())
