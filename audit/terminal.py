"""What a command says to whoever runs it."""

import sys


def say(text: str) -> None:
    """A line of what was asked for."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def refuse(why: object, status: int) -> int:
    """Why nothing was done; the command's exit status."""
    sys.stderr.write(f"{why}\n")
    return status
