"""Faithful little forges on loopback, over real Git: what a bot that opens pull requests needs.

    from embedded_forge import Access
    from embedded_forge.github import EmbeddedForgeGitHub

    with EmbeddedForgeGitHub(tmp_path / "forge") as forge:             # runs while the block does
        project = forge.create("acme/app", {"ptm.lock": b"…"})         # a real bare repository, its branch is `main`
        forge.grant("secret", Access(login="bot"))                     # or may=frozenset({"contents"}): only those
        forge.api                                                      # the root of the API
        project.push("main", {"app.py": b"…"}, author="ada")           # somebody works there
        project.pulls[1].labels, project.issues, project.git.read("ptm.lock", project.git.head("main"))
        project.check(sha, "success")                                  # CI says something of a commit
        project.merge(project.pulls[1], by="ada"); project.close(project.pulls[1])
        forge.faults.add(Fails(status=502), method="POST", path="/pulls$", after=1, times=1)
        assert not forge.writes                                        # every request that is no reading

`state` has the rules that forges have in common, `github` and its neighbours say them in their own words.
"""

from embedded_forge.state import Access, Issue, Project, PullRequest, State

__all__ = ["Access", "Issue", "Project", "PullRequest", "State"]
