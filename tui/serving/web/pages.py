"""The pages of the web door, as HTML. They ask nothing of other hosts."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{head}<link rel="stylesheet" href="/static/page.css">
</head>
<body>
{body}
</body>
</html>
"""

LOG_IN = """<main class="sheet form">
<h1>mfadrill</h1>
<p>A flight simulator for MFA rollouts. Your name is your sandbox: it is saved as you go,
and goes on where you left it.</p>
<p class="refused" role="alert">{refused}</p>
<form method="post" action="/">
<label for="name">Name</label>
<input id="name" name="name" value="{name}" maxlength="32" autocomplete="username" autocapitalize="none"
required autofocus>
{password}<button>Log in</button>
</form>
</main>"""

PASSWORD = """<label for="password">Password, or the code of the class</label>
<input id="password" name="password" type="password" maxlength="200" autocomplete="current-password" required>
"""

TERMINAL_HEAD = """<link rel="stylesheet" href="/static/xterm.css">
<script src="/static/terminal.js" defer></script>
"""

TERMINAL = """<nav class="bar">
<span>mfadrill – {name}</span>
<a href="/files" target="_blank">Your files</a>
<form method="post" action="/leave"><button class="quiet">Leave</button></form>
</nav>
<div class="textual-terminal" data-font-size="16"></div>
<div class="ended" role="alert" hidden>
<p></p>
<a href="/">Go on in your sandbox</a>
<form method="post" action="/leave"><button class="quiet">Log in as somebody else</button></form>
</div>"""

FILES = """<main class="sheet">
<h1>Your files</h1>
<p>What you export and save in mfadrill, {name}, lies here. Reload this page to see the latest.</p>
{files}
</main>"""

FILE = """<tr><td><a href="{link}" download>{name}</a></td><td>{size:,} bytes</td>
<td><form method="post" action="{link}"><button class="quiet">Remove</button></form></td></tr>"""


def log_in(*, with_password: bool, name: str = "", refused: str = "") -> str:
    body = LOG_IN.format(
        refused=escape(refused), name=escape(name[:32]), password=PASSWORD if with_password else ""
    )
    return FRAME.format(title="mfadrill", head="", body=body)


def terminal(name: str) -> str:
    return FRAME.format(
        title=f"mfadrill – {escape(name)}", head=TERMINAL_HEAD, body=TERMINAL.format(name=escape(name))
    )


def files(name: str, sizes: Iterable[tuple[str, int]]) -> str:
    rows = "\n".join(
        FILE.format(link=escape(f"/files/{quote(file, safe='')}"), name=escape(file), size=size)
        for file, size in sizes
    )
    body = FILES.format(name=escape(name), files=f"<table>{rows}</table>" if rows else "<p>None yet.</p>")
    return FRAME.format(title="mfadrill – your files", head="", body=body)
