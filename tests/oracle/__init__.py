"""A naive second opinion on what an evaluation must give, written for clarity."""

from .village import Oracle

__all__ = ["Oracle"]
