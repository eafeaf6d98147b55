"""Named checks of the `sql` engine that look at table definitions.

A check asks only of tables that this script defines column by column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from coding_standards.engines.named import Hit
from coding_standards.engines.sql.script import Script, SqlStatement

_RESERVED = re.compile(
    r"all|and|any|as|asc|between|by|case|check|column|constraint|create|cross|default|delete|desc|distinct|drop|else|end|exists"
    r"|false|for|foreign|from|full|grant|group|having|in|inner|insert|into|is|join|left|like|limit|natural|not|null|on|or|order"
    r"|outer|primary|references|right|select|set|table|then|to|true|union|unique|update|user|using|values|when|where|with",
    re.IGNORECASE,
)


def _tables(script: Script) -> Iterator[tuple[SqlStatement, exp.Create, exp.Schema]]:
    for statement, node in script.trees(exp.Create):
        schema = node.this
        if not isinstance(node, exp.Create) or node.kind != "TABLE" or not isinstance(schema, exp.Schema):
            continue
        if any(isinstance(one, exp.ColumnDef) and one.args.get("kind") for one in schema.expressions):
            yield statement, node, schema


def no_primary_key(script: Script) -> Iterator[Hit]:
    """A table without a primary key, here or in an ALTER or unique index of the same script."""
    keyed = {name for statement in script.all_statements() for name in _is_keyed_later(statement)}
    for statement, create, schema in _tables(script):
        if (
            schema.find(exp.PrimaryKeyColumnConstraint, exp.PrimaryKey, exp.LikeProperty)
            or "PRIMARY KEY" in statement.words
        ):
            continue
        properties = create.args.get("properties")
        if properties is not None and properties.find(
            exp.TemporaryProperty, exp.InheritsProperty, exp.PartitionedOfProperty, exp.LikeProperty, exp.GlobalProperty
        ):
            continue
        name = schema.this.name
        if name.lower() not in keyed and not name.startswith("#"):
            yield Hit(*script.place(statement.tokens[0].start), name)


def _is_keyed_later(statement: SqlStatement) -> Iterator[str]:
    head = statement.head
    if head.startswith("ALTER TABLE") and "PRIMARY KEY" in statement.words:
        yield from (token.text.lower() for token in statement.tokens[2:8])
    elif head.startswith("CREATE UNIQUE"):
        yield from (token.text.lower() for token in statement.tokens[3:12])


def column_type(script: Script, *, name_pattern: str = "", type_pattern: str = "") -> Iterator[Hit]:
    """A column whose name and type match the patterns (case is ignored; the type as written)."""
    name_regex, type_regex = (re.compile(pattern, re.IGNORECASE) for pattern in (name_pattern, type_pattern))
    for statement, _, schema in _tables(script):
        for column in schema.find_all(exp.ColumnDef):
            kind = column.args.get("kind")
            written = kind.this.value if isinstance(kind, exp.DataType) and hasattr(kind.this, "value") else ""
            if name_regex.search(column.name) and type_regex.search(str(written)):
                yield Hit(*script.find_place(statement, column), f"{column.name} {written}")


def defined_name(script: Script, *, pattern: str = "", allow_reserved: bool = True) -> Iterator[Hit]:
    """A table or column that is given a name that does not match `pattern`, or a reserved word in quotes."""
    regex = re.compile(pattern)
    for statement, _, schema in _tables(script):
        for one in (
            schema.this.this,
            *(column.this for column in schema.expressions if isinstance(column, exp.ColumnDef)),
        ):
            if not isinstance(one, exp.Identifier) or one.name.startswith(("#", "xx")):
                continue
            needs_quotes = bool(one.args.get("quoted")) and _RESERVED.fullmatch(one.name)
            if not regex.search(one.name) or (needs_quotes and not allow_reserved):
                yield Hit(*script.find_place(statement, one), one.name[:40])


def foreign_key_action(script: Script) -> Iterator[Hit]:
    """A foreign key that does not say what happens to its rows on delete."""
    for statement, _, schema in _tables(script):
        for one in schema.find_all(exp.Reference):
            holder = one.parent if isinstance(one.parent, exp.ForeignKey) else one
            words = " ".join(str(option).upper() for option in one.args.get("options") or [])
            if "ON DELETE" not in words and not holder.args.get("delete"):
                yield Hit(*script.find_place(statement, one))
