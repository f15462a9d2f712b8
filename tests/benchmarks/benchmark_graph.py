"""A graph as large as a hub, and the commands on a lock of 5,000 models.

The graph of 300,000 nodes and 500,000 edges is made up and shaped like a hub's: few bases have most of the
descendants, chains are short and a few are long, datasets are shared. Ours and networkx answer the same questions from
the same lock, each in a process of its own; both must give the same answers.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import networkx as nx

from ptmdeps.graph.building import model_graph, node_of
from ptmdeps.graph.questions import dependents
from ptmdeps.graph.walking import following, inherited
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Ancestor, Edge, License, LockedModel, Lockfile
from ptmdeps.lockfile.text import write
from ptmdeps.locking import gather
from ptmdeps.project import Project
from tests.benchmarks.measure import PTMDEPS, finish, report

NODES, EDGES, DATASETS, BASES, LOCKED = 300_000, 500_000, 8_000, 400, 5_000
RESTRICTED = ("LicenseRef-llama-3.1", "LicenseRef-gemma", "CC-BY-NC-4.0", "GPL-3.0-only")
ROUNDS = 5
COMMANDS = (
    ("list",),
    ("graph",),
    ("graph", "--no-code"),
    ("graph", "--packages", "--format", "mermaid"),
    ("why", "acme/model-1000"),
    ("why", "acme/origin-0"),
    ("why", "--impact", "acme/base-1"),
    ("tree", "--lineage"),
)
"""``list`` is for comparison: reading the lock and nothing else."""

T = TypeVar("T")


def main() -> None:
    """Measure and print."""
    # as the program does: most of what is made here has no circles
    gc.set_threshold(200_000)
    if sys.argv[1:] == ["commands"]:
        finish(list(_commands()))
    if len(sys.argv) > 1:
        print(json.dumps(SIDES[sys.argv[1]]()))
        return
    ours, theirs = (_side(name) for name in SIDES)
    if (ours["dependents"], ours["inherited"]) != (theirs["dependents"], theirs["inherited"]):
        raise RuntimeError(f"the answers differ: {ours} {theirs}")
    print(f"{ours['nodes']:,} nodes, {ours['edges']:,} edges; {ours['dependents']:,} came from the largest base")
    for what in ("build", "dependents of a root", "the same again", "propagation along lineage"):
        mine, other = ours["seconds"][what], theirs["seconds"][what]
        print(f"     {what}: {mine:.2f} s, networkx {other:.2f} s, ratio {mine / other:.2f}")
    print(f"     peak memory over the lock's: {ours['memory']:.0f} MB, networkx {theirs['memory']:.0f} MB")
    total, others = sum(ours["seconds"].values()), sum(theirs["seconds"].values())
    finish([report("all of it against networkx", total / others, 1.0), *_commands()])


def hub() -> Lockfile:
    """Models that came from models, the bases first; the last of them are locked."""
    chance = random.Random(6)  # noqa: S311 - the same graph every time
    models = NODES - DATASETS
    edges: list[list[Edge]] = [[] for _ in range(models)]
    for number in range(BASES, models):
        edges[number].append(_edge("finetune", "model", _parent(chance, number)))
    for _ in range(EDGES - (models - BASES)):
        number = chance.randrange(BASES, models)
        dataset = int(DATASETS * chance.random() ** 3)
        if chance.random() < 0.8:  # datasets are named more often than second bases
            edges[number].append(_edge("dataset", "dataset", dataset))
        else:
            edges[number].append(_edge("merge", "model", _parent(chance, number)))
    return Lockfile(
        models=tuple(
            LockedModel(key=_key("model", number), revision="a" * 40, edges=tuple(sorted(edges[number])))
            for number in range(models - LOCKED, models)
        ),
        ancestors=(
            *(Ancestor(key=_key("dataset", number), kind="dataset") for number in range(DATASETS)),
            *(
                Ancestor(key=_key("model", number), edges=tuple(sorted(edges[number])), license=_license(number))
                for number in range(models - LOCKED)
            ),
        ),
    )


def ours() -> dict[str, Any]:
    """Our graph."""
    lockfile = hub()
    before = _peak()
    clock = _Clock()
    graph = clock.of("build", lambda: model_graph(lockfile, lineage=True))
    root = node_of(next(one for one in lockfile.ancestors if one.kind == "model"))
    found = clock.of("dependents of a root", lambda: dependents(graph, root, lineage=True))
    clock.of("the same again", lambda: dependents(graph, root, lineage=True))
    own = {node_of(one): frozenset({one.license.concluded}) for one in lockfile.ancestors if one.license}
    bound = clock.of(
        "propagation along lineage", lambda: inherited(following(graph, lambda arc: arc.kind == "lineage"), own)
    )
    return {
        "nodes": len(graph.nodes),
        "edges": sum(map(len, graph.arcs.values())),
        "dependents": len(found),
        "inherited": sum(map(len, bound.values())),
        "seconds": clock.seconds,
        "memory": _peak() - before,
    }


def with_networkx() -> dict[str, Any]:
    """The same, as one would write it with networkx."""
    lockfile = hub()
    before = _peak()
    clock = _Clock()
    graph = clock.of("build", lambda: _network(lockfile))
    root = ("model", next(one for one in lockfile.ancestors if one.kind == "model").key.name)
    found = clock.of("dependents of a root", lambda: nx.ancestors(graph, root))
    clock.of("the same again", lambda: nx.ancestors(graph, root))
    bound = clock.of("propagation along lineage", lambda: _propagated(graph))
    return {
        "dependents": len(found),
        "inherited": sum(map(len, bound.values())),
        "seconds": clock.seconds,
        "memory": _peak() - before,
    }


SIDES: dict[str, Callable[[], dict[str, Any]]] = {"ours": ours, "networkx": with_networkx}


def _network(lockfile: Lockfile) -> Any:
    graph: nx.MultiDiGraph[tuple[str, str]] = nx.MultiDiGraph()
    known: tuple[LockedModel | Ancestor, ...] = (*lockfile.models, *lockfile.ancestors)
    for one in known:
        kind = one.kind if isinstance(one, Ancestor) else "model"
        graph.add_node((kind, one.key.name), own={one.license.concluded} if one.license else set())
        for edge in one.edges:
            target = "dataset" if edge.relation == "dataset" else "model"
            graph.add_edge(
                (kind, one.key.name),
                (target, edge.target.name),
                kind=edge.kind,
                relation=edge.relation,
                evidence=(edge.evidence,),
                confidence="declared",
            )
    return graph


def _propagated(graph: Any) -> dict[Any, set[str]]:
    together = nx.condensation(nx.DiGraph(graph))
    bound: dict[int, set[str]] = {}
    for component in reversed(list(nx.topological_sort(together))):
        bound[component] = set().union(
            *(graph.nodes[node]["own"] for node in together.nodes[component]["members"]),
            *(bound[target] for target in together.successors(component)),
        )
    return {node: bound[component] for component, nodes in together.nodes("members") for node in nodes}


def _commands() -> Iterator[bool]:
    """Whole processes: seconds of the processor are held to the bar, since the machine may be busy."""
    with TemporaryDirectory(prefix="ptmdeps-benchmark-") as folder:
        variables = {**os.environ, "HOME": folder, "PTMDEPS_CACHE": f"{folder}/cache", "PYTHONDONTWRITEBYTECODE": ""}
        usual, extreme = Path(folder) / "usual", Path(folder) / "extreme"
        _fill(usual, loaded=1_500, bases=500, ancestors=2_500, datasets=500)
        _fill(extreme, loaded=4_800, bases=200, ancestors=100, datasets=0)
        for project, what in ((usual, "5,000 nodes, 2,000 of them locked"), (extreme, "5,000 locked models")):
            print(f"     a lock of {what}:")
            for arguments in COMMANDS:
                _process(arguments, variables, project)
                measured = [_process(arguments, variables, project) for _ in range(ROUNDS)]
                wall, cpu = (statistics.median(seconds) for seconds in zip(*measured, strict=True))
                print(f"     {' '.join(arguments)}: {wall:.2f} s by the clock, {cpu:.2f} s of the processor")
                if project is usual and arguments[0] != "list":
                    yield report(f"{' '.join(arguments)}: processor", cpu, 1.0, " s")


def _fill(project: Path, *, loaded: int, bases: int, ancestors: int, datasets: int) -> None:
    """Code that loads adapters of bases, which came from ancestors that came from each other and from datasets."""
    project.mkdir(parents=True)
    names = [f"acme/model-{number}" for number in range(loaded)]
    for part in range(loaded // 50):
        loads = "".join(f'AutoModel.from_pretrained("{name}")\n' for name in names[part * 50 : part * 50 + 50])
        (project / f"part_{part}.py").write_text(f"from transformers import AutoModel\n\n{loads}", encoding="utf-8")
    base = [ModelKey("huggingface", f"acme/base-{number}") for number in range(bases)]
    models = [
        *(_locked(key, _edge("finetune", "origin", index % ancestors)) for index, key in enumerate(base)),
        *(_locked(ModelKey("huggingface", name), _adapter(base[index % bases])) for index, name in enumerate(names)),
    ]
    origins = [
        Ancestor(key=_key("origin", number), revision="b" * 40, edges=_of_ancestor(number, datasets))
        for number in range(ancestors)
    ]
    data = [Ancestor(key=_key("dataset", number), kind="dataset", revision="c" * 40) for number in range(datasets)]
    lockfile = Lockfile(
        models=tuple(sorted(models, key=lambda model: model.key)),
        ancestors=tuple(sorted((*origins, *data), key=lambda one: (one.kind, one.key))),
    )
    write(replace(lockfile, requirements=gather(Project(project)).wanted.requirements), project / "ptm.lock")


def _of_ancestor(number: int, datasets: int) -> tuple[Edge, ...]:
    before = (_edge("finetune", "origin", number // 7),) if number else ()
    data = (_edge("dataset", "dataset", number % datasets),) if datasets else ()
    return tuple(sorted((*before, *data)))


def _locked(key: ModelKey, edge: Edge) -> LockedModel:
    revision = hashlib.sha1(key.name.encode(), usedforsecurity=False).hexdigest()
    model = LockedModel(key=key, revision=revision, requires=("transformers",), edges=(edge,))
    return replace(model, recorded_digest=model_digest(model))


def _adapter(base: ModelKey) -> Edge:
    return Edge(kind="runtime", relation="adapter", target=base, reads="model", evidence="adapter_config.json")


def _process(arguments: tuple[str, ...], variables: dict[str, str], project: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run((*PTMDEPS, *arguments), env=variables, cwd=project, capture_output=True, check=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _side(name: str) -> dict[str, Any]:
    done = subprocess.run(
        (sys.executable, "-m", "tests.benchmarks.benchmark_graph", name), capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _parent(chance: random.Random, number: int) -> int:
    """Most came from one of few bases, the others from something that came from one."""
    if chance.random() < 0.6:
        return int(BASES * chance.random() ** 4)
    return int(number * chance.random() ** 2)


def _edge(relation: str, kind: str, number: int) -> Edge:
    return Edge(kind="lineage", relation=relation, target=_key(kind, number), evidence="README.md")


def _key(kind: str, number: int) -> ModelKey:
    return ModelKey("huggingface", f"acme/{kind}-{number}")


def _license(number: int) -> License | None:
    if number >= BASES:
        return None
    return License(declared="x", concluded=RESTRICTED[number % len(RESTRICTED)])


def _peak() -> float:
    """Most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Clock:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def of(self, what: str, call: Callable[[], T]) -> T:
        begin = time.process_time()
        result = call()
        self.seconds[what] = time.process_time() - begin
        return result


if __name__ == "__main__":
    main()
