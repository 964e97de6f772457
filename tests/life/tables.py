"""What is in the tables, read by plain SQL: before, and after something was done."""

from odoo.sql_db import db_connect
from odoo.tools import SQL

# Copies of tables from before; Odoo does not look into another schema
BEFORE = "before"
SCHEMA = """
    SELECT table_name || '.' || column_name || ' ' || data_type
      FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL
    SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || conname
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
"""


def keep(env, *tables):
    """Copy tables as they are, to compare them later."""
    env.flush_all()
    name = SQL.identifier(BEFORE)
    env.cr.execute(SQL("DROP SCHEMA IF EXISTS %s CASCADE", name))
    env.cr.execute(SQL("CREATE SCHEMA %s", name))
    for table in tables:
        env.cr.execute(
            SQL(
                "CREATE TABLE %s AS TABLE %s",
                SQL.identifier(BEFORE, table),
                SQL.identifier(table),
            )
        )


def check_kept(env, *tables, but=()):
    """See that tables have the rows that they had, with the values that they had.

    :param but: columns that may differ, as ``column`` or ``table.column``; those that
        are gone are another check's business
    """
    env.flush_all()
    found = {table: find_differences(env.cr, table, set(but)) for table in tables}
    different = {table: rows for table, rows in found.items() if rows}
    assert not different, "\n".join(map(str, different.items()))


def find_differences(cr, table, but):
    """Return what differs in a table, some rows of each column.

    :return: a list of tuples: a column, then id, before and after
    """
    assert count(cr, BEFORE, table), f"{table}: nothing to compare"
    both = columns_of(cr, BEFORE, table) & columns_of(cr, "public", table)
    columns = sorted(c for c in both if not {c, f"{table}.{c}"} & but)
    if "id" not in both:
        return find_different_links(cr, table, columns)
    return [
        (column, *row)
        for column in columns
        for row in find_different_values(cr, table, column)
    ]


def find_different_values(cr, table, column):
    query = SQL(
        "SELECT COALESCE(b.id, a.id), b.%(c)s, a.%(c)s FROM %(before)s b "
        "FULL JOIN %(after)s a ON a.id = b.id "
        "WHERE a.id IS NULL OR b.id IS NULL "
        "OR a.%(c)s::text IS DISTINCT FROM b.%(c)s::text ORDER BY 1 LIMIT 5",
        c=SQL.identifier(column),
        **both_tables(table),
    )
    cr.execute(query)
    return cr.fetchall()


def find_different_links(cr, table, columns):
    """Return the rows of a relation that are in one table only."""
    query = SQL(
        "(SELECT %(c)s FROM %(before)s EXCEPT SELECT %(c)s FROM %(after)s) UNION ALL "
        "(SELECT %(c)s FROM %(after)s EXCEPT SELECT %(c)s FROM %(before)s) LIMIT 5",
        c=SQL(", ").join(map(SQL.identifier, columns)),
        **both_tables(table),
    )
    cr.execute(query)
    return cr.fetchall()


def both_tables(table):
    return {
        "before": SQL.identifier(BEFORE, table),
        "after": SQL.identifier("public", table),
    }


def columns_of(cr, schema, table):
    cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name = %s",
            schema,
            table,
        )
    )
    return {name for (name,) in cr.fetchall()}


def count(cr, schema, table):
    cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(schema, table)))
    return cr.fetchone()[0]


def read_schema(cr):
    """Return every column, index, constraint and sequence of a database."""
    cr.execute(SCHEMA)
    return {row for (row,) in cr.fetchall()}


def read_counts(cr, tables):
    """Return how many rows tables have."""
    return {table: count(cr, "public", table) for table in tables}


def elsewhere(database, read, *values):
    """Return what ``read(cr, …)`` finds in another database."""
    with db_connect(database).cursor() as cr:
        return read(cr, *values)
