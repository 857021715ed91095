// Drives node-postgres and prints what it sees. Arguments: pool mode. Where to connect: PG* variables.
const { Client, Pool } = require("pg");

const mode = process.argv[2];

async function main() {
  const client = new Client();
  client.on("notice", (notice) => console.log(notice.severity, notice.message));
  await client.connect();
  await client.query("CREATE TABLE trees (id int PRIMARY KEY, name text, seen timestamptz)");

  await client.query("BEGIN");
  for (let i = 0; i < 20; i++) {
    await client.query("INSERT INTO trees VALUES ($1, $2)", [i, `tree ${i}`]);
  }
  await client.query("COMMIT");

  await client.query("BEGIN");
  try {
    await client.query("INSERT INTO trees VALUES ($1, $2)", [1, "twice"]);
  } catch (error) {
    console.log(error.code, error.message, error.constraint);
  }
  try {
    await client.query("SELECT 1");
  } catch (error) {
    console.log(error.code, error.message);
  }
  await client.query("ROLLBACK");

  const found = await client.query("SELECT id, name FROM trees WHERE id = ANY($1) ORDER BY id", [[3, 5]]);
  console.log(found.rows, found.fields.map((field) => [field.name, field.dataTypeID]));
  const several = await client.query("SELECT 1 AS one; SELECT 2 AS two");
  console.log(several.map((result) => result.rows));
  try {
    await client.query("SELECT $1::int", ["no number"]);
  } catch (error) {
    console.log(error.code, error.message);
  }
  await client.query("DO $$ BEGIN RAISE NOTICE 'noted'; END $$");

  // Queued by the library, answered one by one.
  const queued = await Promise.all([...Array(50).keys()].map((i) => client.query("SELECT $1::int * 2 AS x", [i])));
  console.log(queued.reduce((sum, result) => sum + result.rows[0].x, 0));
  const large = await client.query("SELECT repeat('x', 1000000) AS x, generate_series(1, 3)");
  console.log(large.rows.map((row) => row.x.length));

  if (mode === "session") {
    for (let i = 0; i < 3; i++) {
      const named = await client.query({ name: "by-id", text: "SELECT name FROM trees WHERE id = $1", values: [i] });
      console.log(named.rows);
    }
    const heard = new Promise((resolve) => client.on("notification", (message) => resolve(message.payload)));
    await client.query("LISTEN news");
    await client.query("NOTIFY news, 'hello'");
    console.log(await heard);
  }

  const pool = new Pool({ max: 10 });
  const sums = await Promise.all(
    [...Array(100).keys()].map((i) => pool.query("SELECT $1::int + count(*)::int AS n FROM trees", [i])),
  );
  console.log(sums.reduce((sum, result) => sum + result.rows[0].n, 0));
  await pool.end();

  await client.query("DROP TABLE trees");
  await client.end();
  console.log("done");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
