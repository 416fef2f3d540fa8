"""The command line: one file a family of commands, each calling one verb."""

import click

from requestflow.cli.calendar import calendar
from requestflow.cli.due import due
from requestflow.cli.shell import Sentences


@click.group(cls=Sentences)
def main() -> None:
    """RequestFlow: requests for government information, from their arrival to the yearly report."""


for command in (calendar, due):
    main.add_command(command)
