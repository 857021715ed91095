"""Drives psycopg 3 and prints what it sees. Arguments: pool mode. Where to connect: PG* variables."""
import sys

import psycopg
from psycopg import errors

mode = sys.argv[1]
# Without prepared statements, which need a session.
threshold = 5 if mode == "session" else None


def connect(**options):
    return psycopg.connect("", prepare_threshold=threshold, **options)


with connect() as connection:
    connection.execute("CREATE TABLE parts (id int PRIMARY KEY, name text)")
    connection.commit()

    # Pipeline mode: many statements on their way at once, one Sync where asked for.
    with connection.pipeline() as pipeline:
        cursors = [
            connection.execute("INSERT INTO parts VALUES (%s, %s) RETURNING id", (i, "part %d" % i))
            for i in range(100)
        ]
        pipeline.sync()
        print("inserted", sum(cursor.fetchone()[0] for cursor in cursors))
    connection.commit()

    try:
        with connection.pipeline():
            connection.execute("INSERT INTO parts VALUES (1000, 'lost')")
            connection.execute("SELECT 1/0")
            connection.execute("INSERT INTO parts VALUES (1001, 'aborted')")
    except errors.DivisionByZero as error:
        print(error.sqlstate, error)
    connection.rollback()

    connection.autocommit = True
    with connection.pipeline() as pipeline:
        first = connection.execute("SELECT 'before'")
        pipeline.sync()
        try:
            failing = connection.execute("SELECT * FROM nowhere")
            pipeline.sync()
            print(failing.fetchall())
        except errors.UndefinedTable as error:
            print(error.sqlstate, error.diag.message_primary)
        last = connection.execute("SELECT 'after'")
        print(first.fetchone(), last.fetchone())
    connection.autocommit = False

    for _ in range(12):  # beyond the threshold these are prepared
        found = connection.execute("SELECT name FROM parts WHERE id = %s", (7,)).fetchone()
    print(found, connection.execute("SELECT count(*) FROM parts").fetchone())
    connection.commit()

    with connection.cursor() as cursor:
        with cursor.copy("COPY parts FROM STDIN") as copy:
            for i in range(2000, 7000):
                copy.write_row((i, "copied %d" % i))
        print("copied", cursor.rowcount)
        with cursor.copy("COPY (SELECT id FROM parts ORDER BY id) TO STDOUT (FORMAT binary)") as copy:
            copy.set_types(["int4"])
            print("copied out", sum(row[0] for row in copy.rows()))
        connection.commit()
        try:
            with cursor.copy("COPY parts FROM STDIN") as copy:
                copy.write("not a number\tx\n")
        except errors.InvalidTextRepresentation as error:
            print(error.sqlstate, error.diag.context)
        connection.rollback()
        try:
            with cursor.copy("COPY parts FROM STDIN") as copy:
                copy.write("9999\tx\n")
                raise ValueError("changed our mind")
        except errors.QueryCanceled as error:
            print(error.sqlstate, error.diag.message_primary)
        connection.rollback()
        print(cursor.execute("SELECT count(*) FROM parts").fetchone())
        # Rows one by one, and a result in binary.
        print(sum(row[0] for row in cursor.stream("SELECT generate_series(1, 5000)")))
    with connection.cursor(name="portal") as cursor:
        cursor.execute("SELECT generate_series(1, 1000)")
        print(cursor.fetchmany(3), len(cursor.fetchall()))
    with connection.cursor(binary=True) as cursor:
        print(cursor.execute("SELECT %s::int8, %s::text, now() IS NULL", (2**40, "zoë ✓")).fetchone())
    connection.commit()

    with connection.transaction():
        try:
            with connection.transaction():
                connection.execute("SELECT 1/0")
        except errors.DivisionByZero:
            print("inner transaction rolled back")
        connection.execute("INSERT INTO parts VALUES (8000, 'outer')")
    print(connection.execute("SELECT name FROM parts WHERE id = 8000").fetchone())
    connection.commit()

if mode == "session":
    with connect(autocommit=True) as listener, connect(autocommit=True) as speaker:
        listener.execute("LISTEN news")
        for i in range(3):
            speaker.execute("SELECT pg_notify('news', %s)", ("message %d" % i,))
        heard = []
        for notification in listener.notifies():
            heard.append(notification.payload)
            if len(heard) == 3:
                break
        print(heard)

with connect() as connection:
    connection.execute("DROP TABLE parts")
print("done")
