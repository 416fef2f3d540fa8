"""The command line: one file a family of commands, each calling one verb."""

import click

from requestflow.cli.agencies import agencies
from requestflow.cli.annual import annual
from requestflow.cli.calendar import calendar
from requestflow.cli.demo import demo
from requestflow.cli.due import due
from requestflow.cli.indicators import indicators
from requestflow.cli.ledger import ledger
from requestflow.cli.migrate import migrate
from requestflow.cli.people import people
from requestflow.cli.recheck import recheck
from requestflow.cli.serve import serve
from requestflow.cli.shell import Sentences


@click.group(cls=Sentences)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language (default: Chinese on a Chinese terminal).")
@click.option("--locale", envvar=["LC_ALL", "LC_MESSAGES", "LANG"], hidden=True)
@click.option("--traceback", is_flag=True, help="Show where a fault of the program lies.")
@click.version_option(package_name="requestflow")
def main(**_known: object) -> None:
    """RequestFlow: requests for government information, from their arrival to the yearly report."""


for command in (agencies, annual, calendar, demo, due, indicators, ledger, migrate, people, recheck, serve):
    main.add_command(command)
