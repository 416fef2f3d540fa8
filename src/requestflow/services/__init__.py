"""The verbs: one function per thing that a person or a timer does. They take today or now, and never commit."""
