"""Made-up graphs in the format of ``ptmdeps graph --format json``, of any size and shaped like those of the hub.

Few bases have most of the descendants, chains are short, most models name a dataset or two. The same number gives the
same document.
"""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

_LICENSES = ("apache-2.0", "mit", "llama3.1", "gemma", "cc-by-nc-4.0", "openrail", None)
_FAMILIES = ("mini-lm", "otter", "heron", "lynx", "wren", "ibis", "marten", "dipper")
_JOBS = ("chat", "summary", "rerank", "embed", "ocr", "speech", "caption", "translate")
_RELATIONS = ("finetune", "finetune", "adapter", "quantized", "merge")


def node(kind: str, name: str, **facts: Any) -> Json:
    """A node with everything that the format has."""
    hub = "huggingface" if kind in {"model", "dataset", "code"} else None
    known: Json = {
        "id": f"{kind}:{hub}:{name}@main" if hub else f"{kind}:{name}",
        "kind": kind,
        "label": name,
        "hub": hub,
        "name": name,
        "ref": "main" if kind in {"model", "code"} else None,
        "revision": None,
        "locked": kind != "dataset",
        "roles": [],
        "license": None,
        "size": None,
        "gated": None,
        "missing": None,
        "outcome": None,
    }
    return known | facts


def edge(source: Json, target: Json, relation: str, kind: str, *evidence: str, confidence: str = "declared") -> Json:
    """An edge between two nodes."""
    return {
        "from": source["id"],
        "to": target["id"],
        "relation": relation,
        "kind": kind,
        "evidence": list(evidence),
        "confidence": confidence,
    }


def document(nodes: list[Json], edges: list[Json], **rest: Any) -> Json:
    """A whole document."""
    return {"version": 1, "nodes": nodes, "edges": edges, "conflicts": [], "cycles": [], "orphans": []} | rest


def small() -> Json:
    """Five nodes: a place, an adapter, its base, and what that was trained on."""
    project = node("project", "newsroom")
    place = node("place", "app/answer.py:12")
    adapter = node(
        "model", "acme/otter-8b-press", license="mit", roles=["adapter"], revision="4f1c" * 10, size=84_000_000
    )
    base = node("model", "acme/otter-8b", license="llama3.1", revision="9ab0" * 10, size=16_060_000_000, gated="manual")
    dataset = node("dataset", "acme/press-releases", license="cc-by-4.0")
    return document(
        [project, place, adapter, base, dataset],
        [
            edge(project, place, "loads", "use", "app/answer.py:12"),
            edge(place, adapter, "loads", "use", "app/answer.py:12 PeftModel.from_pretrained"),
            edge(adapter, base, "adapter", "runtime", "adapter_config.json: base_model_name_or_path"),
            edge(adapter, dataset, "dataset", "lineage", "README.md: datasets"),
        ],
    )


def generated(size: int, *, seed: int = 6) -> Json:
    """A graph of about the size of a project with so many nodes."""
    chance = Random(seed)  # noqa: S311 - made-up names, no secrets
    project = node("project", "newsroom")
    bases = [_model(chance, "base", number, "b") for number in range(max(1, size // 9))]
    tuned = [_model(chance, chance.choice(_JOBS), number, "m") for number in range(max(1, size * 3 // 9))]
    datasets = [
        node("dataset", f"acme/{chance.choice(_JOBS)}-pairs-{number}", license="cc-by-4.0")
        for number in range(max(1, size // 6))
    ]
    packages = [node("package", name, ref=ref) for name, ref in (("transformers", "5.23.0"), ("peft", "0.21.2"))]
    code = [node("code", f"acme/otter-modeling-{number}", revision="c0de" * 10) for number in range(max(1, size // 40))]
    rest = max(1, size - 1 - len(bases) - len(tuned) - len(datasets) - len(packages) - len(code))
    places = [
        node("place", f"src/{_JOBS[number % 8]}/step_{number // 6}.py:{number * 7 % 190 + 3}") for number in range(rest)
    ]
    edges = [edge(project, place, "loads", "use", place["name"]) for place in places]
    edges += [
        edge(
            place,
            tuned[min(int(chance.paretovariate(0.7)) - 1 + number % len(tuned), len(tuned) - 1)],
            "loads",
            "use",
            f"{place['name']} AutoModel.from_pretrained",
        )
        for number, place in enumerate(places)
    ]
    for number, model in enumerate(tuned):
        base = bases[min(int(chance.paretovariate(0.9)) - 1, len(bases) - 1)]
        relation = chance.choice(_RELATIONS)
        model["roles"] = [] if relation == "finetune" else [relation]
        if number % 9 == 8 and number < len(tuned) - 1:
            base = tuned[number - 3]
        kind = "runtime" if relation == "adapter" else "lineage"
        unsure = chance.random() < 0.2
        source = "config.json: _name_or_path" if unsure else "README.md: base_model"
        edges.append(edge(model, base, relation, kind, source, confidence="inferred" if unsure else "declared"))
        if chance.random() < 0.5:
            edges.append(edge(model, chance.choice(datasets), "dataset", "lineage", "README.md: datasets"))
        if chance.random() < 0.08:
            edges.append(edge(model, chance.choice(code), "remote-code", "runtime", "config.json: auto_map"))
        if relation == "adapter":
            edges.append(edge(model, packages[1], "requires", "runtime", "adapter_config.json"))
    edges += [edge(bases[0], packages[0], "requires", "runtime", "config.json: architectures")]
    edges += [
        edge(base, one, "dataset", "lineage", "README.md: datasets")
        for base in bases
        for one in chance.sample(datasets, min(2, len(datasets)))
    ]
    claims = [
        {"value": "acme/otter-3b", "source": "README.md: base_model"},
        {"value": bases[0]["name"], "source": "config.json: _name_or_path"},
    ]
    conflicts = [{"node": model["id"], "about": "base-model", "claims": claims} for model in tuned[4::40]]
    nodes = [project, *places, *tuned, *bases, *code, *datasets, *packages]
    led = {one["to"] for one in edges}
    orphans = [one["id"] for one in tuned if one["id"] not in led]
    return document(nodes, edges, conflicts=conflicts, orphans=orphans)


def _model(chance: Random, job: str, number: int, size: str) -> Json:
    family = _FAMILIES[number % len(_FAMILIES)]
    license_ = chance.choice(_LICENSES)
    outcome = {None: "unknown", "cc-by-nc-4.0": "conflict", "apache-2.0": "ok", "mit": "ok"}.get(license_, "obligation")
    return node(
        "model",
        f"acme/{family}-{job}-{number + 1}{size}",
        revision=f"{chance.getrandbits(160):040x}",
        license=license_,
        size=int(10 ** chance.uniform(7, 10.5)),
        locked=chance.random() > 0.1,
        outcome=outcome,
    )


HOSTILE = (
    "</script><script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "<!-- --> ]]> {{ script }} {{ document }}",
    "a\u202egnp.exe\u2066b",
    "line\nbreak\u2028\u2029\x00\x1b[31m\ud800",
    "\"quotes' `ticks` \\ ${window.harmed = 1}",
    "模型 🤗 " + "x" * 400,
)
"""Texts that somebody may have put in a card or a name."""


def hostile() -> Json:
    """Every text of the graph is one of those."""
    project = node("project", HOSTILE[0])
    places = [node("place", f"{text}:{number}") for number, text in enumerate(HOSTILE)]
    models = [
        node("model", text, license=text, roles=[text], ref=text, revision=text, gated=text, missing=text, hub=text)
        for text in HOSTILE
    ]
    edges = [edge(project, place, HOSTILE[1], "use", *HOSTILE) for place in places]
    edges += [edge(place, model, HOSTILE[2], "use", *HOSTILE) for place, model in zip(places, models, strict=True)]
    claims = [{"value": text, "source": text} for text in HOSTILE]
    conflicts = [{"node": model["id"], "about": "license", "claims": claims} for model in models]
    return document([project, *places, *models], edges, conflicts=conflicts, orphans=[models[0]["id"]])


def circular() -> Json:
    """Models that came from each other, one that came from itself, one that nothing leads to."""
    models = [node("model", f"acme/ring-{number}", license="mit") for number in range(4)]
    alone = node("model", "acme/alone")
    edges = [
        edge(models[number], models[(number + 1) % 4], "merge", "lineage", "README.md: base_model")
        for number in range(4)
    ]
    edges.append(edge(alone, alone, "finetune", "lineage", "README.md: base_model"))
    cycles = [[model["id"] for model in models], [alone["id"]]]
    return document([*models, alone], edges, cycles=cycles, orphans=[alone["id"]])
