"""What takes hours by nature: `python -m tests.drills NAME [NUMBER]`. `make test` runs the same code short."""

import sys
from importlib import import_module

if __name__ == "__main__":
    import_module(f"tests.drills.{sys.argv[1]}").main(*map(int, sys.argv[2:]))
