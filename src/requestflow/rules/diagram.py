"""The table of steps as a diagram (Mermaid), for the docs: it cannot say anything else than the engine does."""

from collections import defaultdict

from requestflow.rules.lifecycle import STEPS, State


def mermaid() -> str:
    """A Mermaid state diagram: one arrow for each pair of states, labelled with the steps that lead along it.

    Steps that leave a case where it stands are listed once, beneath it, in `staying`.
    """
    arrows: defaultdict[tuple[State | None, State], list[str]] = defaultdict(list)
    for (state, action), to in STEPS.items():
        if state is not to:
            arrows[state, to].append(action.label.en.lower())
    lines = [f'    state "{state.label.en}" as {state}' for state in State]
    lines += [f"    {state or '[*]'} --> {to}: {', '.join(steps)}" for (state, to), steps in arrows.items()]
    return "\n".join(["stateDiagram-v2", *lines, f"    {State.closed} --> [*]"])


def staying() -> dict[State, list[str]]:
    """The steps that leave a case where it stands, by state."""
    found: defaultdict[State, list[str]] = defaultdict(list)
    for (state, action), to in STEPS.items():
        if state is to:
            found[to].append(action.label.en.lower())
    return dict(found)


def page() -> str:
    """The whole page of the docs."""
    rows = [f"| {state.label.en} ({state.label.zh}) | {', '.join(steps)} |" for state, steps in staying().items()]
    return "\n".join(
        [
            "# The life of a case",
            "",
            "This page is written from the table of steps, `requestflow.rules.lifecycle.STEPS`, by `make docs`.",
            "",
            "```mermaid",
            mermaid(),
            "```",
            "",
            "A case that waits for somebody who was asked stays in that state until the last of them has answered. A",
            "review or suit that corrects an answer leads back from *Sent* or *Closed* to *Being worked on*.",
            "",
            "| where a case stands | steps that leave it there |",
            "|---|---|",
            *rows,
            "",
        ]
    )
