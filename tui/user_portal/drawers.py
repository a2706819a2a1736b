"""What can be opened beside a screen of the portal."""

from enum import StrEnum


class Drawer(StrEnum):
    WHY = "why"
    PHONE = "phone"
    INBOX = "inbox"
