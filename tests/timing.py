"""What work costs by itself, whatever else the computer or the tests before it have to do."""

import gc
import time
from collections.abc import Callable


def seconds_of(work: Callable[[], object]) -> float:
    """Return the processor time of some work in this process.

    What other tests left in memory is not walked through meanwhile.
    """
    gc.collect()
    gc.freeze()
    try:
        begin = time.process_time()
        work()
        return time.process_time() - begin
    finally:
        gc.unfreeze()
