"""A file is written whole, or not at all."""

from pathlib import Path

import pytest

from mfadrill.sim.whole_file import write_whole


def test_what_is_there_is_replaced_only_by_who_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_whole(file, "old", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(file, "new", replace=False)
    assert file.read_text() == "old"
    write_whole(file, "new", replace=True)
    assert file.read_text() == "new"
    with pytest.raises(FileExistsError):
        write_whole(tmp_path, "new", replace=True)


def test_what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "new" * 100_000 + "\ud800", replace=True)
    assert file.read_text() == "old"
    assert [*tmp_path.iterdir()] == [file]
