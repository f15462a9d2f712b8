"""``ptmdeps pr``."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import click

from ptmdeps.cli.console import Console
from ptmdeps.cli.parameters import LOCKED_MODEL, format_option
from ptmdeps.errors import ForgeDenied, ForgeError, ForgeNotFound, ForgeRefused, PtmdepsError

if TYPE_CHECKING:
    from datetime import datetime

    from ptmdeps.forges.protocol import Forge
    from ptmdeps.hubs.protocol import Hub
    from ptmdeps.lockfile import Lockfile
    from ptmdeps.locking import Locked
    from ptmdeps.manifest import HubSettings, Manifest, PullRequestSettings
    from ptmdeps.proposing.actions import Plan, Skip
    from ptmdeps.proposing.apply import Done
    from ptmdeps.proposing.candidates import Candidate
    from ptmdeps.proposing.checkout import Checkout
    from ptmdeps.proposing.offering import Workshop
    from ptmdeps.proposing.standing import Standing
    from ptmdeps.resolve import Upgrade
    from ptmdeps.upgrade.movement import Movement

_PRINTED = 60_000
"""Characters of a body that is only printed: any forge takes them."""
_FORGES = ("github", "gitlab", "gitea")


@click.command("pr")
@click.argument("models", nargs=-1, type=LOCKED_MODEL, metavar="[MODEL]…")
@click.option("--forge", type=click.Choice(_FORGES), help="Which forge it is. [default: as CI or the Git remote says]")
@click.option("--repository", metavar="OWNER/NAME", help="The repository there, or its address.")
@click.option("--base", metavar="BRANCH", help="Into which branch. [default: of the manifest, else of the repository]")
@click.option("--local", is_flag=True, help="Only make branches, in the project's own Git repository.")
@click.option(
    "--print",
    "print_only",
    envvar="PTMDEPS_PR_PRINT",
    is_flag=True,
    help="Only write what pull requests would say; ask no forge.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--group", metavar="NAME", help="Propose all of them in one pull request of this name.")
@format_option("pr", "text", "json")
@click.pass_obj
def command(
    console: Console,
    models: tuple[str, ...],
    *,
    forge: str | None,
    repository: str | None,
    base: str | None,
    local: bool,
    print_only: bool,
    dry_run: bool,
    group: str | None,
    format_: str,
) -> None:
    """Open and update pull requests that upgrade MODEL, or all models: one for each model or group.

    Run it on a schedule, in a checkout of the base branch. What stands is recognised: a second run does nothing, a
    newer revision replaces an older pull request, a closed one is not opened again, and branches to which somebody
    else committed are left alone. What is proposed, and how, says `pr` of the manifest.

    The token is in GITHUB_TOKEN, GITLAB_TOKEN or GITEA_TOKEN in the forge's own CI, else in PTMDEPS_FORGE_TOKEN.
    """
    if local + print_only > 1 or (local and (forge or repository)):
        raise click.UsageError("--local and --print ask no forge: give one of them, without --forge and --repository.")
    run = _Run.start(console, base=base or "", group=group or "")
    if print_only:
        _print(run.having_asked(models), format_)
        return
    opened = run.open_forge(forge or "", repository or "", local=local, dry_run=dry_run)
    run = run.having_asked(models)
    stands, plan = run.plan(opened)
    from ptmdeps.render.proposed import PLAN_FORMATS

    if dry_run:
        console.data(PLAN_FORMATS[format_](plan))
        run.raise_unknown()
        return
    failed = _apply(run, opened, stands, plan, format_)
    if failed:
        raise ForgeError(f"{len(failed)} of {len(plan.actions)} could not be done: {failed[0]}")
    run.raise_unknown()


def _print(run: _Run, format_: str) -> None:
    from ptmdeps.proposing.actions import Open
    from ptmdeps.proposing.plan import planned
    from ptmdeps.proposing.standing import Standing
    from ptmdeps.render.proposed import OFFER_FORMATS

    base = run.settings.base or (run.checkout.branch if run.checkout else "") or "main"
    stands = Standing(base=base, parent="", prefix=run.settings.branch_prefix)
    unlimited = replace(run.settings, limit=0, limit_per_run=0)
    plan = planned(run.candidates(stands), stands, unlimited, run.workshop(stands, _PRINTED).offer)
    run.console.data(OFFER_FORMATS[format_]([one.offer for one in plan.actions if isinstance(one, Open)]))
    run.raise_unknown()


def _apply(run: _Run, forge: Forge, stands: Standing, plan: Plan, format_: str) -> list[str]:
    """Carry the plan out; why something of it could not be done."""
    from ptmdeps.proposing.apply import applied, write_dashboard
    from ptmdeps.proposing.plan import afterwards
    from ptmdeps.render.proposals import dashboard
    from ptmdeps.render.proposed import PLAN_FORMATS

    done = applied(plan, forge, run.settings, partial(_tell, run.console))
    kept = {one.action.key: one.pull_request for one in done if one.pull_request and one.error is None}
    if run.settings.dashboard and forge.dashboards and not run.selected:
        try:
            write_dashboard(forge, stands, dashboard(afterwards(plan, kept), forge.body_limit))
        except (ForgeDenied, ForgeNotFound, ForgeRefused) as error:
            # the pull requests are done, and worth more
            run.console.warn(f"the dashboard: {error.message}")
    run.console.data(PLAN_FORMATS[format_](plan))
    return [one.error.message for one in done if one.error]


def _tell(console: Console, done: Done) -> None:
    from ptmdeps.proposing.actions import Close, Leave, Skip

    action, one = done.action, done.pull_request
    if done.error:
        console.warn(f"`{action.key}`: {done.error.message}" + (f" ({done.error.hint})" if done.error.hint else ""))
    elif one and not isinstance(action, Leave | Skip):
        verb = "Closed" if isinstance(action, Close) else "Wrote"
        console.say(f"{verb} `{action.key}` {one.url}".rstrip())
    for remark in done.remarks:
        console.warn(f"`{action.key}`: {remark}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What every kind of run needs: the project as it is, and what became of its models at their hubs."""

    console: Console
    checkout: Checkout | None
    manifest: Manifest
    settings: PullRequestSettings
    lockfile: Lockfile
    content: bytes
    moment: datetime
    together: str
    movements: tuple[Movement, ...] = ()
    selected: bool = False

    @classmethod
    def start(cls, console: Console, *, base: str, group: str) -> _Run:
        """Read the project.

        Raises:
            PtmdepsError: there is no lock, it is stale, or the manifest cannot be read.
        """
        from ptmdeps import manifest as manifests
        from ptmdeps.cli.locking import check
        from ptmdeps.cli.looking import locked
        from ptmdeps.clock import now
        from ptmdeps.proposing.checkout import checkout

        lockfile = locked(console)
        check(console)
        manifest = manifests.read_workspace(console.project.root)
        settings = manifest.pull_requests
        return cls(
            console=console,
            checkout=checkout(console.project.root),
            manifest=manifest,
            settings=replace(settings, base=base) if base else settings,
            lockfile=lockfile,
            content=console.project.lockfile.read_bytes(),
            moment=now(),
            together=group,
        )

    def having_asked(self, models: tuple[str, ...]) -> _Run:
        """The same run, with what became of these models, or of all, at their hubs.

        Raises:
            PtmdepsError: a name is not locked.
        """
        from ptmdeps.cli.outdated_command import asked, selected

        movements = asked(self.console, self.lockfile, selected(self.lockfile, models))
        return replace(self, movements=movements, selected=bool(models))

    @property
    def lock(self) -> str:
        """The path of the lockfile from the root of the repository."""
        prefix = self.checkout.prefix if self.checkout else ""
        return f"{prefix}{self.console.project.lockfile.name}"

    def open_forge(self, forge: str, repository: str, *, local: bool, dry_run: bool) -> Forge:
        """The forge that is meant; only looking may do without a token.

        Raises:
            ForgeError: it is not known which one, or there is no token for it.
        """
        from ptmdeps.forges import Place, detect, open_forge, token

        if self.checkout is None and not repository:
            raise PtmdepsError(
                f"`{self.console.project.root}` is in no Git repository",
                hint="Run the command in a checkout of the base branch, or look at the texts with `--print`",
            )
        if local and self.checkout is not None:
            return open_forge(Place(forge="local", repository=str(self.checkout.root)))
        remote = self.checkout.remote if self.checkout else ""
        place = detect(remote, os.environ, forge=forge, repository=repository)
        try:
            secret = token(place, os.environ)
        except ForgeDenied:
            if not dry_run:
                raise
            secret = ""
        self.console.detail(f"forge: {place.forge} {place.api} {place.repository}")
        return open_forge(place, secret)

    def plan(self, forge: Forge) -> tuple[Standing, Plan]:
        """What stands, and what to do.

        Raises:
            ForgeError: the forge does not say what stands.
        """
        from ptmdeps.proposing.candidates import Candidate
        from ptmdeps.proposing.plan import planned
        from ptmdeps.proposing.settling import settling
        from ptmdeps.proposing.standing import branches, standing

        stands = standing(forge, self.settings, self.lock, self.content)
        found = self.candidates(stands)
        names = [one.branch for one in found if isinstance(one, Candidate)]
        stands = replace(stands, branches=branches(forge, stands, names, self.lock))
        workshop = self.workshop(stands, forge.body_limit, forge.title_limit)
        settled = settling(self.lockfile, self.movements, self.settings, self.moment)
        return stands, planned(found, stands, self.settings, workshop.offer, settled)

    def candidates(self, stands: Standing) -> tuple[Candidate | Skip, ...]:
        """Every upgrade, and what is left out."""
        from ptmdeps.proposing.candidates import candidates

        return candidates(
            self.movements,
            self.settings,
            self.moment,
            prefix=stands.prefix,
            together=self.together,
            refused=stands.refused,
        )

    def workshop(self, stands: Standing, limit: int, longest_title: int = 250) -> Workshop:
        """What makes an offer of a candidate."""
        from ptmdeps.cli.looking import code_of
        from ptmdeps.proposing.messages import prefix_of
        from ptmdeps.proposing.offering import Workshop, Writing
        from ptmdeps.render.proposals import body, title
        from ptmdeps.upgrade.locks import detailed

        hub = self._hubs()
        return Workshop(
            lock=partial(self._locked, hub),
            look=lambda difference: detailed((difference,), lambda name: _opened(hub, name, self.manifest))[0],
            uses=code_of(self.console, self.lockfile).uses,
            policy=self.manifest.policy,
            settings=self.settings,
            writing=Writing(
                base=stands.base,
                prefix=prefix_of(self.settings.title_prefix, stands.subjects),
                path=self.lock,
                title=lambda proposal: title(proposal)[:longest_title],
                body=lambda proposal: body(proposal, limit),
            ),
        )

    def _hubs(self) -> Callable[[str, HubSettings], Hub | None]:
        from ptmdeps.hubs import open_hub

        hubs: dict[str, Hub | None] = {}

        def hub(name: str, settings: HubSettings) -> Hub | None:
            if name not in hubs:
                hubs[name] = open_hub(name, settings)
            return hubs[name]

        return hub

    def _locked(self, hub: Callable[[str, HubSettings], Hub | None], upgrade: Upgrade) -> Locked:
        from ptmdeps.locking import lock

        return lock(self.console.project, hubs=hub, upgrade=upgrade, dry_run=True, moment=self.moment)

    def raise_unknown(self) -> None:
        """What could not be asked is an error, whatever became of the rest."""
        from ptmdeps.cli.outdated_command import raise_unknown

        raise_unknown(self.movements)


def _opened(hub: Callable[[str, HubSettings], Hub | None], name: str, manifest: Manifest) -> Hub:
    found = hub(name, manifest.hub(name))
    if found is None:
        raise PtmdepsError(f"this ptmdeps knows no hub `{name}`")
    return found
