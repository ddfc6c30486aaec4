"""How is the command line reached without its script? As ``python -m autograd``."""

from autograd.cli import main

raise SystemExit(main())
