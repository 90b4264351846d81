"""Generated villages of the whole language, the relations they must keep, and how cases are shrunk.

Nothing here looks inside the engine: what is given are texts and rows, what comes back is a result.
"""

from .constructs import CONSTRUCTS
from .maker import village
from .village import Village

__all__ = ["CONSTRUCTS", "Village", "village"]
