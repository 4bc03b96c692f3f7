"""Draws that come out the same for a seed, on every machine and under every version of Python.

Only `random.Random.random` is promised never to change, so everything is made of it, and of arithmetic that IEEE 754
rounds in one way alone (a square root, but no power).
"""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws from one seed."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random  # noqa: S311 - an invented population, not a secret

    def chance(self, share: float) -> bool:
        """True for that share of draws."""
        return self._next() < share

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`, each as likely."""
        return things[int(self._next() * len(things))]

    def common(self, things: Sequence[T]) -> T:
        """One of `things`, the first ones far more often."""
        share = self._next()
        return things[int(share * math.sqrt(share) * len(things))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))
