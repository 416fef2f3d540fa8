"""The office's own tasks on a hurried timetable: each second, instead of at a time of day or each minute."""

from workers.app import app

app.conf.beat_schedule = {
    name: {"task": f"workers.tasks.{name}", "schedule": 1.0, "options": {"expires": 5}}
    for name in ("remind", "send_mail")
}
app.conf.beat_max_loop_interval = 1
