"""What a process has loaded for as long as it lives is taken out of the garbage collector's walk.

Templates, the ways to addresses and plans of queries are loaded by the first requests that need them. A full collection walked
all of that each time and took a page of 20 ms, now and then, to 60.
"""

import gc

# Most of what lasts is there after the first answers, the rest when people have been everywhere once.
SETTLES_AT = frozenset({40, 400, 4_000})


class Settling:
    """Counts the answers of one process, and at each of SETTLES_AT freezes what lives then.

    A race between threads can only miss a count or settle twice; neither does harm.
    """

    def __init__(self) -> None:
        self.answers = 0

    def answered(self) -> None:
        """Count one answer; at some counts collect what is garbage (some 40 ms, in that request) and freeze the rest."""
        self.answers += 1
        if self.answers in SETTLES_AT:
            gc.collect()
            gc.freeze()
