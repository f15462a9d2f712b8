"""Repositories that mean harm: deep, endless, huge, or no Python at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.hubconf import read_hubconf, weights_of
from tests.unit.hubconf.repositories import Files, weights

URL = "https://acme.example/x.pth"
LOAD = f"torch.hub.load_state_dict_from_url('{URL}')"
SECONDS = 60


@pytest.mark.parametrize(
    "text",
    [
        "def model():\n    while True:\n        pass\n",
        "def model():\n    return model()\n",
        "def model(n=0):\n    return model(n + 1)\n",
        (
            "def model(n=0):\n"
            "    other(n + 1)\n"
            "    return other(n + 2)\n"
            "def other(n):\n"
            "    model(n * 2)\n"
            "    return model(n * 3)\n"
        ),
        "def model(x=...):\n    if x.a:\n        model(x.b)\n        model([x])\n    model({1: x})\n",
        "def model():\n    x = []\n    for i in range(10 ** 9):\n        x.append(x)\n        x = x + x\n",
        "def model():\n    x = 'a'\n    for i in range(10 ** 9):\n        x = x + x\n        x = x.replace('', x)\n",
        "def model():\n    return 'a' * 10 ** 12, [0] * 10 ** 12, 2 ** 10 ** 9, 1 << 10 ** 9, '%999999999d' % 1\n",
        (
            "def model():\n"
            "    return '{:>999999999}'.format('x'), f'{1:999999999}', 'x'.ljust(10 ** 12), '{0.__class__}'.format(1)\n"
        ),
        "def model():\n    x = 3\n    for i in range(5000):\n        x = x * x\n",
        "def model():\n    return " + "(" * 150 + "1" + ")" * 150 + "\n",
        "def model():\n    return " + "+".join(["1"] * 20_000) + "\n",
        "def model():\n    return " + "f(" * 90 + ")" * 90 + "\ndef f(*a): return a\n",
        "x = " + "[" * 199 + "]" * 199 + "\ndef model(): pass\n",
        "class A:\n    @property\n    def a(self): return self.a\ndef model():\n    return A().a\n",
        "class A:\n    def __getattr__(self, name): return getattr(self, name + 'x')\ndef model():\n    return A().a\n",
        "import hubconf\nfrom hubconf import *\ndef model(): return hubconf.model()\n",
        "import re\ndef model(): return re.sub('(a+)+$', '', 'a' * 5000 + 'b'), re.sub('[', '', 'x')\n",
        (
            "def model():\n"
            "    d = {}\n"
            "    d['d'] = d\n"
            "    import copy\n"
            "    return copy.deepcopy(d), str(d), d == d, repr([d])\n"
        ),
        "def model():\n    def f():\n        yield from f()\n    return list(f()), next(f())\n",
        "\n".join(f"def f{n}(x): return f{n + 1}(f{n + 1}(x))" for n in range(40))
        + "\ndef f40(x): return x\ndef model(): return f0([])\n",
        "\n".join(f"class C{n}({'C' + str(n - 1) if n else 'object'}): pass" for n in range(300))
        + "\ndef model(): return C299()\n",
        "import itertools\ndef model(): return list(itertools.product(*[range(100)] * 50))\n",
        "\0",
        "\ufeff\n",
        "def model(:\n",
    ],
)
def test_it_ends_in_time(text: str) -> None:
    begin = time.monotonic()
    found = weights(text, "model")
    assert not found.files
    assert time.monotonic() - begin < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        f"import torch\ndef loop(n=0):\n    {LOAD}\n    return loop(n + 1)\ndef model():\n    loop()\n",
        (
            f"import torch\n"
            f"def spin():\n"
            f"    while True:\n"
            f"        for i in range(9999):\n"
            f"            i\n"
            f"    {LOAD}\n"
            f"def model():\n"
            f"    spin()\n"
            f"    {LOAD}\n"
        ),
    ],
)
def test_what_takes_too_long_is_said_and_the_rest_is_found(text: str) -> None:
    found = weights(text, "model")
    assert [file.url for file in found.files] == [URL]
    assert not found.unknown or {one.reason for one in found.unknown} <= {
        "following it takes too long",
        "calls are nested too deeply to be followed",
    }


def test_documents_that_grow_when_they_are_read() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    text = (
        f"import torch, yaml, json\n"
        f"def model():\n"
        f"    yaml.safe_load(open(__file__[:-10] + 'a.yml'))\n"
        f"    json.load(open('a.json'))\n"
        f"    {LOAD}\n"
    )
    assert weights({"hubconf.py": text, "a.yml": bomb, "a.json": "[" * 9999}, "model").files


def test_a_module_that_never_ends_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptmdeps.hubconf.entrypoints.MAX_IMPORT_STEPS", 100_000)
    found = read_hubconf(
        Files(
            {
                "hubconf.py": "import slow\ndef model(): pass\n",
                "slow.py": "while True:\n    x = [i for i in range(9999)]\n" * 9,
            }
        )
    )
    assert "slow.py: following it takes too long" in found.problems


def test_names_of_files_are_never_opened_outside_of_the_repository() -> None:
    text = (
        "import torch\n"
        "def model():\n"
        "    torch.hub.load_state_dict_from_url(open('/etc/hostname').read() + open('../../x').read())\n"
    )
    found = weights(text, "model")
    assert not found.files and len(found.unknown) == 1


_LINES = st.sampled_from(
    [
        "import torch, os, sys, re, json, functools, enum, dataclasses",
        "from m import *",
        "from . import m as n",
        "x = [1, 'a', None]",
        "x = {'a': 1}",
        "y = x['a']",
        "y += x",
        "del x",
        "x.a.b = y",
        "for x in y: z = x",
        "while x: break",
        "if x: raise ValueError(x)",
        "try: y()\nexcept (KeyError, ImportError) as e: x = e\nelse: z = 1\nfinally: w = 2",
        "with open(x) as f: y = f.read()",
        "class A(enum.Enum):\n    B = 1\n    C = x if 0 else 2",
        "@dataclasses.dataclass\nclass D(A):\n    a: int = 1\n    b: str = dataclasses.field(default='x')",
        "z = A('B') or D(*[1], **{'b': 2})",
        "def model(a=1, *b, c=2, **d): return a, b, c, d",
        "def model(): return [x for x in y if x], {a: b for a, b in x}, lambda q: q",
        "model = functools.partial(model, 1)",
        "x = f'{x!r:>{y}}' % x",
        "x = '%s %(a)s' % y",
        "x = '{} {a[0]} {1.b}'.format(*y, **x)",
        "x = x[1:y:z]",
        "x = -y ** 3 // 0",
        "match x:\n    case 1 | 'a': y = 1\n    case [a, *b]: y = b\n    case _: pass",
        "x = not (x and y or z) in [1] < 2",
        "globals().update(x)",
        "super().__init__(x)",
        "x = type('X', (A,), {'a': 1})()",
        "async def model():\n    async with x as y: await z",
        "x = (y := 3)",
        "print(*map(str, filter(None, sorted(set(zip(x, y))))))",
        "torch.hub.load_state_dict_from_url(x)",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_LINES, max_size=12),
    st.lists(_LINES, max_size=6),
    st.sampled_from(["model", "model(1, c=..., e=[2])", "A(1)", "z"]),
)
def test_no_program_makes_it_fail(lines: list[str], others: list[str], call: str) -> None:
    source = Files({"hubconf.py": "\n".join(lines), "m.py": "\n".join(others)})
    read_hubconf(source)
    weights_of(source, call)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60), st.text(alphabet="model(=.,'\"[]{}*-1) ", max_size=30))
def test_no_text_makes_it_fail(text: str, call: str) -> None:
    weights_of(Files({"hubconf.py": f"def model(*a, **b): pass\n{text}"}), call)
    weights_of(Files({"hubconf.py": text}), text)
