"""What is painted when a part of the screen changed: the widgets that are seen there, and no others."""

from collections.abc import Iterator

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrontCompositor(Compositor):
    """Draws from the front, and stops where everything that changed is covered.

    Textual draws each widget around a change with all of its lines, and what lies behind: 16 of them for a step of the
    cursor that changes two. There is no public way to have fewer.
    """

    #: What changed and has not been covered yet, while a part of the screen is drawn.
    _uncovered: list[Region] | None = None

    def render_partial_update(self) -> ChopsUpdate | None:
        self._uncovered = [*self._dirty_regions]
        try:
            return super().render_partial_update()
        finally:
            self._uncovered = None

    def _get_renders(self, crop: Region | None = None) -> Iterator[tuple[Region, Region, list[Strip]]]:
        if self._uncovered is None:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if any(seen.overlaps(part) for part in self._uncovered):
                yield region, clip, widget.render_lines(seen.translate(-region.offset))
                self._uncovered = [part for part in self._uncovered if not seen.contains_region(part)]
                if not self._uncovered:
                    return
