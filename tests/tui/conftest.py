"""Pictures of the screen, as SVG files beside the tests; `pytest --snapshot-update` accepts changed ones."""

import re

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class Picture(SingleFileSnapshotExtension):
    """One SVG file for each picture, without the ids that are made from its hash."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    def serialize(self, data: str, **_: object) -> str:
        return re.sub(r"terminal-\d+", "terminal", data)


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Picture)
