"""The command line: one file a family of commands, each calling one verb, and loaded only when it is called."""

from importlib import import_module

import click

from requestflow.cli.shell import Sentences

FAMILIES = {
    "agencies": "The tree of agencies.",
    "annual": "The report of a year: its figures in the official form, and the checks beside them.",
    "calendar": "Notices of days off and make-up working days.",
    "demo": "Load 2018 of Wuzhong and a current year of cases; harmless when they are there already.",
    "doctor": "Look at everything that the system stands on, and say what to do.",
    "due": "Reckon by when a request received on RECEIVED_ON must be answered, and say how that day came about.",
    "indicators": "Figures that cases cannot give.",
    "ledger": "Registers of past and open cases.",
    "migrate": "Bring the database to the present version; harmless when it is there already.",
    "people": "The accounts of those who work in an office.",
    "recheck": "Compute all projections again from the events and name every difference.",
    "serve": "Serve everything from this machine until Ctrl-C.",
}


class Families(Sentences):
    """The commands of FAMILIES, each in the module of its name: a command waits for no library that it does not use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, none of them loaded."""
        return list(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; None where there is none of that name."""
        if cmd_name not in FAMILIES:
            return None
        found = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands of --help, none of them loaded."""
        with formatter.section("Commands"):
            formatter.write_dl(list(FAMILIES.items()))


@click.group(cls=Families)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language (default: Chinese on a Chinese terminal).")
@click.option("--locale", envvar=["LC_ALL", "LC_MESSAGES", "LANG"], hidden=True)
@click.option("--traceback", is_flag=True, help="Show where a fault of the program lies.")
@click.version_option(package_name="requestflow")
def main(**_known: object) -> None:
    """RequestFlow: requests for government information, from their arrival to the yearly report."""
