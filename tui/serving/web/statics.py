"""What the pages are made of: our own, and the terminal that comes with textual-serve."""

from importlib.util import find_spec
from pathlib import Path

from aiohttp import web

_OURS = Path(__file__).parent / "page"


def _theirs() -> Path:
    # Looked up, not imported: of the package, only this folder is of use here.
    found = find_spec("textual_serve")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "static"


FILES = {
    "page.css": _OURS / "page.css",
    "terminal.js": _OURS / "terminal.js",
    "textual.js": _theirs() / "js" / "textual.js",
    "xterm.css": _theirs() / "css" / "xterm.css",
    "RobotoMono.ttf": _theirs() / "fonts" / "RobotoMono-VariableFont_wght.ttf",
    "RobotoMono-Italic.ttf": _theirs() / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf",
}


async def static(request: web.Request) -> web.StreamResponse:
    file = FILES.get(request.match_info["file"])
    if file is None:
        raise web.HTTPNotFound
    # A browser asks whether it is still the same, so that an upgrade shows at once.
    return web.FileResponse(file, headers={"Cache-Control": "no-cache"})
