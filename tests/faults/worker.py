"""`weft jobs` whose claims hold as many seconds as its first word says, so that a test need not wait for minutes."""

import sys
from argparse import Namespace
from datetime import timedelta

from jobs import outbox
from server.cli import running

if __name__ == "__main__":
    outbox.LEASE = timedelta(seconds=float(sys.argv[1]))
    sys.exit(running.run(Namespace(does="serving:run_jobs")))
