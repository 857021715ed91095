"""Uses psycopg2 as the runner of a job queue does: it listens on the business database, reads what waits
through a cursor WITH HOLD, and keeps one lock to be the only runner. Where to connect: PG* variables."""
import select
import time

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT


def autocommitting():
    connection = psycopg2.connect("", application_name="jobrunner")
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return connection


def wait(connection, count):
    """Reads notifications as a runner does, until there are as many as expected or nothing comes."""
    deadline = time.monotonic() + 10
    while len(connection.notifies) < count and time.monotonic() < deadline:
        if select.select([connection], [], [], 1)[0]:
            connection.poll()
    received = [(n.channel, n.payload) for n in connection.notifies]
    del connection.notifies[:]
    return received


web = psycopg2.connect("", application_name="web")
cursor = web.cursor()
cursor.execute("CREATE TABLE queue_job (uuid int PRIMARY KEY, state text, priority int)")
cursor.execute(
    """CREATE FUNCTION queue_job_notify() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.state <> 'done' THEN PERFORM pg_notify('queue_job', current_database() IS NOT NULL || ',' || NEW.uuid); END IF;
      RETURN NULL;
    END $$"""
)
cursor.execute("CREATE TRIGGER queue_job_notify AFTER INSERT OR UPDATE ON queue_job FOR EACH ROW EXECUTE FUNCTION queue_job_notify()")
cursor.execute("INSERT INTO queue_job SELECT g, 'pending', g % 3 FROM generate_series(1, 20) g")
web.commit()

runner = autocommitting()
rival = autocommitting()
with runner.cursor() as cr:
    cr.execute("SELECT pg_try_advisory_lock(hashtext('jobrunner'))")
    print("runner is the only one", cr.fetchone())
with rival.cursor() as cr:
    cr.execute("SELECT pg_try_advisory_lock(hashtext('jobrunner'))")
    print("rival too", cr.fetchone())

# Listens first, then reads what waits already, so that nothing is missed in between.
with runner.cursor() as cr:
    cr.execute("LISTEN queue_job")
seen = []
with runner.cursor("waiting", withhold=True) as cr:
    cr.itersize = 5
    cr.execute("SELECT uuid, state FROM queue_job WHERE state = 'pending' ORDER BY priority, uuid")
    for job in cr:
        seen.append(job[0])
        if len(seen) == 7:
            cursor.execute("INSERT INTO queue_job VALUES (100, 'pending', 1)")
            web.commit()
print("waiting jobs", seen)
print("notified", wait(runner, 1))

# Jobs run on connections of their own; each finishes, fails or is undone.
for number in (1, 2, 3):
    worker = psycopg2.connect("", application_name="worker")
    with worker.cursor() as cr:
        cr.execute("SELECT state FROM queue_job WHERE uuid = %s FOR UPDATE NOWAIT", (number,))
        print("job", number, cr.fetchone())
        cr.execute("SET LOCAL lock_timeout = '5s'")
        if number == 1:
            cr.execute("UPDATE queue_job SET state = 'done' WHERE uuid = 1")
            worker.commit()
        elif number == 2:
            cr.execute("UPDATE queue_job SET state = 'failed' WHERE uuid = 2")
            worker.commit()
        else:
            cr.execute("UPDATE queue_job SET state = 'failed' WHERE uuid = 3")
            worker.rollback()
    worker.close()
print("notified", wait(runner, 1))

# Many at once, in the order of commits, each once.
for batch in range(5):
    for number in range(10):
        cursor.execute("INSERT INTO queue_job VALUES (%s, 'pending', 0)", (1000 + batch * 10 + number,))
    web.commit()
print("notified", [payload for _, payload in wait(runner, 50)])
print("nothing more", wait(rival, 0), select.select([runner], [], [], 0.2)[0])

# The runner still has its lock; when it is gone, another one may run.
with rival.cursor() as cr:
    cr.execute("SELECT pg_try_advisory_lock(hashtext('jobrunner'))")
    print("rival too", cr.fetchone())
runner.close()
with rival.cursor() as cr:
    deadline = time.monotonic() + 10
    taken = False
    while not taken and time.monotonic() < deadline:
        cr.execute("SELECT pg_try_advisory_lock(hashtext('jobrunner'))")
        taken = cr.fetchone()[0]
    print("rival took over", taken)
    cr.execute("LISTEN queue_job")
cursor.execute("UPDATE queue_job SET state = 'started' WHERE uuid = 1001")
web.commit()
print("notified", wait(rival, 1))
print("done")
