"""Drives asyncpg and prints what it sees. Arguments: pool mode. Where to connect: PG* variables."""
import asyncio
import sys

import asyncpg

mode = sys.argv[1]
# Its cache holds named prepared statements, which need a session.
options = {} if mode == "session" else {"statement_cache_size": 0}


async def transactions(connection):
    async with connection.transaction():
        await connection.execute("INSERT INTO birds VALUES (1, 'Ara')")
        try:
            async with connection.transaction():
                await connection.execute("INSERT INTO birds VALUES (1, 'again')")
        except asyncpg.UniqueViolationError as error:
            print(error.sqlstate, error.detail)
        await connection.execute("INSERT INTO birds VALUES (2, 'Bee-eater')")
    try:
        async with connection.transaction():
            await connection.execute("INSERT INTO birds VALUES (3, 'lost')")
            await connection.fetchval("SELECT 1 / $1::int", 0)
    except asyncpg.DivisionByZeroError as error:
        print(error.sqlstate, error)
    print([tuple(row) for row in await connection.fetch("SELECT * FROM birds ORDER BY id")])


async def copies(connection):
    print(await connection.copy_records_to_table("birds", records=[(i, "bird %d" % i) for i in range(100, 5100)]))
    try:
        await connection.copy_records_to_table("birds", records=[(100, "twice")])
    except asyncpg.UniqueViolationError as error:
        print(error.sqlstate)
    size = 0

    async def measure(data):
        nonlocal size
        size += len(data)

    print(await connection.copy_from_query("SELECT * FROM birds ORDER BY id", output=measure, format="csv"), size)


async def cursors(connection):
    async with connection.transaction():
        total = 0
        async for row in connection.cursor("SELECT generate_series(1, $1::int)", 500, prefetch=50):
            total += row[0]
        print("cursor", total)


async def cancellation(connection):
    try:
        await asyncio.wait_for(connection.execute("SELECT pg_sleep(60)"), timeout=0.2)
    except asyncio.TimeoutError:
        print("timed out, and then", await connection.fetchval("SELECT 'well again'"))


async def session_state(connection):
    statement = await connection.prepare("SELECT $1::int * 2")
    print([await statement.fetchval(i) for i in range(5)])
    heard = asyncio.get_running_loop().create_future()
    await connection.add_listener("news", lambda *event: heard.set_result(event[3]))
    await connection.execute("NOTIFY news, 'hello'")
    print(await asyncio.wait_for(heard, 10))
    await connection.reset()


async def main():
    connection = await asyncpg.connect(**options)
    await connection.execute("CREATE TABLE birds (id int PRIMARY KEY, name text)")
    await transactions(connection)
    await copies(connection)
    await cursors(connection)
    await cancellation(connection)
    print(await connection.fetchrow("SELECT $1::text[], $2::jsonb, $3::timestamptz IS NULL", ["a", "ë"], '{"k": 1}', None))
    await connection.executemany("INSERT INTO birds VALUES ($1, $2)", [(i, "many") for i in range(10000, 10050)])
    print(await connection.fetchval("SELECT count(*) FROM birds"))
    print(await connection.execute("SELECT 1; SELECT 2; SELECT 3"))
    if mode == "session":
        await session_state(connection)

    # Many at once, more than there are server connections in transaction pooling.
    async def one(i):
        other = await asyncpg.connect(**options)
        try:
            async with other.transaction():
                return await other.fetchval("SELECT $1::int + count(*) FROM birds WHERE id = 1", i)
        finally:
            await other.close()

    print(sum(await asyncio.gather(*(one(i) for i in range(20)))))
    await connection.execute("DROP TABLE birds")
    await connection.close()
    print("done")


asyncio.run(main())
