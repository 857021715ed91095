"""Uses psycopg2 as Odoo's connection pool, registry, cron and bus do. Where to connect: PG* variables.

Prints only what the same steps print on connections of their own.
"""
import select

import psycopg2
import psycopg2.extensions
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, ISOLATION_LEVEL_REPEATABLE_READ


class Pool:
    """Keeps connections open, and cleans one each time somebody borrows it."""

    def __init__(self):
        self.idle = []

    def borrow(self):
        connection = self.idle.pop(0) if self.idle else psycopg2.connect("", application_name="odoo-habits")
        connection.reset()  # ROLLBACK where needed, then RESET ALL and SET SESSION AUTHORIZATION DEFAULT
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ)
        return connection

    def give_back(self, connection):
        connection.rollback()
        with_autocommit(connection, "DISCARD ALL")
        self.idle.append(connection)


def with_autocommit(connection, statement):
    connection.set_session(autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.set_session(autocommit=False)


def rows(cursor, statement, *values):
    cursor.execute(statement, values)
    return cursor.fetchall()


pool = Pool()
setup = pool.borrow()
with setup.cursor() as cursor:
    cursor.execute("CREATE TABLE partner (id serial PRIMARY KEY, name text, lang text, write_count int DEFAULT 0)")
    cursor.execute("CREATE SEQUENCE base_registry_signaling")
    cursor.execute("CREATE TABLE cron (id int PRIMARY KEY, runs int DEFAULT 0)")
    cursor.execute("INSERT INTO cron VALUES (1), (2)")
    cursor.execute("SELECT nextval('base_registry_signaling')")
setup.commit()
pool.give_back(setup)

# Requests: DISCARD ALL at each borrow, BEGIN ISOLATION LEVEL REPEATABLE READ, savepoints, a flush.
for request in range(30):
    connection = pool.borrow()
    with connection.cursor() as cursor:
        level = rows(cursor, "SHOW transaction_isolation")
        signal = rows(cursor, "SELECT last_value FROM base_registry_signaling")
        cursor.execute("INSERT INTO partner (name, lang) VALUES (%s, %s) RETURNING id", ("partner %d" % request, "en_US"))
        new = cursor.fetchone()
        cursor.execute("SAVEPOINT flush")
        try:
            cursor.execute("INSERT INTO partner (id, name) VALUES (%s, 'twice')", new)
        except psycopg2.IntegrityError as error:
            cursor.execute("ROLLBACK TO SAVEPOINT flush")
            print(request, error.pgcode, end=" ")
        cursor.execute("SET LOCAL statement_timeout = '30s'")
        cursor.execute("UPDATE partner SET write_count = write_count + 1 WHERE id = %s", new)
        print(level, signal, rows(cursor, "SELECT name, write_count FROM partner WHERE id = %s", new[0]))
    if request % 5 == 4:
        connection.rollback()
    else:
        connection.commit()
    pool.give_back(connection)

# Two requests at once: the second one is refused by the server and repeated, as Odoo does on 40001.
first, second = pool.borrow(), pool.borrow()
with first.cursor() as one, second.cursor() as two:
    print(rows(one, "SELECT write_count FROM partner WHERE id = 1"), rows(two, "SELECT write_count FROM partner WHERE id = 1"))
    one.execute("UPDATE partner SET write_count = 100 WHERE id = 1")
    first.commit()
    try:
        two.execute("UPDATE partner SET write_count = write_count + 1 WHERE id = 1")
    except psycopg2.errors.SerializationFailure as error:
        print(error.pgcode, error.pgerror.strip())
    second.rollback()
    two.execute("UPDATE partner SET write_count = write_count + 1 WHERE id = 1")
    second.commit()
    print(rows(one, "SELECT write_count FROM partner WHERE id = 1"))
    first.rollback()
pool.give_back(first)
pool.give_back(second)

# A cron worker holds a lock for as long as the job runs, over several transactions.
worker, rival = pool.borrow(), pool.borrow()
with worker.cursor() as job, rival.cursor() as other:
    job.execute("SELECT id FROM cron WHERE id = 1 FOR NO KEY UPDATE SKIP LOCKED")
    print("worker has", job.fetchall())
    other.execute("SELECT id FROM cron FOR NO KEY UPDATE SKIP LOCKED")
    print("rival has", other.fetchall())
    rival.rollback()
    worker.commit()
    print(rows(job, "SELECT pg_try_advisory_lock(42)"))
    worker.commit()
    print(rows(other, "SELECT pg_try_advisory_lock(42)"))
    rival.commit()
    job.execute("UPDATE cron SET runs = runs + 1 WHERE id = 1")
    worker.commit()
    print(rows(job, "SELECT pg_advisory_unlock(42)"), rows(other, "SELECT pg_try_advisory_lock(42)"))
    worker.commit()
    rival.commit()
pool.give_back(worker)
pool.give_back(rival)  # its DISCARD ALL releases the lock
again = pool.borrow()
with again.cursor() as cursor:
    print("lock is free", rows(cursor, "SELECT pg_try_advisory_xact_lock(42)"))
again.rollback()
pool.give_back(again)

# The bus: LISTEN on a connection that idles in select(), notified by requests of others.
bus = psycopg2.connect("")
bus.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
with bus.cursor() as cursor:
    cursor.execute("LISTEN imbus")
for round_ in range(5):
    sender = pool.borrow()
    with sender.cursor() as cursor:
        cursor.execute("SELECT pg_notify('imbus', %s)", ("undone %d" % round_,))
        sender.rollback()
        cursor.execute("SELECT pg_notify('imbus', %s)", ("round %d" % round_,))
        cursor.execute("INSERT INTO partner (name) VALUES ('messenger')")
    sender.commit()
    pool.give_back(sender)
    ready, _, _ = select.select([bus], [], [], 10)
    bus.poll()
    print("bus woke" if ready else "bus slept", [(n.channel, n.payload) for n in bus.notifies])
    del bus.notifies[:]
print("nothing more", select.select([bus], [], [], 0.2)[0])

# Settings of one user's session are not those of another.
one, two = pool.borrow(), pool.borrow()
with one.cursor() as a, two.cursor() as b:
    a.execute("SET TIME ZONE 'Europe/Brussels'")
    a.execute("SET statement_timeout = '20s'")
    one.commit()
    print(rows(b, "SELECT current_setting('TimeZone'), current_setting('statement_timeout')"))
    two.commit()
    print(rows(a, "SELECT current_setting('TimeZone'), current_setting('statement_timeout')"))
    one.commit()
    a.execute("CREATE TEMP TABLE wizard AS SELECT id FROM partner ORDER BY id LIMIT 3")
    one.commit()
    print(rows(a, "SELECT count(*) FROM wizard"))
    one.commit()
    try:
        b.execute("SELECT count(*) FROM wizard")
    except psycopg2.errors.UndefinedTable as error:
        print(error.pgcode)
    two.rollback()
pool.give_back(one)
pool.give_back(two)
for _ in range(2):
    clean = pool.borrow()
    with clean.cursor() as cursor:
        print(rows(cursor, "SELECT current_setting('TimeZone'), current_setting('statement_timeout'), to_regclass('wizard')"))
    clean.rollback()
    pool.idle.insert(0, clean)
print("done")
