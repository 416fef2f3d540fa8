"""The timetable and its workers: Celery asks the clock, opens the transaction and calls one verb."""
