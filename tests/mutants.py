"""Breaks the dashboard on purpose, one defence at a time, and shows that its tests notice: `make mutants`.

Each mutant is a copy of the project with one change; it is caught if the named tests, green before, fail.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
ACCOUNTS: Final = "tests/dashapp/accounts"
GATE, CROSS, PAGES = f"{ACCOUNTS}/test_gate.py", f"{ACCOUNTS}/test_cross_scope.py", f"{ACCOUNTS}/test_pages.py"
FAILED: Final = 1  # pytest's exit code for tests that failed; other codes mean that they could not run


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, in which file, which text becomes which, and the tests that must notice."""

    name: str
    file: str
    text: str
    becomes: str
    tests: str


MUTANTS: Final = (
    Mutant(
        "rights do not narrow", "dashapp/access.py", "View(cube, scope(rights, cube),", "View(cube, Scope(),", CROSS
    ),
    Mutant(
        "a filter of stores widens rights",
        "analytics/filters.py",
        "allowed if self.stores is None else allowed & set(self.stores)",
        "allowed if self.stores is None else set(self.stores)",
        CROSS,
    ),
    Mutant(
        "a cached answer is kept under what was asked, not under what may be seen",
        "analytics/queries/view.py",
        "cube.calendar.quarters[:3], self.scope, narrowed,",
        "cube.calendar.quarters[:3], filters,",
        "tests/analytics/test_scope.py",
    ),
    Mutant(
        "a cached answer is handed on whatever the rights",
        "analytics/queries/view.py",
        "cube.calendar.quarters[:3], self.scope, narrowed,",
        "cube.calendar.quarters[:3], narrowed,",
        "tests/analytics/test_personal.py",
    ),
    Mutant(
        "customers have pages for everybody",
        "analytics/queries/details.py",
        "if not view.scope.personal:",
        "if False:",
        "tests/analytics/test_personal.py",
    ),
    Mutant(
        "customers of other stores have a page",
        "analytics/queries/details.py",
        "if view.scope.stores is not None:",
        "if False:",
        CROSS,
    ),
    Mutant(
        "other sites' forms are taken",
        "dashapp/accounts/gate.py",
        "if request.method not in READS and not _sent_by_our_pages():",
        "if False:",
        GATE,
    ),
    Mutant(
        "the gate lets everything below /_dash through",
        "dashapp/accounts/gate.py",
        '"/_dash-component-suites/",',
        '"/_dash",',
        GATE,
    ),
    Mutant(
        "signing out leaves the session",
        "dashapp/accounts/accounts.py",
        'session.user_id, "signed out")\n                database.delete(session)\n',
        'session.user_id, "signed out")\n',
        GATE,
    ),
    Mutant(
        "a change of rights leaves sessions",
        "dashapp/accounts/sessions.py",
        "found.epoch != found.latest or ",
        "",
        GATE,
    ),
    Mutant(
        "passwords may be guessed without end",
        "dashapp/accounts/accounts.py",
        "if wait := self._throttled(login, address):",
        "if (wait := self._throttled(login, address)) and False:",
        PAGES,
    ),
    Mutant(
        "a link is used up by looking at it",
        "dashapp/accounts/pages.py",
        "    whose = door().accounts.invited(secret)\n    return NO_ENTRY",
        '    whose = door().accounts.invited(secret)\n    door().accounts.accept(secret, "")\n    return NO_ENTRY',
        PAGES,
    ),
    Mutant(
        "sign-in leads anywhere",
        "dashapp/accounts/pages.py",
        "return wanted if safe else",
        "return wanted if True else",
        PAGES,
    ),
    Mutant(
        "callbacks of administrators answer everybody",
        "dashapp/accounts/needs.py",
        "if need is Need.ADMIN and not account().rights.administers:",
        "if False:",
        GATE,
    ),
    Mutant(
        "callbacks need not declare who may call them",
        "dashapp/accounts/needs.py",
        "    if silent := [",
        "    if False and [",
        GATE,
    ),
    Mutant(
        "bodies are not looked at before Dash reads them",
        "dashapp/http.py",
        'if request.path == CALLBACKS and request.method == "POST" and not _well_formed(callbacks):',
        "if False:",
        f"{ACCOUNTS}/test_malformed.py",
    ),
    Mutant(
        "texts become formulas in exports",
        "dashapp/exports/cells.py",
        """return OPENINGS.sub("'", text(value))""",
        "return text(value)",
        "tests/dashapp/test_exports.py",
    ),
    Mutant(
        "a shared view hands on what its author may see",
        "dashapp/saved/desk.py",
        "narrowed(saved, choices(view), view.scope.personal) if saved else None",
        "saved",
        "tests/dashapp/saved/test_desk.py",
    ),
    Mutant(
        "a view for a chain is everybody's",
        "dashapp/saved/views.py",
        "return view.chain is None or reader.chains is None or view.chain in reader.chains",
        "return True",
        "tests/dashapp/saved/test_views.py",
    ),
    Mutant(
        "whoever sees a view changes it",
        "dashapp/saved/views.py",
        "if view.owner_id != reader.id:",
        "if False:",
        "tests/dashapp/saved/test_views.py",
    ),
    Mutant(
        "what an alert found is told whatever its owner may see now",
        "dashapp/alerts/alerts.py",
        "Alert.owner_id == who.id, Notice.rights == who.rights.key",
        "Alert.owner_id == who.id",
        "tests/dashapp/alerts/test_alerts.py",
    ),
    Mutant(
        "an alert looks at everything",
        "dashapp/alerts/desk.py",
        "lambda account: view_for(account.rights, version)",
        "lambda account: view_for(next(iter(accounts.values())).rights, version)",
        "tests/dashapp/alerts/test_desk.py",
    ),
    Mutant(
        "groups of few customers are told",
        "analytics/queries/personal.py",
        "hidden |= few(parts).any(axis=0) | (False if also is None else also)",
        "hidden |= False if also is None else also",
        "tests/analytics/queries/test_personal.py",
    ),
    Mutant(
        "groups of few customers follow from totals",
        "analytics/queries/personal.py",
        "        _cover(hidden, parts, ~np.zeros_like(hidden), range(hidden.ndim))\n",
        "",
        "tests/analytics/queries/test_personal.py",
    ),
    Mutant(
        "anybody sends files",
        "dashapp/refreshing/upload.py",
        'allow(Need.ADMIN, "upload")',
        'allow(Need.SIGNED_IN, "upload")',
        "tests/dashapp/test_refresh.py",
    ),
    Mutant(
        "a sign-in elsewhere may have been begun by somebody else",
        "dashapp/accounts/oidc.py",
        'if not hmac.compare_digest(answer.get("state", "").encode(), began.state.encode()):',
        "if False:",
        f"{ACCOUNTS}/test_oidc.py",
    ),
    Mutant(
        "a token of another sign-in is taken",
        "dashapp/accounts/oidc.py",
        ', "nonce": began.nonce}',
        "}",
        f"{ACCOUNTS}/test_oidc.py",
    ),
    Mutant(
        "an e-mail counts without the provider's word",
        "dashapp/accounts/oidc.py",
        'if claims.get("email_verified") is True else None',
        "if True else None",
        f"{ACCOUNTS}/test_oidc.py",
    ),
    Mutant(
        "an e-mail that looks like another is that one",
        "dashapp/accounts/identities.py",
        "proven.email.lower() if proven.email.isascii() else proven.email",
        "proven.email.lower()",
        f"{ACCOUNTS}/test_identities.py",
    ),
    Mutant(
        "an account is everybody's who has its e-mail",
        "dashapp/accounts/identities.py",
        "elif (whose.issuer, whose.subject) != (proven.issuer, proven.subject):",
        "elif False:",
        f"{ACCOUNTS}/test_identities.py",
    ),
    Mutant(
        "a provider that hangs holds everybody up",
        "dashapp/accounts/oidc.py",
        "if not self._turns.acquire(timeout=QUEUE):",
        "if False:",
        f"{ACCOUNTS}/test_identities.py",
    ),
    Mutant(
        "a client secret may be guessed in production",
        "dashapp/settings.py",
        "or PLACEHOLDER.search(secret):",
        "and PLACEHOLDER.search(secret):",
        "tests/dashapp/test_settings.py",
    ),
    Mutant(
        "the accounts may lie open in production",
        "dashapp/settings.py",
        "if path.stat().st_mode & theirs:",
        "if False:",
        "tests/dashapp/test_settings.py",
    ),
    Mutant(
        "names in charts are markup",
        "dashapp/figures/base.py",
        """.replace("<", "&lt;")""",
        "",
        "tests/e2e/test_xss.py::test_pages_of_many",
    ),
    Mutant(
        "two refreshes run at once",
        "data/publisher.py",
        "fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        "tests/data/test_publishers.py tests/data/test_warehouse.py",
    ),
)


def main() -> int:
    """Prints a line a mutant; the exit code counts those that lived."""
    lived = 0
    for mutant in MUTANTS:
        started = time.monotonic()
        caught = _caught(mutant)
        lived += not caught
        verdict = "caught" if caught else "LIVES"
        sys.stdout.write(f"{verdict:<7} {time.monotonic() - started:5.0f} s  {mutant.name}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(MUTANTS) - lived} of {len(MUTANTS)} mutants caught\n")
    return lived


def _caught(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder, "project")
        _copied(copy)
        path = copy / mutant.file
        text = path.read_text("utf-8")
        if text.count(mutant.text) != 1:
            raise SystemExit(f"{mutant.name}: {mutant.file} holds its text {text.count(mutant.text)} times, not once")
        path.write_text(text.replace(mutant.text, mutant.becomes), "utf-8")
        pytest = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *mutant.tests.split()]
        code = subprocess.run(pytest, cwd=copy, capture_output=True, check=False).returncode
    if code not in (0, FAILED):
        raise SystemExit(f"{mutant.name}: the tests could not run, exit code {code}")
    return code == FAILED


def _copied(where: Path) -> None:
    """What git knows of, as it is now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, where / name)


if __name__ == "__main__":
    sys.exit(main())
