"""How far long work has come, on standard error."""

import sys


def show(done: int, of: int) -> None:
    """Write over one line where there is a terminal, else a line a tenth."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {of}{'' if done < of else chr(10)}")
        sys.stderr.flush()
    elif done * 10 // of != (done - 1) * 10 // of:
        sys.stderr.write(f"{done} of {of}\n")
