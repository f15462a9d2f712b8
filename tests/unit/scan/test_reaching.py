"""Of many bindings only those are looked at that can hold, and the answer stays the same."""

from __future__ import annotations

import ast

import pytest

from ptmdeps.scan import reaching as room
from ptmdeps.scan.reaching import Position
from ptmdeps.scan.symbols import Scope

SOURCE = """
def f(x):
    use(x)
    x = 1
    for i in y:
        use(x)
        if i:
            x = 2
            continue
        with z as x:
            use(x)
        x = 3
    while (x := x + 1):
        use(x)
        x = 4
    else:
        x = 5
    try:
        x = 6
    except E:
        use(x)
    finally:
        x = 7
    use(x)
    if a:
        x = 8
    elif b:
        x = 9
    use(x)
    x = 10
    use(x)
"""


@pytest.mark.parametrize("source", [SOURCE, SOURCE.replace("def f(x)", "for x in f(1)")])
def test_later_bindings_are_left_out_without_looking(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ast.parse(source)
    first = module.body[0]
    scope = Scope(first if isinstance(first, ast.FunctionDef) else module)
    uses = [None, *(scope.position(node) for node in ast.walk(module) if isinstance(node, ast.stmt))]
    found = {}
    for few in (0, 1_000):
        monkeypatch.setattr(room, "_FEW", few)
        found[few] = [scope.reaching("x", use) for use in uses]
    assert found[0] == found[1_000]


def test_what_is_far_away_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 400
    scope = Scope(ast.parse("".join(f"x = {number}\nuse(x)\n" for number in range(count))))
    looked: list[Position] = []
    meeting = room._meeting

    def counted(binding: Position, use: Position | None) -> int | None:
        looked.append(binding)
        return meeting(binding, use)

    monkeypatch.setattr(room, "_meeting", counted)
    for statement in scope.owner.body[1::2]:
        (reached,) = scope.reaching("x", scope.position(statement))
        assert reached.binding.statement is scope.owner.body[scope.owner.body.index(statement) - 1]
    assert len(looked) < 3 * count
