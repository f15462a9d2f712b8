"""Everything that can go wrong, as one tree.

::

    PtmdepsError
    ├── ManifestError            the wishes in pyproject.toml or ptm.toml cannot be read
    ├── LockfileError            ptm.lock cannot be read, or must not be believed
    │   └── LockfileVersionError     written by a newer ptmdeps
    ├── ScanError                the project cannot be scanned
    ├── ResolutionError          some requirements could not be pinned (holds every cause)
    ├── HubError                 a hub said no, or nothing
    │   ├── ModelNotFound
    │   ├── RevisionNotFound
    │   ├── FileNotInModel
    │   ├── AccessDenied
    │   │   └── ModelDisabled
    │   ├── RateLimited
    │   └── HubUnreachable
    ├── ForgeError               a forge said no, or nothing
    │   ├── ForgeDenied              the token may not do it, or there is none
    │   ├── ForgeNotFound            no such repository, branch, commit or pull request, or it is hidden
    │   ├── ForgeConflict            something is not as it was a moment ago
    │   ├── ForgeRefused             the forge understood and does not do it
    │   ├── ForgeRateLimited
    │   └── ForgeUnreachable
    ├── UnsafeContent            a hub, a lock or a file names something that must not be followed
    ├── StoreError               the store cannot be read or written (read-only, full disk)
    ├── IntegrityError           bytes differ from what the lock says
    └── CheckFailed              a check found something: exit code 1 instead of 2
"""

from __future__ import annotations

from collections.abc import Sequence


class PtmdepsError(Exception):
    """A problem that a person can understand and act on.

    ``message`` says what happened and where, ``because`` the chain of things that asked for it
    (outermost first), ``hint`` what to do next. None of them ends with a full stop.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None, because: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.because = tuple(because)


class ManifestError(PtmdepsError):
    """``[tool.ptmdeps]`` or ``ptm.toml`` cannot be read."""


class LockfileError(PtmdepsError):
    """``ptm.lock`` cannot be read, or must not be believed.

    ``context`` is the path into the document, such as ``model[3].files[0].path``.
    """

    def __init__(self, message: str, *, context: str | None = None, hint: str | None = None) -> None:
        super().__init__(f"{message} in `{context}`" if context else message, hint=hint)
        self.context = context


class LockfileVersionError(LockfileError):
    """The lockfile was written by a newer ptmdeps whose format this one does not know."""


class ScanError(PtmdepsError):
    """The project cannot be scanned at all (a file that cannot be parsed is not an error)."""


class ResolutionError(PtmdepsError):
    """Some models could not be pinned, or files fetched; ``causes`` holds each reason, the exit code is the worst."""

    def __init__(self, message: str, *, causes: Sequence[PtmdepsError], hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.causes = tuple(causes)
        self.exit_code = max((cause.exit_code for cause in causes), default=self.exit_code)


class HubError(PtmdepsError):
    """A hub said no, or nothing; ``status`` is that of its answer in HTTP, 0 where there was none."""

    status = 0


class ModelNotFound(HubError):
    """The hub has no such model, or does not show it to this user."""


class RevisionNotFound(HubError):
    """The model exists; the branch, tag or commit does not."""


class FileNotInModel(HubError):
    """The revision exists; a file that is needed does not."""


class AccessDenied(HubError):
    """The model is gated, private or disabled for this user."""


class ModelDisabled(AccessDenied):
    """The hub took the model out of circulation."""


class RateLimited(HubError):
    """The hub still answered "too many requests" after every retry."""


class HubUnreachable(HubError):
    """No answer from the hub, a server fault after every retry, or offline mode."""


class ForgeError(PtmdepsError):
    """A forge said no, or nothing; ``status`` is that of its answer in HTTP, 0 where there was none."""

    status = 0


class ForgeDenied(ForgeError):
    """The token may not do that, is not valid, or there is none."""


class ForgeNotFound(ForgeError):
    """There is no such repository, branch, commit or pull request, or it is hidden from this token."""


class ForgeConflict(ForgeError):
    """Something is not as it was a moment ago: a branch moved, a pull request is open already."""


class ForgeRefused(ForgeError):
    """The forge understood and does not do it: an unknown reviewer, a setting of the repository, a rule of a branch."""


class ForgeRateLimited(ForgeError):
    """The forge still answered "too many requests" after every retry."""


class ForgeUnreachable(ForgeError):
    """No answer from the forge, or a server fault after every retry."""


class UnsafeContent(PtmdepsError):
    """A hub, a lock or a file names something that must not be followed (`..`, absolute paths, control characters)."""


class StoreError(PtmdepsError):
    """The store or the environment cannot be written: read-only, full, or not ours."""


class IntegrityError(PtmdepsError):
    """Bytes differ from what the lock says, or ``claim`` where that is something else."""

    exit_code = 1

    def __init__(
        self, subject: str, *, expected: str, found: str, hint: str | None = None, claim: str = "the lock"
    ) -> None:
        super().__init__(f"{subject} does not match {claim}\n  expected: {expected}\n  found:    {found}", hint=hint)
        self.expected = expected
        self.found = found


class CheckFailed(PtmdepsError):
    """A check did its work and found something."""

    exit_code = 1
