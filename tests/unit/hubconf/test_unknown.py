"""Values that are not known: nothing that is done with them hides what is downloaded, or makes one up."""

from __future__ import annotations

import pytest

from tests.unit.hubconf.repositories import unknown, urls, weights

A = "https://acme.example/a.pth"


def body(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return (
        f"import torch, lib\n"
        f"def model(x=..., n=3, s='ab', t={{}}, l=[1]):\n"
        f"{lines}    torch.hub.load_state_dict_from_url({A!r})\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = lib.f(); x.a.b = 1; x[0] = 2; x += 1; del x[0]; x.sort()",
        "x = lib.f()\nfor a, (b, *c) in x: pass\n[a for a in x if a]\n{a: a for a in x}\n{a for a in x}",
        "a, b = lib.f()\na, b = (1, 2, 3)\na, *b = ()\na, *b, c = lib.f(), 2\n(a, b), c = 1, 2",
        "a, b = s if lib.f() else l",
        (
            "x = lib.f()\n"
            "-x, not x, ~n, +n, x + 1, 1 + x, s + x, x * 2, s * x, s % x, '%d' % s, '%s %s' % "
            "(s,), '%q' % 1, 1 @ x, s @ 2"
        ),
        (
            "x = lib.f()\n"
            "x < 1, 1 < x, x == x, x is None, x in s, s in x, x in l, x in t, x not in l, l == "
            "[x], l == [1, 2], [x] == [x]"
        ),
        "x = lib.f()\nx[1:2], s[x:], l[x:], s[::0], l[s], t.get(x), [x][n:], 3[1], n[x]",
        "x = lib.f()\nt[x] = 1\nt['b']\nt.get('b')\nx in t\nt.items()\nt.pop('b')\nt.popitem()\ndel t[x]\nbool(t)",
        (
            "x = lib.f()\n"
            "l.append(x); l.extend(x); l.pop(); l.index(x); l.sort(); l += x; l.pop(0); l[0]; "
            "l[9]; l[-1]; len(l); bool(l)"
        ),
        (
            "x = lib.f()\n"
            "len(x), str(x), list(x), dict(x), set(x), tuple(x), iter(x), next(x), sorted(x), "
            "reversed(x), range(x), zip(x, l)"
        ),
        (
            "x = lib.f()\n"
            "enumerate(x), map(x, x), map(lambda a: a, l), filter(x, l), filter(None, x), max(x), "
            "max(x, 1), sum(x), any(x), all([x]), zip(x)"
        ),
        (
            "x = lib.f()\n"
            "abs(x), int(x), round(s), chr(-1) if x else 0, isinstance(x, str), isinstance(s, x), "
            "isinstance(s, lib.T), issubclass(x, x), callable(x), type(x)"
        ),
        (
            "x = lib.f()\n"
            "getattr(x, s), getattr(n, s, 1), getattr(lib, x), hasattr(x, s), hasattr(lib, x), "
            "setattr(x, s, 1), setattr(x, x, 1), vars(x), dir(x)"
        ),
        (
            "x = lib.f()\n"
            "f'{x}{x:>3}{s!r:>{n}}{n:zz}' if x else 0\n"
            "'{}'.format(x), '{a.b[c]}'.format(a=x), '{} {}'.format(1), ''.join(x), ''.join([x]), "
            "s.replace(x, s), s.ljust(x), s.zfill(3)"
        ),
        (
            "x = lib.f()\n"
            "'{'.format(1) if x else 0\n"
            "s.nothing if x else 0\n"
            "{}['x'] if x else 0\n"
            "None.x if x else 0\n"
            "1 / 0 if x else 0\n"
            "'' .index('x') if x else 0"
        ),
        "x = lib.f()\nwith x as (a, b), x: pass\nwith open(x) as f: f.read(), f.name\nopen(x, 'w'), open(s, x)",
        "x = lib.f()\ntry: x()\nexcept (lib.E, KeyError) as e: s = e\nexcept: raise\nelse: n = 1\nfinally: n = 2",
        "x = lib.f()\nwhile x: x = x.next\nwhile n: n -= 1; x() or n\nwhile True:\n    if x: break",
        (
            "x = lib.f()\n"
            "match x:\n"
            "    case {'a': 1, **rest}: pass\n"
            "    case lib.T(a=b): pass\n"
            "    case True: pass\n"
            "    case [1, *other] | other: pass\n"
            "    case a if a: pass"
        ),
        (
            "x = lib.f()\n"
            "class N(x, lib.B, dict): a = x\n"
            "N.b, N().c, N()(1), N.f(), super(N, N()).g(), N().b.c, N.__name__, N.__mro__, "
            "N.__bases__, N.__module__, N.__doc__, N.__dict__"
        ),
        (
            "class N: pass\n"
            "N().missing, N()(), N()[0], N() + 1, N() < N(), N() == N(), bool(N()), len(N()), "
            "str(N()), iter(N()), N in {N: 1}, hash(N)"
        ),
        (
            "class N:\n"
            "    def __len__(self): return 0\n"
            "    def __init__(self, *a, **k): self.__dict__.update(k)\n"
            "bool(N()), N(a=1).a, N(1, **lib.k).b, hasattr(N(), 'a'), getattr(N(), 'a', 1)"
        ),
        (
            "import dataclasses\n"
            "@dataclasses.dataclass\n"
            "class N:\n"
            "    a: int\n"
            "    b: int = dataclasses.field(init=False)\n"
            "N(), N(1).b, dataclasses.replace(lib.x, a=1), dataclasses.asdict(lib.x), dataclasses.fields(lib.x)"
        ),
        (
            "from enum import Enum\n"
            "class K(Enum):\n"
            "    _ignore_ = []\n"
            "    A = 1\n"
            "    B = 1\n"
            "    def f(self): return self.name\n"
            "K.A.f(), K(1), K.B is K.A, list(K), len(K), K.A.value.x, K[lib.x], K(lib.x), K.C if lib.x else 0"
        ),
        (
            "def f(a, b=1, *c, d, e=2, **k): return a\n"
            "f(), f(1, 2, 3, d=4, z=5), f(*lib.a, **lib.b), f(**{1: 2}), f.__name__, f.__doc__, "
            "f.x, f.__wrapped__, f.__module__, f.__dict__, f.__code__"
        ),
        (
            "f = lambda *a: a\n"
            "f.x = 1\n"
            "f.x, f(1)[0], f.__doc__\n"
            "import functools\n"
            "p = functools.partial(f, 1, k=2)\n"
            "p.func, p.args, p.keywords, p.other, functools.partial()"
        ),
        (
            "class N:\n"
            "    @property\n"
            "    def a(self): return 1\n"
            "    @a.setter\n"
            "    def a(self, v): pass\n"
            "    @classmethod\n"
            "    def c(cls): return cls\n"
            "    b = property(lambda self: 2)\n"
            "N().a, N().b, N.a.fget, N.c.__func__, N().c.__self__, N().c.__name__"
        ),
        "import functools\nclass N:\n    @functools.cached_property\n    def a(self): return self\nN().a.a",
        (
            "import json, yaml\n"
            "json.loads(lib.x), json.loads('{'), json.load(open('x')), json.dumps(1)\n"
            "yaml.safe_load('a: [1'), yaml.safe_load('a: 1'), yaml.load(lib.x, Loader=lib.L)"
        ),
        (
            "import os, glob, pathlib\n"
            "os.listdir(lib.x), os.listdir('/'), glob.glob(lib.x), glob.glob('/x/*'), "
            "os.path.join(lib.x, 'a'), os.path.join('a', None), os.path.dirname(None), "
            "os.environ['X'], os.getcwd(), os.path.exists(lib.x), os.walk('.')"
        ),
        (
            "import pathlib\n"
            "p = pathlib.Path(lib.x)\n"
            "p / 'a', 'a' / p, p.name\n"
            "q = pathlib.Path('a')\n"
            "q / lib.x, lib.x / q, 'b' / q, q / q, q.stat(), q.exists(), q.mkdir(), q.touch(), "
            "q.with_suffix(lib.x), q.glob(lib.x), q.iterdir(), q.read_text(), q.expanduser(), "
            "q.absolute(), pathlib.Path(None), q == q, q.open('w')"
        ),
        (
            "import copy, itertools, collections, inspect, re\n"
            "copy.copy(lib.x), copy.deepcopy([{'a': (1,)}]), itertools.chain(lib.x), "
            "itertools.chain.from_iterable(lib.x), itertools.product(lib.x), "
            "collections.namedtuple('N', lib.x), collections.namedtuple('N', ['a'])(1).a, "
            "collections.deque([1]), inspect.signature(lib.x), inspect.getmembers(lib.x), "
            "re.sub(lib.x, '', s), re.sub('a|b', '', s), re.match(s, s)"
        ),
        (
            "import inspect\n"
            "class N:\n"
            "    def __init__(self, a, *b, c, **d): pass\n"
            "    def m(self, e): pass\n"
            "inspect.signature(N).parameters['a'].kind, inspect.signature(N().m).parameters, "
            "inspect.signature(lambda: 1), inspect.getmembers(N), inspect.isclass(lib.x)"
        ),
        (
            "import importlib, sys, hydra, pkgutil, pkg_resources, importlib.resources\n"
            "importlib.import_module(lib.x), importlib.import_module('gone.x'), "
            "hydra.utils.instantiate(lib.x), hydra.utils.instantiate({'_target_': 'gone.f'}), "
            "pkgutil.iter_modules(lib.x), pkg_resources.resource_filename('gone', 'x'), "
            "importlib.resources.files(lib.x), sys.modules[lib.x]"
        ),
        (
            "import urllib.parse\n"
            "urllib.parse.urlparse(lib.x), urllib.parse.urlparse(3), "
            "urllib.parse.urlparse(s).scheme, urllib.parse.quote(s)"
        ),
        (
            "import types, argparse\n"
            "a = types.SimpleNamespace(x=1, **lib.k)\n"
            "a.x, a.y, hasattr(a, 'x'), vars(a), getattr(a, 'z', 1)\n"
            "a.x = 2\n"
            "a.x, argparse.Namespace(x=1).y"
        ),
        "global G\nG = 1\ndef f():\n    global G\n    G = 2\nf()\nif lib.x:\n    f()\nG + 1",
        (
            "if lib.x:\n"
            "    l[0] = 2\n"
            "    t['a'] = 1\n"
            "    del t['a']\n"
            "    l.pop()\n"
            "    lib.y = 2\n"
            "for x in l if lib.x else s: break\n"
            "for x in lib.x: continue"
        ),
        (
            "def g():\n"
            "    if lib.x: return\n"
            "    yield 1\n"
            "    yield from lib.x\n"
            "    x = yield\n"
            "list(g()), next(g()), sum(g())\n"
            "async def h():\n"
            "    async for a in lib.x: await a\n"
            "    async with lib.x: pass\n"
            "h()"
        ),
        (
            "type('N', (lib.B,), lib.x), type('N', lib.x, {}), object(), print(s, file=lib.x), "
            "frozenset([lib.x, 1]), {lib.x, s} | {1}, {lib.f(): 1}, {**lib.x}, [*lib.x], lib.x[1, "
            "2:3]"
        ),
        (
            "2 ** 999 ** 9, 1 << 99999, 10 ** 600 * 10 ** 600 * 10 ** 600, 1.5 // 0.5, True + "
            "True, (1 + 2j) * 2, -1.5, ~True, 5 % 3 ^ 1, float('inf') // 1 if lib.x else 0"
        ),
        "l.insert(10 ** 30, 1), l.insert(-(10 ** 30), 1), bytes(True), s.index('b', 10 ** 30) if lib.x else 0",
        "lib.very" + ".long" * 200 + "()\nlib.f(lambda: 1), lib.f(model), lib.F(model), lib.f(a=1)",
        "nonlocal_ = undefined_name\nundefined_name.x()\ndel undefined_name\nmodel.x = 1\nmodel.x",
        (
            "x = lib.f() if lib.f() else lib.g()\n"
            "y = [1] if lib.f() else 'a' if lib.g() else None\n"
            "y[0], len(y), y + y, y.upper() if y else 0, y == 'a', y in [1], isinstance(y, (str, list)), str(y)"
        ),
    ],
)
def test_the_download_after_it_is_found(text: str) -> None:
    assert urls(body(text)) == [A]


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("{}['x']", "KeyError"),
        ("[][0]", "IndexError"),
        ("''[5]", "IndexError"),
        ("int('x')", "ValueError"),
        ("None.x", "AttributeError"),
        ("'a'.gone", "AttributeError"),
        ("1 // 0", "ZeroDivisionError"),
        ("next(iter([]))", "StopIteration"),
        ("[].pop()", "IndexError"),
        ("[1].index(2)", "ValueError"),
        ("'{'.format()", "ValueError"),
        ("f'{s:d}'", "ValueError"),
        ("getattr(type('N', (), {})(), 'a')", "AttributeError"),
        ("import enum\nenum.Enum('K', 'A')['B']", "KeyError"),
        ("import enum\nenum.Enum('K', 'A')(2)", "ValueError"),
        ("import sys\nsys.exit(1)", "SystemExit"),
        ("assert not s", "AssertionError"),
        ("raise lib.Error('x') from None", "Error"),
        ("for a in s:\n    if lib.x:\n        raise ValueError\n    else:\n        raise KeyError", "KeyError"),
        ("try:\n    raise ValueError\nexcept KeyError:\n    pass", "ValueError"),
        ("try:\n    pass\nfinally:\n    raise OSError", "OSError"),
        ("raise", "Exception"),
    ],
)
def test_what_raises_in_any_case_ends_the_call(text: str, raised: str) -> None:
    ((expression, reason),) = unknown(body(text))
    assert expression == "model" and f"raises {raised} at hubconf.py:" in reason


def test_more_possibilities_than_are_followed() -> None:
    many = ", ".join(f"'k{n}': '{n}'" for n in range(300))
    text = f"import torch, lib\nT = {{{many}}}\ndef model():\n    torch.hub.load_state_dict_from_url(T[lib.x])\n"
    assert unknown(text) == [("T[lib.x]", "it can be more than 256 things")]


def test_a_download_in_one_of_two_branches_is_found() -> None:
    text = (
        f"import torch, lib\n"
        f"def model():\n"
        f"    if lib.x:\n"
        f"        return torch.hub.load_state_dict_from_url({A!r})\n"
        f"    raise ValueError\n"
    )
    assert urls(text) == [A]


def test_what_was_unknown_in_a_handler_is_left_out_where_the_body_found_it() -> None:
    text = (
        f"import torch, lib\n"
        f"def model():\n"
        f"    try:\n"
        f"        torch.hub.load_state_dict_from_url({A!r})\n"
        f"    except OSError:\n"
        f"        torch.hub.load_state_dict_from_url(lib.x)\n"
    )
    found = weights(text, "model")
    assert [file.url for file in found.files] == [A] and not found.unknown
