import threading
from datetime import timedelta

import pytest
from textual.widgets import Input

from drill import ADA, PASSWORD, SECRET, START, drill, line_of, nordwind
from mfadrill.core.events import GroupCreated, PeriodStarted, PolicyCreated, TotpEnrolled
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import Period
from mfadrill.tui.admin_portal.events import events_tab
from mfadrill.tui.admin_portal.events.events_tab import EventList, filter_links
from mfadrill.tui.admin_portal.events.events_view import EventFilters, EventLog, event_fields, event_row
from mfadrill.tui.cells import cell_len


async def test_the_log_is_narrowed_by_keys_and_cleared() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 1)), size=(80, 24)) as d:
        await d.press("d", "6")
        events = d.app.query_one(EventList)
        whole = events.line_count()
        await d.press("p")
        assert events.line_count() == 1
        assert "enrollment period expired" in line_of(events, 0)
        assert f"1 of {whole}" in d.screen_text()
        await d.press("c")
        assert events.line_count() == whole
        await d.press("s")
        assert all("ada.lovelace" in line_of(events, n) for n in range(events.line_count()))
        assert 0 < events.line_count() < whole


async def test_the_log_is_narrowed_by_kind_actor_and_words_with_the_mouse() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 1)), size=(120, 40)) as d:
        await d.press("d", "6")
        events = d.app.query_one(EventList)
        await d.click_text("#event-filters", "by whom")
        await d.press("end", "enter")
        assert events.line_count() == 2, "the mail and the end of the period are the system's"
        await d.type("#event-search", "EXPIRED ada")
        assert events.line_count() == 1
        await d.type("#event-search", "nobody at all")
        assert "No event matches." in d.screen_text()
        await d.click_text("#event-filters", "clear")
        assert events.line_count() > 10


async def test_an_event_is_opened_and_its_instant_gone_to() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 1)), size=(80, 24)) as d:
        await d.press("d", "d", "6", "enter")
        text = d.screen_text()
        assert "ada.lovelace (Ada Lovelace)  id ada.lovelace" in text
        assert "2026-03-03T08:00:00Z" in text
        assert "Tue 3 Mar 2026 09:00:00 Europe/Berlin" in text
        await d.click("#go")
        assert d.simulation.now == START + timedelta(days=1)
        await d.press("H", "6", "t")
        assert d.simulation.now == START
        assert "enrollment period expired" not in d.screen_text()


async def test_secrets_are_not_told() -> None:
    async with drill() as d:
        await d.press("6")
        await d.type("#event-search", "enrolled grace")
        await d.press("slash", "enter", "enter")
        assert "JBSW" not in d.screen_text()


def test_things_are_told_by_name_and_their_parts_in_words() -> None:
    simulation = nordwind()
    world = simulation.world
    group = next(e for e in simulation.timeline.events if isinstance(e, GroupCreated))
    assert event_row(group, "Europe/Berlin", world).subject == "Finance"
    policy = next(e for e in simulation.timeline.events if isinstance(e, PolicyCreated) and e.policy.on)
    fields = dict(event_fields(policy, world))
    assert fields["groups"] == "Contractors"
    assert (fields["effect"], fields["message"]) == ("Deny", "Not this week.")
    started = PeriodStarted(START, "admin", ADA, Period.of(7, START))
    fields = dict(event_fields(started, world))
    assert fields["days"] == "7"
    assert fields["ends at"] == "Mon 9 Mar 2026 09:00"
    enrolled = next(e for e in simulation.timeline.events if isinstance(e, TotpEnrolled))
    assert "her phone" in str(event_fields(enrolled, world))
    for event in simulation.timeline.events:
        assert SECRET not in str(event_fields(event, world))
        assert PASSWORD not in str(event_fields(event, world))


@pytest.mark.parametrize("width", [57, 78])
def test_the_row_of_filters_is_never_clipped(width: int) -> None:
    filters = EventFilters(kind="totp_delete_enrollment", actor="system", bad=True, touching="x")
    links = filter_links(filters, "philippa.maneta", width)
    assert cell_len("".join(link.text for link in links)) <= width
    assert links[-1].text == " go there "


async def test_a_long_log_is_shown_as_it_is_searched_and_typing_on_stops_the_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events_tab, "LONG", 5)
    go_on, searched = threading.Semaphore(0), list[tuple[str, int]]()
    search = events_tab.matching

    def held(log: EventLog, filters: EventFilters, places: range) -> list[int]:
        assert go_on.acquire(timeout=10)
        searched.append((filters.text, len(places)))
        return search(log, filters, places)

    monkeypatch.setattr(events_tab, "matching", held)
    async with drill(nordwind(RequireMfa((ADA,), 1)), size=(120, 40)) as d:
        await d.press("6")
        events = d.app.query_one(EventList)
        whole = events.line_count()
        d.app.query_one("#event-search", Input).value = "created"
        go_on.release(2)
        while "searched…" not in d.main("#event-filters").plain:
            await d.pilot.pause()
        assert events.line_count() < 8
        d.app.query_one("#event-search", Input).value = "created hopper"
        go_on.release(100)
        await d.settle()
        assert [line_of(events, n).split()[-1] for n in range(events.line_count())] == ["grace.hopper"]
        assert "searched" not in d.main("#event-filters").plain
        assert sum(length for text, length in searched if text == "created") < whole
        assert sum(length for text, length in searched if text == "created hopper") == whole
