"""Python as it is followed: every way in which an address can be put together."""

from __future__ import annotations

import pytest

from tests.unit.hubconf.repositories import computed, unknown, urls, weights

A = "https://acme.example/a.pth"
B = "https://acme.example/b.pth"
BASE = "BASE = 'https://acme.example/'"


@pytest.mark.parametrize(
    "expression",
    [
        "BASE + 'a.pth'",
        "f'{BASE}a.pth'",
        "f'{BASE}{\"a\"!s}.pth'",
        "'%sa.pth' % BASE",
        "'%s%s.%s' % (BASE, 'a', 'pth')",
        "'%(base)sa.pth' % {'base': BASE}",
        "'{}a.{}'.format(BASE, 'pth')",
        "'{0}{name}.pth'.format(BASE, name='a')",
        "'{t[x]}a.pth'.format(t={'x': BASE})",
        "'{p.name}a.pth'.format(p=__import__('types').SimpleNamespace(name=BASE))",
        "''.join([BASE, 'a', '.pth'])",
        "'/'.join(BASE.split('/')[:3] + ['a.pth'])",
        "BASE.replace('example/', 'example/a.pth')",
        "(BASE + 'A.PTH').lower()",
        "BASE.rstrip('/') + '/a.pth'",
        "BASE.rpartition('/')[0] + '/' + 'xa.pth'.removeprefix('x')",
        "BASE + 'ba'[1:] + '.pth'",
        "BASE + 'ab'[0] + '.pth'",
        "BASE + 'ab'[-2] + '.pth'",
        "BASE + chr(ord('b') - 1) + '.pth'",
        "BASE + ('a' if True else 'b') + '.pth'",
        "BASE + (None or 'a') + '.pth'",
        "BASE + (1 and 'a') + '.pth'",
        "BASE + 'a.pth'.encode().decode()",
        "BASE + {'k': 'a.pth'}['k']",
        "BASE + {'k': 'a.pth'}.get('k')",
        "BASE + {}.get('k', 'a.pth')",
        "BASE + dict(k='a.pth')['k']",
        "BASE + dict([('k', 'a.pth')])['k']",
        "BASE + {**{'k': 'x'}, **{'k': 'a.pth'}}['k']",
        "BASE + ({'k': 'x'} | {'k': 'a.pth'})['k']",
        "BASE + {(1, 'x'): 'a.pth'}[1, 'x']",
        "BASE + {str(n): c for n, c in enumerate(['b', 'a'])}['1'] + '.pth'",
        "BASE + [x for x in 'ab' if x != 'b'][0] + '.pth'",
        "BASE + next(x for x in ('b', 'a') if x < 'b') + '.pth'",
        "BASE + next(iter([]), 'a') + '.pth'",
        "BASE + list(map(lambda x: x + '.pth', ['a']))[0]",
        "BASE + list(filter(None, ['', 'a']))[0] + '.pth'",
        "BASE + sorted({'b', 'a'})[0] + '.pth'",
        "BASE + sorted(['a', 'b'], reverse=True)[1] + '.pth'",
        "BASE + list(reversed(['b', 'a']))[0] + '.pth'",
        "BASE + max('a', 'B') + '.pth'",
        "BASE + min(['a', 'b']) + '.pth'",
        "BASE + [*('b', 'a')][1] + '.pth'",
        "BASE + (['a'] * 2 + ['b'])[1] + '.pth'",
        "BASE + ({'a', 'b'} - {'b'}).pop() + '.pth'",
        "BASE + list({'a', 'b'} & {'a'})[0] + '.pth'",
        "BASE + list({'a'} | {'a'})[0] + '.pth'",
        "BASE + list(set(['a']).union(['a']))[0] + '.pth'",
        "BASE + list(zip('ba', 'xy'))[1][0] + '.pth'",
        "BASE + 'ba'[len('x')] + '.pth'",
        "BASE + 'ba'[sum([1, 0])] + '.pth'",
        "BASE + 'ba'[int('1')] + '.pth'",
        "BASE + 'ba'[abs(-1)] + '.pth'",
        "BASE + 'ba'[round(1.2)] + '.pth'",
        "BASE + 'ba'[bool('x')] + '.pth'",
        "BASE + 'ba'[any([0, 1])] + '.pth'",
        "BASE + 'ba'[not all([0, 1])] + '.pth'",
        "BASE + 'ba'[7 // 2 - 2 ** 1 + 0 * 3 % 2] + '.pth'",
        "BASE + 'ba'[(5 >> 2) | (2 & 1)] + '.pth'",
        "BASE + 'ba'[-(-1)] + '.pth'",
        "BASE + 'ba'[1 < 2 <= 2] + '.pth'",
        "BASE + 'ba'['a' in 'cab'] + '.pth'",
        "BASE + 'ba'['a' not in ('b', 'c')] + '.pth'",
        "BASE + 'ba'[(1, 'x') == (1, 'x')] + '.pth'",
        "BASE + 'ba'[isinstance('x', (int, str))] + '.pth'",
        "BASE + 'ba'[isinstance({}, dict) and isinstance([], list) and not isinstance(1, str)] + '.pth'",
        "BASE + 'ba'[callable(len)] + '.pth'",
        "BASE + 'ba'[type('x') is str] + '.pth'",
        "BASE + 'ba'[list(range(3))[1]] + '.pth'",
        "BASE + f'{1:02d}'.replace('01', 'a') + '.pth'",
        "BASE + '%02d' % 1 and BASE + 'a.pth'",
        "(lambda base, name='a', *rest, end='.pth', **more: base + name + end)(BASE)",
        "__import__('functools').partial(lambda a, b, c: a + b + c, BASE, c='.pth')('a')",
        "__import__('os').path.join(BASE, 'a.pth')",
        "__import__('urllib.parse').parse.urljoin(BASE, 'a.pth')",
        "BASE + __import__('urllib.parse').parse.unquote('%61.pth')",
        "'https://' + __import__('urllib.parse').parse.urlparse(BASE).netloc + '/a.pth'",
        "BASE + __import__('os').path.basename('/x/a.pth')",
        "BASE + __import__('os').path.splitext('a.x')[0] + '.pth'",
        "BASE + __import__('os').path.split('x/a.pth')[1]",
        "BASE + __import__('os').environ.get('NAME', 'a.pth')",
        "BASE + __import__('os').getenv('NAME', default='a.pth')",
        "BASE + __import__('re').sub('[bc]', 'a', 'b') + '.pth'",
        "BASE + __import__('string').ascii_lowercase[0] + '.pth'",
        "BASE + __import__('json').loads('{\"k\": [\"a.pth\"]}')['k'][0]",
        "BASE + list(__import__('itertools').chain(['x'], ['a.pth']))[1]",
        "BASE + list(__import__('itertools').chain.from_iterable([['x'], ['a.pth']]))[1]",
        "BASE + ''.join(list(__import__('itertools').product('xa', ['.pth']))[1])",
        "BASE + __import__('copy').deepcopy({'k': ['a.pth']})['k'][0]",
        "BASE + __import__('collections').OrderedDict(k='a.pth')['k']",
        "BASE + __import__('collections').namedtuple('N', 'x y', defaults=['a.pth'])('b').y",
        "BASE + __import__('argparse').Namespace(k='a.pth').k",
        "BASE + __import__('pathlib').Path('x/a.pth').name",
        "BASE + __import__('pathlib').Path('x', 'a.b').with_suffix('.pth').parts[-1]",
        "BASE + (__import__('pathlib').Path('x') / 'a.b').stem + '.pth'",
        "BASE + 'a' + __import__('pathlib').Path('x.pth').suffix",
        "BASE + __import__('pathlib').Path('b.pth').with_name('a.pth').as_posix()",
        "BASE + __import__('pathlib').Path('a.pth/x/y').parents[1].name",
        "__import__('typing').cast(str, BASE + 'a.pth')",
        "BASE + (name := 'a.pth')",
        "BASE + 'a.pth' if __import__('sys').version_info >= (3, 8) else BASE + 'a.pth'",
        "BASE + getattr(__import__('types').SimpleNamespace(**{'k': 'a.pth'}), 'k')",
        "BASE + 'a.pth'.center(5).strip() + ''.zfill(0)",
        "BASE + type('T', (), {'k': 'a.pth'}).k",
        "BASE + type('T', (), {'k': 'a.pth'})().k",
    ],
)
def test_expressions(expression: str) -> None:
    assert computed(expression, before=BASE) == [A]


@pytest.mark.parametrize(
    "before",
    [
        "url = BASE\nurl += 'a.pth'",
        "first = second = BASE + 'a.pth'\nurl = second",
        "base, *rest = BASE, 'a', '.pth'\nurl = base + ''.join(rest)",
        "url: str = BASE + 'a.pth'",
        "t = {}\nt['k'] = 'a.pth'\nurl = BASE + t['k']",
        "t = {'k': 'b', 'x': 1}\ndel t['x']\nt.update(k='a.pth')\nurl = BASE + t.pop('k')",
        "t = {}\nt.setdefault('k', 'a.pth')\nurl = BASE + [v for _, v in t.items()][0] + ''.join(t.copy())[1:]",
        "t = []\nt.append('b')\nt.extend(['a'])\nt.insert(0, 'c')\nt.sort()\nurl = BASE + t[t.index('a')] + '.pth'",
        "t = ['b']\nt += ['a.pth']\nt.reverse()\nurl = BASE + t.copy().pop(0)",
        "for url in (BASE + 'b.pth', BASE + 'a.pth'):\n    pass",
        (
            "for name in 'xab':\n"
            "    if name == 'x':\n"
            "        continue\n"
            "    url = BASE + name + '.pth'\n"
            "    break\n"
            "else:\n"
            "    url = ''"
        ),
        "for name in ():\n    pass\nelse:\n    url = BASE + 'a.pth'",
        "n = 0\nwhile n < 3:\n    n += 1\n    if n == 2:\n        break\nurl = BASE + '-ba'[n] + '.pth'",
        "n = 3\nwhile n:\n    n -= 1\nelse:\n    url = BASE + 'a.pth'",
        "try:\n    url = {}['x']\nexcept KeyError as error:\n    url = BASE + 'a.pth'",
        "try:\n    url = [][3]\nexcept (ValueError, LookupError):\n    url = BASE + 'a.pth'",
        (
            "try:\n"
            "    raise ValueError('x')\n"
            "except TypeError:\n"
            "    url = ''\n"
            "except Exception:\n"
            "    url = BASE + 'a.pth'\n"
            "finally:\n"
            "    done = 1"
        ),
        (
            "class Own(ValueError): pass\n"
            "try:\n"
            "    raise Own\n"
            "except KeyError:\n"
            "    url = ''\n"
            "except ValueError:\n"
            "    url = BASE + 'a.pth'"
        ),
        "import lib\ntry:\n    raise lib.Error(1)\nexcept lib.Error:\n    url = BASE + 'a.pth'",
        "try:\n    import lib\n    url = BASE + 'a.pth'\nexcept ImportError:\n    url = ''\nelse:\n    more = 1",
        "try:\n    int('x')\nexcept:\n    url = BASE + 'a.pth'",
        "match 'x':\n    case 'y': url = ''\n    case 'x' | 'z': url = BASE + 'a.pth'\n    case _: url = ''",
        "match None:\n    case None: url = BASE + 'a.pth'",
        "match 3:\n    case other: url = BASE + 'xxxa'[other] + '.pth'",
        "def make(name):\n    yield ''\n    yield from [BASE, name]\nurl = ''.join(make('a.pth'))",
        (
            "def outer():\n"
            "    name = 'b'\n"
            "    def inner():\n"
            "        nonlocal name\n"
            "        name = 'a.pth'\n"
            "    inner()\n"
            "    return BASE + name\n"
            "url = outer()"
        ),
        (
            "def f(a, /, b, *args, c='x', **kwargs):\n"
            "    return a + b + ''.join(args) + kwargs['d'] + c\n"
            "url = f(*[BASE, 'a'], '.', c='h', **{'d': 'pt'})"
        ),
        "with open('x') as file:\n    url = BASE + 'a.pth'",
        "assert BASE\nurl = BASE + 'a.pth'",
        (
            "class Net:\n"
            "    name = 'a'\n"
            "    def __init__(self, end):\n"
            "        self.end = end\n"
            "    @property\n"
            "    def url(self):\n"
            "        return BASE + self.name + self.end\n"
            "url = Net('.pth').url"
        ),
        (
            "class Net:\n"
            "    @staticmethod\n"
            "    def of(name):\n"
            "        return BASE + name\n"
            "    @classmethod\n"
            "    def make(cls, name):\n"
            "        return cls.of(name)\n"
            "url = Net().make('a.pth')"
        ),
        (
            "class Top:\n"
            "    def url(self):\n"
            "        return BASE + self.name()\n"
            "class Net(Top):\n"
            "    def name(self):\n"
            "        return 'a.pth'\n"
            "    def url(self):\n"
            "        return super().url()\n"
            "url = Net().url()"
        ),
        "class Net:\n    def __call__(self, name):\n        return BASE + name\nurl = Net()('a.pth')",
        (
            "class Net:\n"
            "    def __getitem__(self, name):\n"
            "        return BASE + name\n"
            "    def __setitem__(self, name, value):\n"
            "        self.last = name\n"
            "net = Net()\n"
            "net['a.pth'] = 1\n"
            "url = net[net.last]"
        ),
        "class Net:\n    def __getattr__(self, name):\n        return BASE + name + '.pth'\nurl = Net().a",
        "class Net:\n    def __enter__(self):\n        return BASE + 'a.pth'\nwith Net() as url:\n    pass",
        (
            "class Net:\n"
            "    def __iter__(self):\n"
            "        return iter([BASE + 'a.pth'])\n"
            "    def __contains__(self, x):\n"
            "        return True\n"
            "url = [x for x in Net()][0] if 3 in Net() else ''"
        ),
        "class Net:\n    def __add__(self, other):\n        return BASE + other\nurl = Net() + 'a.pth'",
        "class Net:\n    def __str__(self):\n        return BASE + 'a.pth'\nurl = str(Net())",
        (
            "class Net:\n"
            "    def __new__(cls, name):\n"
            "        return super().__new__(cls)\n"
            "    def __init__(self, name):\n"
            "        self.url = BASE + name\n"
            "url = Net('a.pth').url"
        ),
        (
            "class Urls(dict):\n"
            "    def __getitem__(self, key):\n"
            "        return super().__getitem__(key)\n"
            "url = Urls(k=BASE + 'a.pth')['k']"
        ),
        "class Names(list): pass\nnames = Names(['b', 'a'])\nurl = BASE + names[1] + '.pth'",
        "class Name(str): pass\nurl = BASE + Name('a') + '.pth'",
        (
            "class Registry:\n"
            "    known = {}\n"
            "    def __init_subclass__(cls):\n"
            "        Registry.known[cls.__name__] = cls\n"
            "class A(Registry):\n"
            "    url = BASE + 'a.pth'\n"
            "url = Registry.known['A'].url"
        ),
        (
            "from enum import Enum, auto\n"
            "class Kind(Enum):\n"
            "    X = 'b'\n"
            "    Y = 'a'\n"
            "    Z = auto()\n"
            "url = BASE + Kind('a').value + '.pth' + ''.join(k.name for k in Kind)[3:]"
        ),
        (
            "from enum import Enum\n"
            "class Kind(str, Enum):\n"
            "    X = 'a'\n"
            "url = BASE + Kind.X + '.pth' if Kind.X == Kind['X'] else ''"
        ),
        "from enum import Enum\nKind = Enum('Kind', {'X': 'a'})\nurl = BASE + Kind.__members__['X'].value + '.pth'",
        (
            "from enum import Enum\n"
            "class Texts(Enum): pass\n"
            "Kind = Texts('Kind', 'X a')\n"
            "url = BASE + list(Kind)[1].name + '.pth'"
        ),
        (
            "from dataclasses import dataclass, field, replace, asdict, fields\n"
            "@dataclass\n"
            "class Top:\n"
            "    name: str\n"
            "    parts: list = field(default_factory=list)\n"
            "@dataclass(frozen=True)\n"
            "class Net(Top):\n"
            "    end: str = '.pth'\n"
            "    def __post_init__(self):\n"
            "        self.parts.append(self.name)\n"
            "net = replace(Net('b'), name='a')\n"
            "url = BASE + asdict(net)['name'] + net.end + ''.join(f.name for f in fields(net))[12:]"
        ),
        (
            "from typing import NamedTuple\n"
            "class Net(NamedTuple):\n"
            "    name: str\n"
            "    end: str = '.pth'\n"
            "name, end = Net('a')\n"
            "url = BASE + name + end"
        ),
        (
            "import functools\n"
            "def register(*names):\n"
            "    def decorate(f):\n"
            "        table.update({n: f for n in names})\n"
            "        return f\n"
            "    return decorate\n"
            "table = {}\n"
            "@register('x', 'y')\n"
            "def make():\n"
            "    return BASE + 'a.pth'\n"
            "url = table['y']()"
        ),
        "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    return BASE + x\nurl = f('a.pth')",
        (
            "import functools, contextlib\n"
            "@contextlib.contextmanager\n"
            "def opened(x):\n"
            "    yield BASE + x\n"
            "with opened('a.pth') as url:\n"
            "    pass"
        ),
        "import lib\n@lib.anything\n@lib.other(1)\ndef f(x):\n    return BASE + x\nurl = f('a.pth')",
        (
            "import inspect\n"
            "def f(a, *, b='a.pth', **k): pass\n"
            "params = inspect.signature(f).parameters\n"
            "url = BASE + [p.default for p in params.values() if p.kind == p.KEYWORD_ONLY][0]"
        ),
        "from collections import defaultdict\nt = defaultdict(list)\nt['k'].append('a.pth')\nurl = BASE + t['k'][0]",
        (
            "setattr(torch, 'x', 1)\n"
            "class N: pass\n"
            "n = N()\n"
            "setattr(n, 'url', BASE + 'a.pth')\n"
            "url = n.url if hasattr(n, 'url') and not hasattr(n, 'b') else getattr(n, 'c', '')"
        ),
        "n = type('N', (), {})()\nn.__dict__['url'] = BASE + 'a.pth'\nurl = vars(n)['url']",
        "x = 1\nurl = BASE + locals()['x' * 1 and 'BASE'][:0] + 'a.pth'",
        (
            "def f(x):\n"
            "    if x:\n"
            "        return BASE + 'a.pth'\n"
            "    raise ValueError\n"
            "url = f(lib_is_here or True) if False else f(1)"
        ),
        "import lib\nurl = BASE + 'b.pth'\nif lib.flag():\n    raise ValueError\nurl = BASE + 'a.pth'",
        "import os\nurl = BASE + 'b.pth'\nif not os.path.exists('/cache/x'):\n    url = BASE + 'a.pth'",
        "import os\nurl = BASE + ('b.pth' if os.path.isfile('x') else 'a.pth')",
        (
            "import os\n"
            "url = BASE + 'b.pth'\n"
            "if os.path.isdir('x') and os.path.exists('y'):\n"
            "    pass\n"
            "else:\n"
            "    url = BASE + 'a.pth'"
        ),
        "import os\nos.makedirs('x')\nurl = BASE + ('a.pth' if os.path.exists('x') else 'b.pth')",
    ],
)
def test_statements(before: str) -> None:
    assert computed("url", before=f"{BASE}\n{before}") == [A]


@pytest.mark.parametrize(
    "before",
    [
        "import lib\nurl = BASE + 'a.pth' if lib.flag else BASE + 'b.pth'",
        "import lib\nif lib.flag:\n    url = BASE + 'a.pth'\nelse:\n    url = BASE + 'b.pth'",
        "import lib\nurl = BASE + {'x': 'a', 'y': 'b'}[lib.key] + '.pth'",
        "import lib\nurl = BASE + 'b.pth'\nfor x in lib.all():\n    url = BASE + 'a.pth'",
        "import lib\nurl = BASE + 'b.pth'\nwhile lib.more():\n    url = BASE + 'a.pth'",
        "import lib\ndef f():\n    if lib.flag:\n        return 'a.pth'\n    return 'b.pth'\nurl = BASE + f()",
        "import lib\nt = {'k': 'a'}\nif lib.flag:\n    t['k'] = 'b'\nurl = BASE + t['k'] + '.pth'",
        "import lib\nclass N:\n    url = BASE + 'a.pth'\nif lib.flag:\n    N.url = BASE + 'b.pth'\nurl = N.url",
        (
            "import lib\n"
            "match lib.kind:\n"
            "    case 1: url = BASE + 'a.pth'\n"
            "    case [x, *y]: url = BASE + 'b.pth'\n"
            "    case _: raise ValueError"
        ),
        "import lib\nname = 'a' if lib.flag else 'b'\nurl = BASE + {'a': 'a.pth', 'b': 'b.pth'}[name]",
        "import lib\nname = None if lib.flag else 'b'\nif name is None:\n    name = 'a'\nurl = BASE + name + '.pth'",
        "import lib\nname = 'x' if lib.flag else 'b'\nif not name == 'b':\n    name = 'a'\nurl = BASE + name + '.pth'",
        "import lib\nmake = (lambda: 'a.pth') if lib.flag else (lambda: 'b.pth')\nurl = BASE + make()",
        "import lib\nfor name in ['a'] if lib.flag else ['b']:\n    url = BASE + name + '.pth'",
        "import lib\nurl = BASE + [c for c in ('ab' if lib.flag else 'b')][0] + '.pth'",
        (
            "import lib\n"
            "from enum import Enum\n"
            "class K(Enum):\n"
            "    A = 'a'\n"
            "    B = 'b'\n"
            "url = BASE + K[lib.kind].value + '.pth'"
        ),
        (
            "import lib\n"
            "from enum import Enum\n"
            "class K(Enum):\n"
            "    A = 'a'\n"
            "    B = 'b'\n"
            "url = BASE + K(lib.kind).value + '.pth'"
        ),
    ],
)
def test_what_is_not_known_leaves_several(before: str) -> None:
    assert computed("url", before=f"{BASE}\n{before}") == [A, B]


@pytest.mark.parametrize(
    "hubconf",
    [
        "import zoo.urls\nfrom zoo import urls\nX = zoo.urls.X",
        "from zoo.urls import *",
        "from zoo.urls import X",
        "X = __import__('zoo.urls').urls.X",
        "import importlib\nX = importlib.import_module('zoo.urls').X",
        "import importlib\nX = importlib.import_module('.urls', package='zoo').X",
        "import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'zoo'))\nfrom urls import X",
        "import sys\nsys.path.append('zoo')\nimport urls\nX = urls.X",
        "import sys, zoo.urls\nX = sys.modules['zoo.urls'].X",
        "import zoo\nX = zoo.LAZY",
        (
            "import pkgutil, importlib, zoo\n"
            "for _, name, ispkg in pkgutil.iter_modules(zoo.__path__):\n"
            "    X = importlib.import_module('zoo.' + name).X"
        ),
        (
            "import os\n"
            "for file in sorted(os.listdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'zoo'))):\n"
            "    if file == 'urls.py':\n"
            "        from zoo.urls import X"
        ),
        (
            "from pathlib import Path\n"
            "X = [l for l in (Path(__file__).resolve().parent / 'zoo' / 'list.txt').read_text().split('\\n') if l][0]"
        ),
        (
            "from pathlib import Path\n"
            "X = [p for p in Path(__file__).parent.iterdir() if "
            "p.is_dir()][0].joinpath('list.txt').open().read().strip()"
        ),
        "import glob, os\nX = open(glob.glob(os.path.dirname(__file__) + '/zoo/*.txt')[0]).readlines()[0].strip()",
        "from pathlib import Path\nX = next(iter(Path(__file__).parent.rglob('*.txt'))).read_text().strip()",
        "from pathlib import Path\nX = list((Path(__file__).parent / 'zoo').glob('*.txt'))[0].read_text().strip()",
        "import json, os\nX = json.load(open(os.path.join(os.path.split(__file__)[0], 'zoo/t.json')))['x']",
        "import importlib.resources as r, json\nX = json.loads(r.files('zoo').joinpath('t.json').read_text())['x']",
        "import pkg_resources, json\nX = json.load(open(pkg_resources.resource_filename('zoo', 't.json')))['x']",
        "import hydra\nX = hydra.utils.instantiate({'_target_': 'zoo.urls.make', 'name': 'a.pth'})",
        (
            "import inspect, zoo.urls\n"
            "X = [f for n, f in inspect.getmembers(zoo.urls, inspect.isfunction) if n == 'make'][0]('a.pth')"
        ),
        "import inspect, zoo.urls\nX = [c for n, c in inspect.getmembers(zoo.urls) if inspect.isclass(c)][0].url",
        "import zoo.urls\nX = getattr(zoo.urls, [n for n in dir(zoo.urls) if n == 'X'][0])",
    ],
)
def test_imports_and_files(hubconf: str) -> None:
    files = {
        "hubconf.py": f"import torch\n{hubconf}\ndef model():\n    torch.hub.load_state_dict_from_url(X)\n",
        "zoo/__init__.py": f"def __getattr__(name):\n    return {A!r}\n",
        "zoo/urls.py": (
            f"X = {A!r}\n"
            f"def __getattr__(n): return n\n"
            f"def make(name): return {A[:-5]!r} + name\n"
            f"class C:\n"
            f"    url = X\n"
        ),
        "zoo/list.txt": f"{A}\n",
        "zoo/t.json": f'{{"x": "{A}", "n": [1, 2.5, null, true]}}',
    }
    assert urls(files) == [A]


def test_star_imports_of_libraries_are_followed_by_name() -> None:
    assert urls(f"from torch.hub import *\ndef model():\n    load_state_dict_from_url({A!r})\n") == [A]
    files = {
        "hubconf.py": f"import zoo\ndef model():\n    zoo.load_state_dict_from_url({A!r})\n",
        "zoo.py": "from torch.hub import *\n",
    }
    assert urls(files) == [A]


def test_handlers_are_followed_for_what_they_download() -> None:
    text = (
        f"import torch, lib\n"
        f"def model():\n"
        f"    try:\n"
        f"        lib.load('x')\n"
        f"    except Exception:\n"
        f"        torch.hub.load_state_dict_from_url({A!r})\n"
        f"        raise\n"
    )
    assert urls(text) == [A]
    both = text.replace("lib.load('x')", f"torch.hub.load_state_dict_from_url({B!r})").replace(repr(A), "lib.mirror")
    found = weights(both, "model")
    assert [file.url for file in found.files] == [B] and not found.unknown


def test_a_mirror_is_only_tried_after_the_first() -> None:
    text = (
        f"import torch\n"
        f"def model():\n"
        f"    for url in ({A!r}, {B!r}):\n"
        f"        try:\n"
        f"            torch.hub.load_state_dict_from_url(url)\n"
        f"            break\n"
        f"        except OSError:\n"
        f"            continue\n"
    )
    assert urls(text) == [A]


def test_one_of_many_functions_is_not_followed() -> None:
    functions = "\n".join(
        f"def f{n}():\n    torch.hub.load_state_dict_from_url('https://acme.example/{n}.pth')" for n in range(12)
    )
    text = (
        f"import torch\n"
        f"{functions}\n"
        f"T = {{{', '.join(f'{n}: f{n}' for n in range(12))}}}\n"
        f"def model(n=0):\n"
        f"    T[n]()\n"
    )
    assert urls(text) == ["https://acme.example/0.pth"]
    assert unknown(text, "model(...)") == [("T[n]", "which of 12 functions is called is decided when the code runs")]


def test_functions_that_call_themselves_with_the_same_are_followed_once() -> None:
    text = (
        f"import torch\n"
        f"def walk(x):\n"
        f"    for child in x.children():\n"
        f"        walk(child)\n"
        f"    torch.hub.load_state_dict_from_url({A!r})\n"
        f"def model(x):\n"
        f"    walk(x)\n"
    )
    assert urls(text, "model(...)") == [A]


def test_the_order_of_bases() -> None:
    text = (
        f"import torch\n"
        f"class A:\n"
        f"    u = 'https://acme.example/x.pth'\n"
        f"class B(A): pass\n"
        f"class C(A):\n"
        f"    u = {A!r}\n"
        f"class D(B, C): pass\n"
        f"def model():\n"
        f"    torch.hub.load_state_dict_from_url(D().u)\n"
    )
    assert urls(text) == [A]
