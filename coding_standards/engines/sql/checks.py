"""Named checks of the `sql` engine that look at queries and what changes data.

A check speaks only of statements that the parser has understood, and stays silent where a dialect may mean it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from coding_standards.engines.named import Check, Hit
from coding_standards.engines.sql.dynamic import dynamic_sql
from coding_standards.engines.sql.script import Script, SqlStatement
from coding_standards.engines.sql.tables import column_type, defined_name, foreign_key_action, no_primary_key
from coding_standards.engines.sql.words import keyword_case, text

_CONDITIONS = (exp.Where, exp.Having, exp.Join, exp.If, exp.Check)


def _hit(script: Script, statement: SqlStatement, node: exp.Expr, detail: str = "") -> Hit:
    return Hit(*script.find_place(statement, node), detail)


def select_star(script: Script, *, allow_qualified: bool = True) -> Iterator[Hit]:
    """`SELECT *` from a table; not in EXISTS, nor from a subquery, a CTE or a function, which name their columns."""
    for statement, select in script.trees(exp.Select):
        star = next((one for one in select.expressions if _is_star(one, allow_qualified)), None)
        if star is None or isinstance(select.parent, exp.Exists) or isinstance(select.parent_select, exp.Exists):
            continue
        if select.find_ancestor(exp.Exists) or _has_only_named_sources(select):
            continue
        yield _hit(script, statement, star)


def _is_star(node: exp.Expr, allow_qualified: bool) -> bool:
    return isinstance(node, exp.Star) or (
        not allow_qualified and isinstance(node, exp.Column) and isinstance(node.this, exp.Star)
    )


def _has_only_named_sources(select: exp.Expr) -> bool:
    root = select.root()
    known = {cte.alias.lower() for cte in root.find_all(exp.CTE)}
    origin = select.args.get("from_")
    sources = [origin.this] if origin else []
    sources += [join.this for join in select.args.get("joins") or []]
    return all(_names_its_columns(one, known) for one in sources)


def _names_its_columns(source: exp.Expr, known: set[str]) -> bool:
    if not isinstance(source, exp.Table):
        return True
    return not isinstance(source.this, exp.Identifier) or source.name.lower() in known


def missing_where(script: Script, *, statements: tuple[str, ...] = ("update", "delete")) -> Iterator[Hit]:
    """UPDATE or DELETE that touches every row, with nothing (WHERE, JOIN, LIMIT) that narrows it."""
    kinds: list[type[exp.Expr]] = [exp.Update] * ("update" in statements) + [exp.Delete] * ("delete" in statements)
    for statement, node in script.trees(*kinds) if kinds else ():
        if node.parent is not None or node.args.get("where") or node.args.get("limit"):
            continue
        if any(join for join in node.find_all(exp.Join)):
            continue
        yield _hit(script, statement, node, node.key.upper())


def join_condition(script: Script) -> Iterator[Hit]:
    """Tables joined by a comma or by a JOIN without ON or USING, where CROSS JOIN was not written."""
    for statement, join in script.trees(exp.Join):
        if any(join.args.get(name) for name in ("on", "using", "kind", "method", "match_condition", "hint")):
            continue
        source = join.this
        if (
            isinstance(source, exp.Table)
            and isinstance(source.this, exp.Identifier)
            and not _is_correlated(join, source)
        ):
            yield _hit(script, statement, source, source.name)


def _is_correlated(join: exp.Expr, source: exp.Table) -> bool:
    """`FROM orders AS o, o.items` unnests (BigQuery); a lateral or array source is no comma join."""
    select = join.parent
    origin = select.args.get("from_") if select else None
    return bool(source.db and origin and origin.this.alias_or_name == source.db)


def insert_without_columns(script: Script) -> Iterator[Hit]:
    """INSERT that relies on the order of the table's columns."""
    for statement, node in script.trees(exp.Insert):
        relies = node.expression is not None and not node.args.get("default") and not node.args.get("by_name")
        if relies and isinstance(node.this, exp.Table) and isinstance(node.this.this, exp.Identifier):
            yield _hit(script, statement, node.this, node.this.name)


def null_comparison(script: Script) -> Iterator[Hit]:
    """`= NULL` or `<> NULL` in a condition: it is never true."""
    for statement, node in script.trees(exp.EQ, exp.NEQ):
        if not (isinstance(node.this, exp.Null) or isinstance(node.expression, exp.Null)):
            continue
        above = node.parent
        while isinstance(above, exp.And | exp.Or | exp.Not | exp.Paren):
            above = above.parent
        if isinstance(above, _CONDITIONS):
            yield _hit(script, statement, node)


def self_comparison(script: Script) -> Iterator[Hit]:
    """A column compared with itself."""
    for statement, node in script.trees(exp.EQ, exp.NEQ, exp.LT, exp.GT):
        left, right = node.this, node.expression
        is_condition = isinstance(node.parent, (*_CONDITIONS, exp.And, exp.Or))
        if not is_condition or not isinstance(left, exp.Column) or not isinstance(right, exp.Column):
            continue
        if _path(left) == _path(right) and not node.find_ancestor(exp.Update, exp.Merge):
            yield _hit(script, statement, node, left.name)


def _path(column: exp.Column) -> tuple[str, ...]:
    return tuple(part.name.lower() for part in column.parts)


def not_in_subquery(script: Script) -> Iterator[Hit]:
    """`NOT IN (SELECT ...)` over a column that may be NULL: one NULL and no row is left."""
    for statement, node in script.trees(exp.Not):
        inner = node.this.unnest() if isinstance(node.this, exp.Paren) else node.this
        query = inner.args.get("query") if isinstance(inner, exp.In) else None
        select = query.find(exp.Select) if query is not None else None
        if select is None or select.args.get("group") or not any(select.find_all(exp.Column)):
            continue
        where = select.args.get("where")
        if where is None or not any(isinstance(one.parent, exp.Not) for one in where.find_all(exp.Is)):
            yield _hit(script, statement, inner)


def ordinal(script: Script, *, clauses: tuple[str, ...] = ("order",)) -> Iterator[Hit]:
    """ORDER BY (or GROUP BY, with `group`) a position instead of a name; unions may have no other way."""
    for statement, select in script.trees(exp.Select):
        for clause in clauses:
            node = select.args.get(clause)
            for one in node.expressions if node is not None else ():
                literal = one.this if isinstance(one, exp.Ordered) else one
                if isinstance(literal, exp.Literal) and not literal.is_string:
                    yield _hit(script, statement, literal, f"{clause.upper()} BY {literal.this}")
                    break


def unordered_page(script: Script, *, offset_only: bool = True) -> Iterator[Hit]:
    """OFFSET (or, with `offset_only: false`, LIMIT above 1) without ORDER BY: the rows are arbitrary."""
    for statement, select in script.trees(exp.Select):
        limit = select.args.get("limit")
        pages = select.args.get("offset") or (
            not offset_only and limit and limit.expression and limit.expression.name != "1"
        )
        if pages and not select.args.get("order") and not select.find_ancestor(exp.Exists):
            yield _hit(script, statement, select.args.get("offset") or limit or select)


def leading_wildcard(script: Script) -> Iterator[Hit]:
    """LIKE with a pattern that begins with `%`: no index helps."""
    for statement, node in script.trees(exp.Like, exp.ILike):
        if isinstance(node.expression, exp.Literal) and node.expression.this.startswith("%"):
            yield _hit(script, statement, node, node.expression.this[:30])


def filtered_left_join(script: Script) -> Iterator[Hit]:
    """A LEFT JOIN whose table WHERE compares with a value: rows without a partner are lost, as in an inner join."""
    for statement, select in script.trees(exp.Select):
        outer = {
            join.this.alias_or_name.lower()
            for join in select.args.get("joins") or []
            if join.args.get("side") == "LEFT" and isinstance(join.this, exp.Table)
        }
        where = select.args.get("where")
        for one in _conjuncts(where.this) if where is not None and outer else ():
            if not isinstance(one, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Like | exp.Between):
                continue
            column, value = one.this, one.args.get("expression") or one.args.get("low")
            if isinstance(column, exp.Column) and column.table.lower() in outer and isinstance(value, exp.Literal):
                yield _hit(script, statement, one, f"{column.table}.{column.name}")
                break


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, exp.And):
            pending += [one.expression, one.this]
        elif isinstance(one, exp.Paren):
            pending.append(one.this)
        else:
            yield one


def node(
    script: Script,
    *,
    name: str = "",
    inside: str = "",
    not_inside: str = "",
    with_argument: str = "",
    without_argument: str = "",
) -> Iterator[Hit]:
    """Any node of the sqlglot class `name`, such as `Union`; with or without an argument, in or not in a class."""
    kind, around, outside = (getattr(exp, one, None) if one else None for one in (name, inside, not_inside))
    for statement, one in script.trees(kind) if kind else ():
        if (around and not one.find_ancestor(around)) or (outside and one.find_ancestor(outside)):
            continue
        if (with_argument and not one.args.get(with_argument)) or (without_argument and one.args.get(without_argument)):
            continue
        yield _hit(script, statement, one, name)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        column_type, defined_name, dynamic_sql, filtered_left_join, foreign_key_action, insert_without_columns,
        join_condition, keyword_case, leading_wildcard, missing_where, no_primary_key, node, not_in_subquery,
        null_comparison, ordinal, select_star, self_comparison, text, unordered_page,
    )
}  # fmt: skip
"""Every check that a rule of engine `sql` can name."""
