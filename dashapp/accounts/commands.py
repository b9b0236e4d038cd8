"""The operator's commands: `flask --app wsgi users list | add | set-role | disable | reset`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup

from dashapp.access import rights_of
from dashapp.accounts.accounts import Account, Accounts, Refused
from dashapp.accounts.gate import door
from dashapp.accounts.rights import BadRights, Rights, Role

Command = Callable[..., Any]
OPTIONS = (
    click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What for."),
    click.option("--chain", "chains", multiple=True, help="A chain to see, by its name; repeat it for more."),
    click.option("--store", "stores", multiple=True, help="A store to see, by its id; repeat it for more."),
    click.option("--personal", is_flag=True, help="May see customers by name, and single customers."),
)


def _options(command: Command) -> Command:
    """Those of rights."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def commands(address: str) -> AppGroup:
    """The group `users`. address: of the dashboard, as people open it."""
    group = AppGroup("users", help="Who may sign in, and what each may see.")

    @group.command("list")
    def list_() -> None:
        """Show every account."""
        for account in door().accounts.all():
            click.echo(_described(account))

    @group.command()
    @click.argument("login")
    @click.option("--name", default="", help="As shown to others; the login if left out.")
    @_options
    def add(login: str, name: str, **options: Any) -> None:
        """Add an account, and print a link that signs in once and lets its owner choose a password."""
        with _told() as accounts:
            accounts.add(login, name, _rights(**options))
            _link(accounts, login, address)

    @group.command("set-role")
    @click.argument("login")
    @_options
    def set_role(login: str, **options: Any) -> None:
        """Give an account another role and other rights; its sessions end."""
        with _told() as accounts:
            accounts.set_rights(login, _rights(**options))

    @group.command()
    @click.argument("login")
    @click.option("--undo", is_flag=True, help="Let it in again.")
    def disable(login: str, undo: bool) -> None:
        """Let an account in no more; its sessions end at once."""
        with _told() as accounts:
            accounts.disable(login, disabled=not undo)

    @group.command()
    @click.argument("login")
    def reset(login: str) -> None:
        """End an account's password and sessions, and print a link to choose another password."""
        with _told() as accounts:
            accounts.reset(login)
            _link(accounts, login, address)

    return group


def _rights(role: str, chains: tuple[str, ...], stores: tuple[str, ...], personal: bool) -> Rights:
    try:
        return rights_of(role, chains, stores, personal)
    except BadRights as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _told() -> Iterator[Accounts]:
    """The accounts; what they refuse is one message and exit code 1."""
    try:
        yield door().accounts
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused


def _link(accounts: Accounts, login: str, address: str) -> None:
    click.echo(f"{address}/link/{accounts.invite(login)}")
    click.echo("This link works once, within a day.")


def _described(account: Account) -> str:
    rights = account.rights
    places = ", ".join(rights.places) or "all stores"
    more = ["personal data"] * rights.personal + ["disabled"] * account.disabled
    return "  ".join([f"{account.login:<20}", f"{rights.role.value:<14}", places, *more])
