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
    _number_copies(cr, table, times, where)
    values = {name: f'row."{name}"' for name in _get_columns(cr, table)}
    values["id"] = "copy.new"
    joins = []
    for column, parent in (parents or {}).items():
        joins.append(
            f"JOIN copy_{parent} {column}_copy ON {column}_copy.old = row.{column} "
            f"AND {column}_copy.number = copy.number"
        )
        values[column] = f"{column}_copy.new"
    values.update(changes or {})
    query = SQL(
        "INSERT INTO %s (%s) SELECT %s "
        "FROM %s row JOIN %s copy ON copy.old = row.id %s",
        SQL.identifier(table),
        SQL(", ").join(map(SQL.identifier, values)),
        SQL(", ").join(map(SQL, values.values())),
        SQL.identifier(table),
        SQL.identifier(f"copy_{table}"),
        SQL(" ").join(map(SQL, joins)),
    )
    cr.execute(query)
    return cr.rowcount


def _number_copies(cr, table, times, where):
    cr.execute(
        f"CREATE TEMP TABLE copy_{table} ON COMMIT DROP AS "
        f"SELECT row.id AS old, copies.number, nextval('{table}_id_seq') AS new "
        f"FROM {table} row, generate_series(1, {times}) copies(number) WHERE {where}"
    )
    cr.execute(f"CREATE INDEX ON copy_{table} (old, number)")
    cr.execute(f"ANALYZE copy_{table}")


def _get_columns(cr, table):
    """Return the names of the columns that a row of a table is made of."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return [name for (name,) in cr.fetchall()]
