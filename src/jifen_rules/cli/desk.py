"""`jifen desk`: the desk in the browser, served on this computer to this computer alone."""

import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from ..core.message import N_, msg
from ..report.render.language import Language
from .commands import INTERRUPTED
from .options import NUMBER, LangOpt
from .output import choose_language, fail, tell

HOST: Final = "127.0.0.1"
PORT: Final = 8760
"""The port is always the same, since a browser stores drafts and the page by address."""
POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "connect-src 'self'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; frame-src "
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The content policy of the page; no other page may frame it."""


class PageHandler(SimpleHTTPRequestHandler):
    """Serves the files of the page and no lists of them, under the page's policy.

    Prints nothing.
    """

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".webmanifest": "application/manifest+json",
        ".yaml": "text/plain; charset=utf-8",
    }

    def end_headers(self) -> None:
        """Send the policy with every answer."""
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: object) -> None:
        """Refuse to list a folder."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
        return


def desk(
    page: Annotated[
        Path | None,
        typer.Option(
            metavar=N_("FOLDER"),
            help=N_("The folder of the built page."),
            show_default=N_("the one that is installed"),
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar=NUMBER, help=N_("The port of this computer to serve it at."))
    ] = PORT,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser",
            help=N_("Open the page in the browser."),
            show_default=N_("yes"),
        ),
    ] = True,
    lang: LangOpt = None,
) -> None:
    """Serve the page until Ctrl-C."""
    language = choose_language(lang)
    folder = find_page(page, language)
    server = _server(folder, port, language)
    address = f"http://{HOST}:{server.server_port}/"
    tell(msg(N_("the desk is at {address}; Ctrl-C ends it"), address=address), language)
    if browser:
        webbrowser.open(f"{address}#lang={language}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    finally:
        server.server_close()


def find_page(page: Path | None, language: Language) -> Path:
    """Return the folder of the page: the given one, else the installed one, else the built one.

    Ends with 2 where there is none.
    """
    if page is not None:
        if not (page / "index.html").is_file():
            text = N_("{folder} holds no built page; 'make web' builds one")
            fail(msg(text, folder=str(page)), language)
        return page
    installed = find_spec("jifen_rules_page")
    found = [
        Path(place) for place in (installed.submodule_search_locations or () if installed else ())
    ]
    found.append(Path(__file__).parents[3] / "build" / "web")
    folder = next((one for one in found if (one / "index.html").is_file()), None)
    if folder is None:
        text = N_(
            "the page is not installed: python -m pip install 'jifen-rules[desk]', or 'make web' "
            "in a clone"
        )
        fail(msg(text), language)
    return folder


def _server(folder: Path, port: int, language: Language) -> ThreadingHTTPServer:
    """Listen on the loopback address only. Exit with 2 if the port is taken or invalid."""
    try:
        return ThreadingHTTPServer((HOST, port), partial(PageHandler, directory=folder))
    except (OSError, OverflowError):
        text = N_("port {port} cannot be used; name another with --port")
        fail(msg(text, port=str(port)), language)
