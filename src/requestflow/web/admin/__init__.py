"""The room of administrators: agencies, people, the calendar, and the settings of reminders."""

from requestflow.web.admin import agencies, calendars, people, reminders
from requestflow.web.admin._room import room

__all__ = ["agencies", "calendars", "people", "reminders", "room"]
