"""Small ways to break a program: each finds the places of one kind in a syntax tree, and how each of them would read, broken.

Left alone are texts for people (docstrings, the sentences of a check and where to read more, f-strings), annotations, imports
and `__all__`: no test should pin those. What is told of a place is its line, and what stood there before and stands there now.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.mutants.reached import functions_of

Members = Mapping[str, tuple[str, ...]]
"""The members of each enum of the program, by the enum's name."""
Variant = tuple[str, ast.AST]
"""The operator, and what stands in the node's place."""

COMPARES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
FINDINGS = {"problem": "warning", "warning": "problem", "ok": "not_applicable"}
CITING = frozenset({"problem", "warning", "ok", "unknown"})
TEXTS = frozenset({"Sentences", "Meta", "TypeVar", "Rival", "Forms"})
"""Calls whose arguments are texts for people, or say something of types."""
TEXT_FIELDS = frozenset({"reference"})
"""Arguments that are texts for people in whatever call."""


@dataclass(frozen=True)
class Site:
    """One way to break one file, which is worked out by `broken` where it is chosen."""

    path: str
    """From the root of the tree."""
    number: int
    """Its place among all ways to break that file."""
    operator: str
    name: str
    """The function, the operator, and the place among its like there: the same as long as that function is."""


@dataclass(frozen=True)
class Mutant:
    """A file, broken in one way."""

    path: str
    function: str
    """Its qualified name; empty: outside of functions."""
    line: int
    operator: str
    before: str
    after: str
    source: str
    """The whole file."""

    def __str__(self) -> str:
        """What it is, without its line, which changes with whatever stands above."""
        return f"{self.path}: {self.function or 'top'}: {self.operator}: {self.before}  ->  {self.after}"


def sites(path: str, source: str, members: Members) -> list[Site]:
    """All ways to break a file."""
    tree = ast.parse(source)
    functions = list(functions_of(tree))
    found: list[Site] = []
    seen: Counter[str] = Counter()
    for number, (place, operator, _) in enumerate(_ways(tree, members)):
        like = f"{_function(functions, place[3].lineno)}: {operator}"
        seen[like] += 1
        found.append(Site(path, number, operator, f"{like} {seen[like]}"))
    return found


def _function(functions: list[tuple[int, int, str]], line: int) -> str:
    return next((name for first, last, name in reversed(functions) if first <= line <= last), "")


def broken(site: Site, source: str, members: Members) -> Mutant:
    """The file of a site, broken so."""
    tree = ast.parse(source)
    place, operator, instead = next(way for number, way in enumerate(_ways(tree, members)) if number == site.number)
    holder, field, index, node = place
    before, line, function = _short(node), node.lineno, _function(list(functions_of(tree)), node.lineno)
    if index is None:
        setattr(holder, field, instead)
    else:
        getattr(holder, field)[index] = instead
    source = ast.unparse(ast.fix_missing_locations(tree))
    return Mutant(site.path, function, line, operator, before, _short(instead), source)


def _ways(tree: ast.AST, members: Members) -> Iterator[tuple["Place", str, ast.AST]]:
    for place in _places(tree):
        for find in OPERATORS:
            yield from ((place, operator, instead) for operator, instead in find(place[3], place[0], members))


Place = tuple[ast.AST, str, int | None, ast.expr | ast.stmt]


def _places(tree: ast.AST) -> Iterator[Place]:
    """Every expression and statement that may be broken, with where it hangs."""
    for field, value in ast.iter_fields(tree):
        if _is_for_people(tree, field):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_left_alone(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield tree, field, index, child
            yield from _places(child)


def _is_for_people(node: ast.AST, field: str) -> bool:
    if isinstance(node, ast.Call):
        return field == "func" or _name(node.func) in TEXTS
    if isinstance(node, ast.keyword):
        return node.arg in TEXT_FIELDS
    return field in ("annotation", "returns", "type_params", "decorator_list", "bases")


def _is_left_alone(node: ast.AST) -> bool:
    told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    listed = isinstance(node, ast.Assign) and _name(node.targets[0]) == "__all__"
    return told or listed or isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Assert)


def _compare(node: ast.AST, _: ast.AST, __: Members) -> Iterator[Variant]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARES:
        yield "compare", ast.Compare(node.left, [COMPARES[type(node.ops[0])](), *node.ops[1:]], node.comparators)


def _constant(node: ast.AST, holder: ast.AST, _: Members) -> Iterator[Variant]:
    if not isinstance(node, ast.Constant):
        return
    match node.value:
        case bool():
            yield "bool swapped", ast.Constant(not node.value)
        case int() | float():
            yield "constant", ast.Constant(node.value + 1)
        case str() if node.value and " " not in node.value and not isinstance(holder, ast.FormattedValue):
            yield "token changed", ast.Constant(node.value + "x")
        case bytes() if node.value:
            yield "token changed", ast.Constant(node.value + b"x")


def _logic(node: ast.AST, _: ast.AST, __: Members) -> Iterator[Variant]:
    if isinstance(node, ast.BoolOp):
        yield "and-or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for number in range(len(node.values)):
            rest = node.values[:number] + node.values[number + 1 :]
            yield "operand dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", node.operand


def _condition(node: ast.AST, _: ast.AST, __: Members) -> Iterator[Variant]:
    for truth in (True, False):
        match node:
            case ast.If():
                yield f"condition {truth}".lower(), ast.If(ast.Constant(truth), node.body, node.orelse)
            case ast.IfExp():
                yield f"condition {truth}".lower(), node.body if truth else node.orelse


def _filter(node: ast.AST, _: ast.AST, __: Members) -> Iterator[Variant]:
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp) and any(one.ifs for one in node.generators):
        free = [ast.comprehension(one.target, one.iter, [], one.is_async) for one in node.generators]
        yield "filter dropped", type(node)(node.elt, free)


def _member(node: ast.AST, _: ast.AST, members: Members) -> Iterator[Variant]:
    if isinstance(node, ast.Attribute) and node.attr in (known := members.get(_name(node.value), ())) and len(known) > 1:
        other = known[(known.index(node.attr) + 1) % len(known)]
        yield "enum swapped", ast.Attribute(node.value, other, ast.Load())


def _table(node: ast.AST, holder: ast.AST, _: Members) -> Iterator[Variant]:
    explains = isinstance(holder, ast.keyword) and holder.arg == "explains"
    operator = "explains dropped" if explains else "member dropped"
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        alike = len({type(one) for one in node.elts}) == 1 and not isinstance(holder, ast.Subscript | ast.For | ast.Return)
        for number in range(len(node.elts) if alike else 0):
            rest = node.elts[:number] + node.elts[number + 1 :]
            if rest or explains:
                yield operator, ast.Set(rest) if isinstance(node, ast.Set) else type(node)(rest, ast.Load())
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        for number in range(len(node.keys)):
            keys, values = node.keys[:], node.values[:]
            del keys[number], values[number]
            yield "member dropped", ast.Dict(keys, values)


def _call(node: ast.AST, _: ast.AST, __: Members) -> Iterator[Variant]:
    if not isinstance(node, ast.Call):
        return
    name = _name(node.func)
    if name in FINDINGS:
        broken = ast.Name(FINDINGS[name], ast.Load())
        kept = [] if name == "ok" else node.args
        yield "finding swapped", ast.Call(broken, kept, node.keywords)
    if name in CITING:
        first = 1 if name == "unknown" else 0
        for number in range(first, len(node.args)):
            if len(node.args) - first > 1 or name == "unknown":
                yield "citation dropped", ast.Call(node.func, node.args[:number] + node.args[number + 1 :], node.keywords)
        for number, keyword in enumerate(node.keywords):
            if keyword.arg not in ("about", None):
                yield "fact dropped", ast.Call(node.func, node.args, node.keywords[:number] + node.keywords[number + 1 :])
    if name in ("any", "all"):
        yield "any-all", ast.Call(ast.Name("all" if name == "any" else "any", ast.Load()), node.args, node.keywords)


def _arithmetic(node: ast.AST, _: ast.AST, __: Members) -> Iterator[Variant]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield "arithmetic", ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)


def _statement(node: ast.AST, holder: ast.AST, _: Members) -> Iterator[Variant]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            empty = ast.Tuple([], ast.Load()) if isinstance(value, ast.Tuple | ast.ListComp) else ast.Constant(None)
            yield "return emptied", ast.Return(empty)
        case ast.Expr(value=ast.Call()) | ast.AugAssign() if not isinstance(holder, ast.Module):
            yield "statement removed", ast.Pass()


OPERATORS: tuple[Callable[[ast.AST, ast.AST, Members], Iterator[Variant]], ...] = (
    _compare, _constant, _logic, _condition, _filter, _member, _table, _call, _arithmetic, _statement,
)  # fmt: skip


def enum_members(sources: Mapping[str, str]) -> Members:
    """The members of every enum that some sources define."""
    return {
        node.name: tuple(_name(one.targets[0]) for one in node.body if isinstance(one, ast.Assign))
        for source in sources.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and any(_name(base).endswith("Enum") for base in node.bases)
    }


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) < 80 else f"{text[:77]}..."
