"""A faithful little GitHub on loopback, over real git repositories; for PyTorch Hub, release assets and raw files.

    from embedded_github import EmbeddedGitHub, rate_limited

    with EmbeddedGitHub(tmp_path / "github") as github:                # runs while the block does
        repository = github.create("acme/vision", {"hubconf.py": b"…"}, license="BSD-3-Clause")
        first = repository.resolve("main")
        repository.commit({"hubconf.py": b"…"}, message="Faster")      # the default branch moves; returns the commit
        repository.tag("v1.0", first)                                  # message="…" makes it an annotated tag
        repository.branch("dev", first); repository.move("main", first); repository.delete("refs/heads/dev")
        repository.pull_request(1, {"README.md": b"…"})                # refs/pull/1/head
        repository.release("v1.0", {"weights-0123abcd.pth": b"…"})     # assets, behind a redirect to another origin
        repository.update(default_branch="trunk", archived=True, private=True, readers=("ada",))
        repository.lose(commit)                                        # force-pushed away and collected
        fork = github.fork("acme/vision", "mallory/vision")            # its commits are to be had from the parent, too
        github.rename("acme/vision", "acme/eyes"); github.delete("mallory/vision")
        github.users["ghp_ada"] = "ada"                                # access token -> login
        github.endpoint                                                # for https://github.com and https://api.github.com
        github.faults.add(rate_limited(), path="^/repos/")             # the 403 of an exhausted quota
        github.log.count(r"/git-upload-pack$", method="POST")

Web pages, git and the API (`/repos/…`) have one origin here. What GitHub keeps on other hosts (archives, raw files,
release assets) is on the other loopback name, `localhost`. A client that comes through `EmbeddedProxy(…, github.hosts)`
asks for the real names of all these hosts, and is answered with them.
"""

from embedded_github.repository import Asset, Facts, GitHubRepository, Release
from embedded_github.server import EmbeddedGitHub, rate_limited

__all__ = ["Asset", "EmbeddedGitHub", "Facts", "GitHubRepository", "Release", "rate_limited"]
