from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lockfiles.examples import CONFIG, GOLDEN, WEIGHTS, model, sealed, wish
from ptmdeps.errors import LockfileError, LockfileVersionError
from ptmdeps.lockfile import LockedModel, Lockfile, Options, dumps, loads
from ptmdeps.lockfile.conflicts import loads_merged

DEFAULTS = Options()
STYLES = ("merge", "diff3", "zdiff3")
A, B, C, D = (model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in "abcd")


def _lock(*models: LockedModel, options: Options = DEFAULTS) -> Lockfile:
    wishes = tuple(wish(found.key.name, ref=found.ref) for found in models)
    return Lockfile(options=options, models=models, requirements=tuple(sorted(wishes)))


def _moved(found: LockedModel, digit: str = "0") -> LockedModel:
    """The same model at another commit, whose weights are others."""
    files = (CONFIG, replace(WEIGHTS, sha256=digit * 64))
    return sealed(replace(found, revision=digit * 40, files=files))


class Repository:
    """A real Git repository with one lockfile."""

    def __init__(self, folder: Path, style: str) -> None:
        self.folder = folder
        self._seconds = 1_700_000_000
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "merge.conflictStyle", style)
        self.git("config", "user.name", "Test")
        self.git("config", "user.email", "test@example.org")

    def git(self, *arguments: str, fails: bool = False) -> None:
        # of two common ancestors the older one counts first: without a clock of its own, chance would decide
        self._seconds += 60
        date = f"{self._seconds} +0000"
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=environment, check=False, capture_output=True)
        assert (done.returncode != 0) == fails, done.stderr

    @property
    def text(self) -> str:
        return (self.folder / "ptm.lock").read_text(encoding="utf-8")

    def commit(self, lockfile: Lockfile | str) -> None:
        text = lockfile if isinstance(lockfile, str) else dumps(lockfile)
        (self.folder / "ptm.lock").write_text(text, encoding="utf-8")
        self.git("add", "ptm.lock")
        self.git("commit", "--quiet", "--message=lock")

    def merge(self, base: Lockfile | str, ours: Lockfile | str, theirs: Lockfile | str, *, fails: bool = True) -> str:
        """The text that is left when ``theirs`` is merged into ``ours``."""
        self.commit(base)
        self.git("switch", "--quiet", "--create", "feature")
        self.commit(theirs)
        self.git("switch", "--quiet", "main")
        self.commit(ours)
        self.git("merge", "--quiet", "feature", fails=fails)
        return self.text


@pytest.fixture(params=STYLES)
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    return Repository(tmp_path, request.param)


def test_text_without_markers_is_read_as_it_is() -> None:
    merge = loads_merged(dumps(GOLDEN["refs"]))
    assert (merge.lockfile, merge.disputed) == (GOLDEN["refs"], ())


def test_an_added_and_a_moved_model_merge_without_a_conflict(repository: Repository) -> None:
    text = repository.merge(_lock(A, D), _lock(A, B, D), _lock(A, _moved(D)), fails=False)
    assert loads(text) == _lock(A, B, _moved(D))


def test_different_models_added_at_one_place_are_both_kept(repository: Repository) -> None:
    text = repository.merge(_lock(A, D), _lock(A, B, D), _lock(A, C, D))
    assert "<<<<<<<" in text
    merge = loads_merged(text)
    assert (merge.lockfile, merge.disputed) == (_lock(A, B, C, D), ())


def test_first_models_added_to_an_empty_lock_are_both_kept(repository: Repository) -> None:
    merge = loads_merged(repository.merge(_lock(), _lock(A), _lock(B)))
    assert (merge.lockfile, merge.disputed) == (_lock(A, B), ())


def test_a_model_that_both_sides_moved_differently_is_disputed(repository: Repository) -> None:
    text = repository.merge(_lock(A, B, C), _lock(A, _moved(B, "1"), C), _lock(A, _moved(B, "2"), C))
    merge = loads_merged(text)
    assert merge.disputed == ("org/b",)
    assert merge.lockfile == replace(_lock(A, B, C), models=(A, C))


def test_a_model_that_both_sides_moved_alike_is_kept(repository: Repository) -> None:
    text = repository.merge(_lock(A, D), _lock(A, B, _moved(D)), _lock(A, C, _moved(D)))
    merge = loads_merged(text)
    assert (merge.lockfile, merge.disputed) == (_lock(A, B, C, _moved(D)), ())


def test_an_addition_beside_a_move_merges_without_a_conflict(repository: Repository) -> None:
    text = repository.merge(_lock(A), _lock(A, B), _lock(_moved(A)), fails=False)
    assert loads(text) == _lock(_moved(A), B)


def test_a_model_that_one_side_moved_and_the_other_dropped_is_kept_for_the_code_to_decide(
    repository: Repository,
) -> None:
    merge = loads_merged(repository.merge(_lock(A, B), _lock(A), _lock(A, _moved(B))))
    assert merge.disputed == ()
    assert merge.lockfile.models == (A, _moved(B))


def test_a_model_pieced_together_from_both_sides_is_disputed(repository: Repository) -> None:
    many = tuple(replace(CONFIG, path=f"part-{part}.json") for part in range(9))
    base = sealed(replace(A, files=many))
    first = sealed(replace(base, files=(replace(many[0], sha256="1" * 64), *many[1:])))
    last = sealed(replace(base, files=(*many[:-1], replace(many[-1], size=1))))
    text = repository.merge(_lock(base, B), _lock(first, B), _lock(last, B))
    merge = loads_merged(text)
    assert merge.disputed == ("org/a",)
    assert merge.lockfile.models == (B,)


def test_refs_of_one_model_are_merged_each_for_itself(repository: Repository) -> None:
    tags = [model("org/a", ref, files=(CONFIG,)) for ref in ("v1", "v2")]
    merge = loads_merged(repository.merge(_lock(A), _lock(A, tags[0]), _lock(A, tags[1])))
    assert (merge.lockfile, merge.disputed) == (_lock(A, *tags), ())


def test_one_wish_with_other_files_of_the_project_is_used_in_all_of_them(repository: Repository) -> None:
    def used(*paths: str) -> Lockfile:
        return replace(_lock(A), requirements=(wish("org/a", used_in=paths),))

    merge = loads_merged(repository.merge(used("m.py"), used("a.py", "m.py"), used("b.py", "m.py")))
    assert merge.lockfile == used("a.py", "b.py", "m.py")


def test_a_name_that_became_the_alias_of_another_model_is_disputed(repository: Repository) -> None:
    renamed = sealed(replace(B, aliases=("org/c",)))
    merge = loads_merged(repository.merge(_lock(A), _lock(A, renamed), _lock(A, C)))
    assert merge.disputed == ("org/b", "org/c")
    assert merge.lockfile.models == (A,)


def test_settings_are_those_of_our_side(repository: Repository) -> None:
    ours, theirs = (_lock(A, options=Options(scopes=(scope,))) for scope in ("main", "test"))
    merge = loads_merged(repository.merge(_lock(A, options=Options(scopes=("doc",))), ours, theirs))
    assert merge.lockfile == ours


def test_text_that_looks_like_lines_to_others_is_not_torn(repository: Repository) -> None:
    odd = sealed(replace(A, purl="pkg:a\u2028======= b\x85c"))
    merge = loads_merged(repository.merge(_lock(odd), _lock(odd, B), _lock(odd, C)))
    assert merge.lockfile == _lock(odd, B, C)


def test_windows_line_ends_heal_as_well(repository: Repository) -> None:
    text = repository.merge(_lock(A), _lock(A, B), _lock(A, C))
    assert loads_merged(text.replace("\n", "\r\n")).lockfile == _lock(A, B, C)


def test_crossed_merges_whose_common_ancestor_holds_markers_itself_heal(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "diff3")
    repository.merge(_lock(A), _lock(A, B), _lock(A, C))
    repository.commit(_lock(A, B, C))
    repository.git("switch", "--quiet", "feature")
    repository.git("merge", "--quiet", "main~1", fails=True)
    repository.commit(_lock(A, _moved(C), D))
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "feature", fails=True)
    assert "\n<<<<<<<<< " in repository.text
    merge = loads_merged(repository.text)
    assert merge.lockfile.models == (A, D)
    assert merge.disputed == ("org/c",)


def test_a_side_that_is_no_lockfile_is_an_error_with_a_way_out(repository: Repository) -> None:
    ours = dumps(_lock(A, B)).replace("remote-code = false", "remote-code = maybe", 1)
    text = repository.merge(_lock(A), ours, _lock(A, C))
    with pytest.raises(LockfileError, match=r"one side of the merge cannot be read: `my\.lock` is no valid") as caught:
        loads_merged(text, source="my.lock")
    assert caught.value.hint == "Take one side with `git checkout --ours my.lock` and run `ptmdeps lock`"


def test_a_side_of_a_newer_format_is_left_alone(repository: Repository) -> None:
    theirs = dumps(_lock(A, C)).replace("version = 1", "version = 2", 1)
    with pytest.raises(LockfileVersionError):
        loads_merged(repository.merge(_lock(A), _lock(A, B), theirs))


@pytest.mark.parametrize("leftover", ["=======", ">>>>>>> feature"])
def test_markers_left_behind_by_hand_are_an_error(leftover: str) -> None:
    text = dumps(_lock(A)).replace("\n[options]", f"\n{leftover}\n[options]")
    with pytest.raises(LockfileError, match="one side of the merge cannot be read"):
        loads_merged(text)
