"""Drives psycopg2 and prints what it sees. Arguments: pool mode. Where to connect: PG* variables."""
import io
import sys
import threading

import psycopg2
import psycopg2.errors
import psycopg2.extensions

mode = sys.argv[1]
connection = psycopg2.connect("")
cursor = connection.cursor()

cursor.execute("CREATE TABLE notes (id int PRIMARY KEY, body text)")
cursor.executemany("INSERT INTO notes VALUES (%s, %s)", [(i, "note %d" % i) for i in range(50)])
connection.commit()

cursor.execute("INSERT INTO notes VALUES (100, 'lost')")
connection.rollback()
cursor.execute("SELECT count(*), max(id) FROM notes")
print("after rollback", cursor.fetchone())

try:
    cursor.execute("INSERT INTO notes VALUES (1, 'twice')")
except psycopg2.errors.UniqueViolation as error:
    print(error.pgcode, error.pgerror.strip(), error.diag.constraint_name)
try:
    cursor.execute("SELECT 1")
except psycopg2.errors.InFailedSqlTransaction as error:
    print(error.pgcode, error.pgerror.strip())
connection.rollback()

with connection:
    with connection.cursor() as inner:
        inner.execute("SAVEPOINT s")
        try:
            inner.execute("SELECT 1/0")
        except psycopg2.errors.DivisionByZero as error:
            print(error.pgcode)
            inner.execute("ROLLBACK TO s")
        inner.execute("INSERT INTO notes VALUES (101, 'kept')")

# COPY both ways, one that fails and one that is given up.
cursor.copy_expert("COPY notes FROM STDIN", io.StringIO("".join("%d\tcopied\n" % i for i in range(200, 20200))))
print("copied", cursor.rowcount)
connection.commit()
try:
    cursor.copy_expert("COPY notes FROM STDIN", io.StringIO("1\tduplicate\n"))
except psycopg2.errors.UniqueViolation as error:
    print(error.pgcode, error.diag.context)
connection.rollback()


class Unreadable:
    """A file whose reading fails after some data."""

    def __init__(self):
        self.reads = 0

    def read(self, size):
        self.reads += 1
        if self.reads > 2:
            raise ValueError("no more to read")
        return "%d\tx\n" % (90000 + self.reads)


try:
    cursor.copy_expert("COPY notes FROM STDIN", Unreadable())
except Exception as error:
    print(type(error).__name__, str(error).splitlines()[0])
connection.rollback()
out = io.StringIO()
cursor.copy_expert("COPY (SELECT * FROM notes ORDER BY id) TO STDOUT", out)
print("copied out", len(out.getvalue()))
connection.commit()

# A server-side cursor is a portal of its transaction.
with connection.cursor(name="server_side") as named:
    named.itersize = 100
    named.execute("SELECT id FROM notes ORDER BY id")
    print("sum", sum(row[0] for row in named))
connection.commit()

del connection.notices[:]
cursor.execute("DO $$ BEGIN FOR i IN 1..3 LOOP RAISE NOTICE 'notice %', i; END LOOP; END $$")
print(connection.notices)
connection.commit()

# cancel() comes on a connection of its own, with the key of this one.
def cancel_when_running():
    watcher = psycopg2.connect("")
    watcher.autocommit = True
    asks = watcher.cursor()
    while True:
        asks.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
            " AND query = 'SELECT pg_sleep(60) /* psycopg2 */'"
        )
        if asks.fetchone()[0]:
            break
    connection.cancel()
    watcher.close()


thread = threading.Thread(target=cancel_when_running)
thread.start()
try:
    cursor.execute("SELECT pg_sleep(60) /* psycopg2 */")
    print("not cancelled")
except psycopg2.extensions.QueryCanceledError as error:
    print(error.pgcode, error.pgerror.strip())
thread.join()
connection.rollback()

print(connection.encoding, connection.server_version, connection.info.transaction_status)
print(sorted((name, connection.info.parameter_status(name)) for name in ("client_encoding", "DateStyle", "TimeZone", "standard_conforming_strings", "server_encoding", "application_name", "is_superuser", "integer_datetimes")))
connection.autocommit = True
cursor.execute("SELECT %s::text, %s::int[], %s::bytea", ("zoë ✓", [1, 2, 3], psycopg2.Binary(b"\x00\xff")))
row = cursor.fetchone()
print(row[0], row[1], bytes(row[2]))
if mode == "session":
    cursor.execute("SET TIME ZONE 'Asia/Tokyo'")
    cursor.execute("PREPARE p AS SELECT $1::int + 1")
    cursor.execute("EXECUTE p (41)")
    print(cursor.fetchone(), connection.info.parameter_status("TimeZone"))
    cursor.execute("LISTEN news")
    cursor.execute("NOTIFY news, 'hello'")
    print([(n.channel, n.payload) for n in connection.notifies])
cursor.execute("DROP TABLE notes")
connection.close()
print("done")
