"""Many rows by few statements: copies of rows that the product has made."""

from odoo.tools import SQL


def copy_rows(env, table, times, parents=None, changes=None, where="true"):
    """Copy rows of a table, each several times, and return how many were made.

    Parents come first: the table ``copy_<table>`` remembers which row became which.

    :param dict parents: column → table that was copied just before; the copies belong
        to the copies of their parents
    :param dict changes: column → SQL expression of the copies' values, where ``row`` is
        the row that is copied and ``copy.number`` counts from 1
    """
    cr = env.cr
    map_name = f"copy_{table}"
    cr.execute(
        f"CREATE TEMP TABLE {map_name} ON COMMIT DROP AS "
        f"SELECT row.id AS old, number, nextval('{table}_id_seq') AS new "
        f"FROM {table} row, generate_series(1, {times}) number WHERE {where}"
    )
    cr.execute(f"CREATE INDEX ON {map_name} (old, number)")
    cr.execute(f"ANALYZE {map_name}")
    values = {name: SQL("row.%s", SQL.identifier(name)) for name in columns(cr, table)}
    values["id"] = SQL("copy.new")
    joins = []
    for number, (column, parent) in enumerate((parents or {}).items()):
        alias = f"parent{number}"
        joins.append(
            SQL(
                "JOIN %s %s ON %s.old = row.%s AND %s.number = copy.number",
                SQL.identifier(f"copy_{parent}"),
                SQL.identifier(alias),
                SQL.identifier(alias),
                SQL.identifier(column),
                SQL.identifier(alias),
            )
        )
        values[column] = SQL("%s.new", SQL.identifier(alias))
    values.update({name: SQL(text) for name, text in (changes or {}).items()})
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s row JOIN %s copy ON copy.old = row.id %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(values.values()),
            SQL.identifier(table),
            SQL.identifier(map_name),
            SQL(" ").join(joins),
        )
    )
    return cr.rowcount


def columns(cr, table):
    """Return the names of the columns that a row of a table is made of."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return [name for (name,) in cr.fetchall()]
