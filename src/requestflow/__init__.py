"""RequestFlow, told as the story of one fax.

A fax arrives. A clerk types it in at the counter (`web/intake`), which reads the form into one input class and calls
one verb, `services.intake.register`, inside one visible transaction. The verb asks the law which of the fax's days
counts (`rules.channels`): for a fax it is the day both sides confirmed it, so until then the case is only `received`.

Whatever happens next, happens through one door. `services._step.take` looks into the table of steps
(`rules.lifecycle`), asks what the step wants beyond it (`rules.conditions`), appends one event, folds all events of
the case by the day each happened (`rules.standing`), reckons the due date with every turn that led to it
(`rules.deadlines`), and writes what they come to into the row of the case (`store.models`). The page that explains
the date and the engine that reckoned it are the same function.

A timer of the worker (`workers.app`, `workers.tasks`) sees the due date come near and raises a reminder, once
(`services.reminders`); its mail is a row until it is sent (`services.mail`). The case is decided with an outcome of
the outcome table (`rules.outcomes`), sent, and so closed: on time, in an extended term, or overdue.

On 1 January the year is counted by one GROUP BY (`store.queries.annual`), its groups become the lines of the official
form (`rules.annual`) and are judged (`rules.checks`); the fax is one unit in one cell, and the cell opens it again.
`paper` turns the table into a workbook; `cli` does from a terminal what the pages do from a browser.

Imports only go down: web, workers and cli stand on services, services on store and paper, and all of them on rules.
"""
