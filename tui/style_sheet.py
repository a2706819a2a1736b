"""The style sheet of an application, parsed once for all applications of a process."""

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

#: What each theme's variables make of the sources. Nothing changes a rule once it is parsed.
_parsed: dict[frozenset[tuple[str, str]], dict[tuple[object, ...], list[RuleSet]]] = {}


class StyleSheet(Stylesheet):
    """Shares what was parsed.

    Textual keeps it for each application, up to 64 sources: a new one would parse all of ours again, and as we have
    more than that, also with each new kind of widget.
    """

    def set_variables(self, variables: dict[str, str]) -> None:
        self._parse_cache = {}  # type: ignore[assignment]  # which Textual empties
        super().set_variables(variables)
        self._parse_cache = _parsed.setdefault(frozenset(variables.items()), {})  # type: ignore[assignment]

    def reparse(self) -> None:
        # Textual does this in a sheet without a cache. A mistake in the sources leaves the rules as they are here, too.
        self.parse()
