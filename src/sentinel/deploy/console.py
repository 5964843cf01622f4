"""What the supervisor tells the person at the terminal."""

import sys


def say(words: str) -> None:
    """Print a line at once; a terminal that went away is no reason to stop."""
    try:
        print(words, flush=True)
    except (OSError, ValueError):
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115  it stays open to the end
