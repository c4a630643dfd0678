"""What a fault did, in numbers, with the seed that makes it again."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from time import monotonic


class Report:
    """Collects numbers and prints them on one line; `chance` is all that is left to chance."""

    def __init__(self, what: str, seed: int) -> None:
        self.what, self.seed = what, seed
        self.chance = Random(f"{what}:{seed}")
        self._began = monotonic()

    def tell(self, **numbers: object) -> None:
        """Print numbers by their names, at the end of what was tried."""
        said = " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        print(f"\n{self.what}, seed {self.seed}, {monotonic() - self._began:.0f} s: {said}")


def middle_and_most(seconds: Sequence[float]) -> str:
    """The middle and the largest of some times, for people."""
    return f"p50 {_ms(sorted(seconds)[len(seconds) // 2])} max {_ms(max(seconds))}" if seconds else "none"


def crowding() -> float:
    """How many times as long as alone something takes just now, because others work on this machine too; never less than one.

    A target in seconds is one for a machine that does nothing else.
    """
    began, used = monotonic(), getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-I", "-S", "-c", "sum(n * n for n in range(1_000_000))"], check=True)
    lasted, spent = monotonic() - began, getrusage(RUSAGE_CHILDREN)
    return max(1.0, lasted / (spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime))


def lost(acknowledged: Iterable[str], found: Iterable[str]) -> list[str]:
    """What was acknowledged and is not there."""
    return sorted(set(acknowledged) - set(found))


def doubled(found: Iterable[str]) -> list[str]:
    """What is there more than once."""
    return sorted(one for one, times in Counter(found).items() if times > 1)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
