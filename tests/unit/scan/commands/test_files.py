"""Commands in files: variables, loops, functions, Dockerfiles, manifests and their kin."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ptmdeps.identity import Location, ModelKey
from ptmdeps.scan.commands import outcomes_of, reads
from ptmdeps.scan.references import LocalReference, Outcome, Reference, Scope, UnresolvedReference


def read(path: str, text: str) -> list[Outcome]:
    return list(outcomes_of(path, dedent(text).encode()))


def found(path: str, text: str) -> list[tuple[int, str, str]]:
    """Return (line, model, resolution) of every reference, those of soft evidence with a mark."""
    return [
        (reference.location.line, ("~" if reference.soft else "") + str(reference.key), reference.resolution)
        for reference in read(path, text)
        if isinstance(reference, Reference)
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("run.sh", "a/b.slurm", "Dockerfile", "docker/Dockerfile.gpu", "gpu.Dockerfile", "Containerfile", "Makefile"),
        *(
            "compose.yaml",
            ".github/workflows/ci.yml",
            ".gitlab-ci.yml",
            "Modelfile",
            "Procfile",
            ".env",
            ".env.example",
        ),
        *("requirements.txt", "requirements-dev.txt", "requirements/base.txt", "pyproject.toml", "package.json"),
        *("justfile", "Jenkinsfile", "bin/download", ".devcontainer/devcontainer.json", "environment.yml", "Kitfile"),
    ],
)
def test_files_that_hold_commands_are_read(path: str) -> None:
    assert reads(path)


@pytest.mark.parametrize(
    "path", ["a.py", "README.md", "data.json", "model.bin", "a.txt", "x.toml", "uv.lock", "a.ipynb"]
)
def test_other_files_are_not(path: str) -> None:
    assert not reads(path)
    assert list(outcomes_of(path, b"hf download acme/a")) == []


SHELL = {
    "variable": ('M=acme/a\nhf download "$M"', [(2, "huggingface:acme/a", "constant")]),
    "parts": ("O=acme\nhf download ${O}/a-${V:-1}", [(2, "huggingface:acme/a-1", "environment")]),
    "default": ("hf download ${M:-acme/a}", [(1, "huggingface:acme/a", "environment")]),
    "default of an argument": ("M=${1:-acme/a}\nhf download $M", [(2, "huggingface:acme/a", "option")]),
    "quotes": ("hf download 'acme'\"/\"a", [(1, "huggingface:acme/a", "literal")]),
    "several lines": ("hf download \\\n  acme/a \\\n  --revision x", [(1, "huggingface:acme/a", "literal")]),
    "list": (
        "cd x && hf download acme/a; hf download acme/b",
        [(1, "huggingface:acme/a", "literal"), (1, "huggingface:acme/b", "literal")],
    ),
    "loop": (
        "for m in acme/a acme/b; do\n  hf download $m\ndone",
        [(2, "huggingface:acme/a", "constant"), (2, "huggingface:acme/b", "constant")],
    ),
    "array": (
        'L=(acme/a "acme/b")\nfor m in "${L[@]}"; do hf download $m; done',
        [(2, "huggingface:acme/a", "constant"), (2, "huggingface:acme/b", "constant")],
    ),
    "array in pieces": (
        "L=()\nL+=(acme/a)\nfor m in ${L[@]}; do hf download $m; done",
        [(3, "huggingface:acme/a", "constant")],
    ),
    "map": (
        "declare -A L=([x]=acme/a)\nL[y]=acme/b\nhf download ${L[$1]}",
        [(3, "huggingface:acme/a", "constant"), (3, "huggingface:acme/b", "constant")],
    ),
    "branches": (
        'if [ "$1" = x ]; then\n M=acme/a\nelse\n M=acme/b\nfi\nhf download $M',
        [(6, "huggingface:acme/a", "constant"), (6, "huggingface:acme/b", "constant")],
    ),
    "case": (
        "case $1 in\n x) M=acme/a ;;\n *) M=acme/b ;;\nesac\nhf download $M",
        [(5, "huggingface:acme/a", "constant"), (5, "huggingface:acme/b", "constant")],
    ),
    "set again": (
        "M=acme/a\nhf download $M\nM=acme/b\nhf download $M",
        [(2, "huggingface:acme/a", "constant"), (4, "huggingface:acme/b", "constant")],
    ),
    "function": (
        'get() {\n  hf download "$1"\n}\nget acme/a\nget acme/b',
        [(2, "huggingface:acme/a", "constant"), (2, "huggingface:acme/b", "constant")],
    ),
    "function in bash's way": (
        "function get {\n hf download $1\n}\nget acme/a",
        [(2, "huggingface:acme/a", "constant")],
    ),
    "options in a variable": ("A='--model acme/a --tp 2'\nvllm serve $A", [(2, "huggingface:acme/a", "constant")]),
    "command in a variable": ('C="hf download acme/a"\neval "$C"', [(2, "huggingface:acme/a", "literal")]),
    "substitution": (
        "x=$(hf download acme/a)\ny=`hf download acme/b`",
        [(1, "huggingface:acme/a", "literal"), (2, "huggingface:acme/b", "literal")],
    ),
    "here-document of a shell": ("bash <<EOF\nhf download acme/a\nEOF", [(2, "huggingface:acme/a", "literal")]),
    "here-document of a Dockerfile": (
        "cat > Dockerfile <<'EOF'\nFROM x\nRUN hf download acme/a\nEOF",
        [(3, "huggingface:acme/a", "literal")],
    ),
    "here-document of a variable": (
        "read -r -d '' C <<EOF\nx.train \\\n --model_name_or_path acme/a\nEOF\ndeepspeed --module $C",
        [(5, "~huggingface:acme/a", "constant")],
    ),
    "exported twin": ("export MODEL_ID=acme/a", [(1, "~huggingface:acme/a", "environment")]),
    "twin with a prefix": (
        "export QNA_LLM_MODEL_ID=acme/a\nexport GUARD_MODEL_ID=acme/b",
        [(1, "~huggingface:acme/a", "environment"), (2, "~huggingface:acme/b", "environment")],
    ),
    "twin beside a server of one's own": (
        "export LLM_MODEL_ID=acme/a\nexport TGI_LLM_ENDPOINT=http://h:80 BACKEND_SERVICE_ENDPOINT=http://h:81",
        [(1, "~huggingface:acme/a", "environment")],
    ),
    "twin beside a service": ("export LLM_MODEL_ID=acme/a\nexport LLM_ENDPOINT=http://h:80", []),
    "model of a service": ("export OPENROUTER_MODEL_ID=acme/a\nexport HUB_MODEL_ID=acme/b", []),
    "brace without its space": (
        "cd weights && {curl -OL https://host.org/a.pt; cd -; }\n(curl -O https://host.org/b.pt)",
        [(1, "url:https://host.org/a.pt", "literal"), (2, "url:https://host.org/b.pt", "literal")],
    ),
    "unknown words may name the model": (
        "python3 -m fastchat.serve.model_worker $ARGUMENTS\npython3 -m fastchat.serve.model_worker --port $P",
        [(2, "huggingface:lmsys/vicuna-7b-v1.5", "default-model")],
    ),
    "exported twin that is used": (
        "export MODEL_ID=acme/a\nvllm serve $MODEL_ID",
        [(2, "huggingface:acme/a", "constant")],
    ),
    "environment of a server": (
        "export MODEL_ID=acme/a REVISION=v1\ntext-generation-launcher",
        [(2, "huggingface:acme/a", "literal")],
    ),
    "here-string": ("bash <<< 'hf download acme/a'", [(1, "huggingface:acme/a", "literal")]),
    "appended": ("M=acme\nM+=/a\nhf download $M", [(3, "huggingface:acme/a", "constant")]),
    "process substitution": ("cat <(hf download acme/a) >&2", [(1, "huggingface:acme/a", "literal")]),
    "group": ("(cd x && hf download acme/a) | tee log", [(1, "huggingface:acme/a", "literal")]),
    "arithmetic": ("A=$((1 + 2))\nhf download acme/a-${A}", []),
    "alternative value": ("hf download ${X:+acme/a}", [(1, "huggingface:acme/a", "literal")]),
    "length and indirection": ("hf download ${#X}; hf download ${!X}; hf download ${X##*/}", []),
    "quoted substitution": ('X="$(hf download "acme/a")"', [(1, "huggingface:acme/a", "literal")]),
    "comment": ("# hf download acme/a\nhf download acme/b # acme/c", [(2, "huggingface:acme/b", "literal")]),
}


@pytest.mark.parametrize(("text", "expected"), SHELL.values(), ids=SHELL.keys())
def test_a_script_is_followed(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found("run.sh", text) == expected


def test_a_function_that_nobody_calls_is_read_once() -> None:
    (outcome,) = read("run.sh", "get() {\n hf download $1\n}\n")
    assert isinstance(outcome, UnresolvedReference)
    assert (outcome.location.line, outcome.passed_on) == (2, True)


def test_evidence_leads_to_the_text_and_alternatives_know_each_other() -> None:
    first, second = read("run.sh", "A=acme/a\nB=acme/b\nfor m in $A $B; do hf download $m; done")
    assert isinstance(first, Reference) and isinstance(second, Reference)
    assert first.evidence == (Location("run.sh", 3), Location("run.sh", 1))
    assert (first.alternatives, second.alternatives) == (("acme/b",), ("acme/a",))


def test_a_file_without_suffix_is_read_if_a_shell_runs_it() -> None:
    assert found("bin/get", "#!/usr/bin/env bash\nhf download acme/a") == [(2, "huggingface:acme/a", "literal")]
    assert found("bin/get", "hf download acme/a") == []


DOCKER = {
    "run": ("FROM x\nRUN pip install y && \\\n    hf download acme/a", [(3, "huggingface:acme/a", "literal")]),
    "comment inside": ("FROM x\nRUN a && \\\n# why\n  hf download acme/a", [(4, "huggingface:acme/a", "literal")]),
    "exec form": ('FROM x\nCMD ["vllm", "serve", "acme/a"]', [(2, "huggingface:acme/a", "literal")]),
    "exec form in lines": ('FROM x\nCMD ["vllm", "serve", \\\n  "acme/a"]', [(2, "huggingface:acme/a", "literal")]),
    "entry point and command": (
        'FROM x\nENTRYPOINT ["vllm", "serve"]\nCMD ["acme/a"]',
        [(2, "huggingface:acme/a", "literal")],
    ),
    "shell form": ("FROM x\nCMD vllm serve acme/a", [(2, "huggingface:acme/a", "literal")]),
    "argument": ("FROM x\nARG M=acme/a\nRUN hf download $M", [(3, "huggingface:acme/a", "option")]),
    "environment": ("FROM x\nENV M=acme/a N=2\nRUN hf download ${M}", [(3, "huggingface:acme/a", "environment")]),
    "older form": ("FROM x\nENV M acme/a\nRUN hf download ${M}", [(3, "huggingface:acme/a", "environment")]),
    "here-document": (
        "FROM x\nRUN <<EOF\nset -e\nhf download acme/a\nEOF\nRUN b",
        [(4, "huggingface:acme/a", "literal")],
    ),
    "server by environment": (
        "FROM ghcr.io/huggingface/text-generation-inference:3\nENV MODEL_ID=acme/a REVISION=v1",
        [(1, "huggingface:acme/a", "environment")],
    ),
    "server by image": ('FROM vllm/vllm-openai\nCMD ["--model", "acme/a"]', [(2, "huggingface:acme/a", "literal")]),
    "stages": (
        'FROM a AS one\nCMD ["vllm","serve","acme/a"]\nFROM b\nCMD ["vllm","serve","acme/b"]',
        [(2, "huggingface:acme/a", "literal"), (4, "huggingface:acme/b", "literal")],
    ),
    "escape": ("# escape=`\nFROM x\nRUN a && `\n hf download acme/a", [(4, "huggingface:acme/a", "literal")]),
    "not quite exec form": ('FROM x\nCMD ["vllm", 1]', []),
    "empty": ("FROM\nRUN\n", []),
    "twin": ("FROM x\nENV HF_MODEL_ID=acme/a", [(2, "~huggingface:acme/a", "environment")]),
    "options of run": (
        "FROM x\nRUN --mount=type=cache,target=/r hf download acme/a",
        [(2, "huggingface:acme/a", "literal")],
    ),
    "run in exec form": ('FROM x\nRUN ["hf", "download", "acme/a"]', [(2, "huggingface:acme/a", "literal")]),
    "spacy and ollama": (
        "FROM x\nRUN python -m spacy download en_core_web_sm\nRUN ollama serve & ollama pull a:7b",
        [(2, "spacy:en_core_web_sm", "literal"), (3, "ollama:a:7b", "literal")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), DOCKER.values(), ids=DOCKER.keys())
def test_a_dockerfile_is_followed(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found("Dockerfile", text) == expected


COMPOSE = """\
services:
  llm:
    image: vllm/vllm-openai:latest
    command: --model acme/a --revision v1
  embed:
    image: ghcr.io/huggingface/text-embeddings-inference:cpu-1.5
    environment:
      - MODEL_ID=acme/b
  app:
    build:
      context: .
      args:
        BASE_MODEL: acme/c
    command: ["vllm", "serve", "acme/d"]
models:
  small:
    model: ai/smollm2
"""
KUBERNETES = """\
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: one
          image: vllm/vllm-openai
          command: ["vllm", "serve"]
          args:
            - acme/a
            - --tokenizer
            - acme/t
        - name: two
          image: ghcr.io/huggingface/text-generation-inference
          args: ["--model-id", "$(NAME)"]
          env:
            - name: NAME
              value: acme/b
"""
WORKFLOW = """\
on: push
env:
  NAME: acme/a
jobs:
  test:
    strategy:
      matrix:
        model: [acme/b, acme/c]
        part:
          - spacy: en_core_web_sm
    steps:
      - uses: actions/checkout@v4
      - run: |
          pip install x
          hf download ${{ env.NAME }}
      - run: hf download ${{ matrix.model }}
      - run: python -m spacy download ${{ matrix.part.spacy }}
"""
YAML = {
    "compose": (
        "compose.yaml",
        COMPOSE,
        [
            (4, "huggingface:acme/a", "literal"),
            (6, "huggingface:acme/b", "environment"),
            (13, "~huggingface:acme/c", "environment"),
            (14, "huggingface:acme/d", "literal"),
            (17, "oci:ai/smollm2", "literal"),
        ],
    ),
    "kubernetes": (
        "k8s.yml",
        KUBERNETES,
        [
            (8, "huggingface:acme/a", "literal"),
            (8, "huggingface:acme/t", "literal"),
            (15, "huggingface:acme/b", "environment"),
        ],
    ),
    "workflow": (
        ".github/workflows/ci.yml",
        WORKFLOW,
        [
            (15, "huggingface:acme/a", "environment"),
            (16, "huggingface:acme/b", "constant"),
            (16, "huggingface:acme/c", "constant"),
            (17, "spacy:en_core_web_sm", "constant"),
        ],
    ),
    "gitlab": (".gitlab-ci.yml", "a:\n  script:\n    - hf download acme/a\n", [(3, "huggingface:acme/a", "literal")]),
    "cog": (
        "cog.yaml",
        "build:\n  run:\n    - command: ollama pull a\n    - hf download acme/a\n",
        [(3, "ollama:a", "literal"), (4, "huggingface:acme/a", "literal")],
    ),
    "package": (
        "package.json",
        '{"scripts": {\n  "get": "hf download acme/a"}}',
        [(2, "huggingface:acme/a", "literal")],
    ),
    "container": (
        ".devcontainer/devcontainer.json",
        '{\n  // why\n  "postCreateCommand": "hf download acme/a",\n}',
        [(3, "huggingface:acme/a", "literal")],
    ),
    "chart": ("values.yaml", "modelSpec:\n- name: x\n  modelURL: acme/a\n", [(3, "~huggingface:acme/a", "literal")]),
}


@pytest.mark.parametrize(("path", "text", "expected"), YAML.values(), ids=YAML.keys())
def test_a_manifest_is_followed(path: str, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(path, text) == expected


WHEEL = "https://github.com/explosion/spacy-models/releases/download/en_core_web_sm-3.7.0/en_core_web_sm-3.7.0-py3-none-any.whl"
OTHERS = {
    "make": ("Makefile", "M ?= acme/a\nget:\n\t@hf download $(M)\n", [(3, "huggingface:acme/a", "option")]),
    "make, fixed": (
        "Makefile",
        "O := acme\nget:\n\tfor i in 1; do hf download $(O)/a; done\n",
        [(3, "huggingface:acme/a", "constant")],
    ),
    "just": ("justfile", 'm := "acme/a"\nget:\n    hf download {{ m }}\n', [(3, "huggingface:acme/a", "constant")]),
    "modelfile": ("Modelfile", "# x\nFROM llama3:8b\nPARAMETER x 1\n", [(2, "ollama:llama3:8b", "literal")]),
    "processes": ("Procfile", "web: vllm serve acme/a\n", [(1, "huggingface:acme/a", "literal")]),
    "jenkins": (
        "Jenkinsfile",
        "node {\n  sh 'x'\n  sh '''\n    hf download acme/a\n  '''\n}",
        [(4, "huggingface:acme/a", "literal")],
    ),
    "variables": (".env", "A=1\nEMBEDDING_MODEL=acme/a # x\n", [(2, "~huggingface:acme/a", "environment")]),
    "variables of a service": (".env", "OPENAI_API_KEY=x\nEMBEDDING_MODEL=acme/a\n", []),
    "requirements": (
        "requirements.txt",
        f"torch\n# {WHEEL}\nen_core_web_sm @ {WHEEL}#sha256=1\n",
        [(3, "spacy:en_core_web_sm", "literal")],
    ),
    "project": (
        "pyproject.toml",
        f'[project]\ndependencies = [\n  "en_core_web_sm @ {WHEEL}",\n]\n',
        [(3, "spacy:en_core_web_sm", "literal")],
    ),
    "tasks": (
        "pyproject.toml",
        '[tool.poe.tasks]\nget = "hf download acme/a"\n[tool.x]\nb = "hf download acme/b"\n',
        [(2, "huggingface:acme/a", "literal")],
    ),
    "project of spaCy": (
        "project.yml",
        "vars:\n  vectors: en_core_web_lg\ncommands:\n  - script:\n      - python -m spacy download ${vars.vectors}\n",
        [(5, "spacy:en_core_web_lg", "constant")],
    ),
    "conda": ("environment.yml", f"dependencies:\n  - pip:\n    - {WHEEL}\n", [(3, "spacy:en_core_web_sm", "literal")]),
}


@pytest.mark.parametrize(("path", "text", "expected"), OTHERS.values(), ids=OTHERS.keys())
def test_other_files_of_commands_are_followed(path: str, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(path, text) == expected


def test_the_cases_of_the_fixture_that_are_commands() -> None:
    dockerfile = (
        "FROM x\nRUN hf download acme/case28-docker --revision main && ollama pull case29-ollama:7b\n"
        'CMD ["vllm","serve","acme/case30-vllmserve"]\n'
    )
    shell = "huggingface-cli download acme/case31-sh\ntext-generation-launcher --model-id acme/case32-tgi\n"
    assert [name for _, name, _ in found("Dockerfile", dockerfile) + found("run.sh", shell)] == [
        "huggingface:acme/case28-docker",
        "ollama:case29-ollama:7b",
        "huggingface:acme/case30-vllmserve",
        "huggingface:acme/case31-sh",
        "huggingface:acme/case32-tgi",
    ]


def test_python_in_a_command_is_given_to_the_reader_of_python() -> None:
    given_code: list[tuple[str, int]] = []

    def python(code: str, location: Location, scope: Scope) -> Iterator[Outcome]:
        given_code.append((code, location.line))
        yield LocalReference(loader="x", location=location, path="p", scope=scope)

    text = b"python -c 'a = 1'\npython3 - <<EOF\nb = 2\nEOF\n"
    assert len(list(outcomes_of("run.sh", text, python=python))) == 2
    docker = b"FROM x\nRUN python - <<EOF\nc = 3\nEOF\nRUN <<EOF\n#!/usr/bin/env python3\nd = 4\nEOF\n"
    assert len(list(outcomes_of("Dockerfile", docker, python=python))) == 2
    assert [(code.strip().splitlines()[-1], line) for code, line in given_code] == [
        *(("a = 1", 1), ("b = 2", 3), ("c = 3", 3), ("d = 4", 6))
    ]
    assert list(outcomes_of("run.sh", text)) == []


def test_scope_is_that_of_the_path() -> None:
    (outcome,) = read("examples/run.sh", "hf download acme/a")
    assert outcome.scope == "example"


def test_comments_and_spacing_do_not_matter() -> None:
    plain = "M=acme/a\nhf download $M --revision v1\n"
    spaced = "\n# x\n\tM='acme/a' # y\n\n  hf   download \\\n\t\"${M}\"   --revision=v1 # z\n"

    def facts(text: str) -> list[tuple[ModelKey, str | None, str]]:
        return [(r.key, r.ref, r.resolution) for r in read("run.sh", text) if isinstance(r, Reference)]

    assert facts(plain) == facts(spaced) == [(ModelKey("huggingface", "acme/a"), "v1", "constant")]


PATHS = [
    "a.sh",
    "Dockerfile",
    "c.yaml",
    "Makefile",
    "justfile",
    "Modelfile",
    "Jenkinsfile",
    ".env",
    "requirements.txt",
    "pyproject.toml",
    "Procfile",
    "x",
]
OF_SHELL = "hf download |acme/a|$(|${|}|)|`|'|\"|<<EOF|\n|\\| |for m in |; do |done|M=(|f() {|$1|{{"
OF_FILES = "FROM x\n|RUN |CMD [|ENV A=|- |run: |\n|&a |*a|[|{|:|\t|case |#!/bin/sh\n|[tasks]\n|= |read A "
OF_BOTH = "cat > b.sh |f |eval |docker run |image: |args:"
PIECES = st.sampled_from(f"{OF_SHELL}|{OF_FILES}|{OF_BOTH}".split("|"))


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(PATHS), pieces=st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40))
@example(path="a.sh", pieces=["f() { f; f; }\n", "f"])
@example(path="c.yaml", pieces=["run: &a [*a]"])
def test_no_text_raises(path: str, pieces: list[str]) -> None:
    data = "".join(pieces).encode("utf-8", "surrogatepass")
    assert list(outcomes_of(path, data)) == list(outcomes_of(path, data))


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(PATHS), data=st.binary(max_size=200))
def test_no_bytes_raise(path: str, data: bytes) -> None:
    assert isinstance(list(outcomes_of(path, data)), list)


DEEP = [
    ("a.sh", b"$(" * 3_000),
    ("a.sh", b"${" * 3_000),
    ("a.sh", b"eval '" * 1_000),
    ("a.sh", b"sudo " * 3_000),
    ("a.sh", b"sudo -u x " * 3_000),
    ("a.sh", b"docker run " * 3_000),
    ("a.sh", b"a() { a a; }; a $a$a$a$a\n" * 200),
    ("a.sh", b"A=x\n" + b"A=$A$A\n" * 200 + b"hf download $A"),
    ("a.sh", b"<<E " * 3_000),
    ("c.yaml", b"run: " + b"[" * 20_000),
    ("c.yaml", b"run:\n" + b"- " * 20_000),
    (
        "c.yaml",
        b"a: &a [x]\n"
        + b"".join(b"k%d: &b%d [*%s,*%s]\n" % (i, i, *((b"b%d" % (i - 1) if i else b"a"),) * 2) for i in range(40)),
    ),
    ("Dockerfile", b"RUN [" + b"[" * 20_000),
]


@pytest.mark.parametrize(("path", "data"), DEEP, ids=range(len(DEEP)))
def test_nesting_is_bounded(path: str, data: bytes) -> None:
    assert all(isinstance(o, Reference | UnresolvedReference | LocalReference) for o in outcomes_of(path, data))
