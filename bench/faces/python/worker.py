"""One side of a benchmark: reads how many calls to make, says what they cost.

    python worker.py SIDE JOB URL LOAN BODY
"""

import resource
import sys
import time

import sides


def main() -> None:
    run = sides.work(*sys.argv[1:])
    for line in sys.stdin:
        calls = int(line)
        cpu, wall = time.process_time(), time.perf_counter()
        run(calls)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(f"{cpu!r} {wall!r} {peak}", flush=True)


main()
