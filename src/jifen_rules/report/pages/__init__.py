"""A result, or an impact -> the pages to post and the page of each household.

There is one renderer for each format.

Also the workbook in which a clerk records events (`event_book`). `build` makes the pages as values;
the renderers only write them.
"""

from .build import build_report
from .event_book import EventBook, build_event_book
from .impact_page import build_impact_report
from .values import Bar, Bars, Line, Page, PageTable, Paper, Report

__all__ = [
    "Bar",
    "Bars",
    "EventBook",
    "Line",
    "Page",
    "PageTable",
    "Paper",
    "Report",
    "build_event_book",
    "build_impact_report",
    "build_report",
]
