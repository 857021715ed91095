-- What does not depend on session state: the same in session and in transaction pooling.
\set VERBOSITY verbose
\set ON_ERROR_STOP off
\pset null '(null)'
CREATE TABLE riders (id int PRIMARY KEY, name text, born date, paid numeric(10,2), tags text[], raw bytea, doc jsonb, seen timestamptz);
INSERT INTO riders VALUES (1, 'Ana', '1990-01-02', 12.50, '{a,b}', '\xdeadbeef', '{"k": [1, 2]}', '2024-02-29 12:00+00'),
  (2, 'Zoë ✓', NULL, -0.01, '{}', '', 'null', 'infinity') RETURNING id, name;
SELECT * FROM riders ORDER BY id;
SELECT 1::int2, 2::int8, 3.5::float4, 'x'::char(5), true, '1 day 02:03'::interval, '10.0.0.1'::inet, '[1,5)'::int4range, point(1,2), NULL::text, ROW(1, 'a');

-- errors outside and inside transactions
SELECT 1/0;
SELEC 1;
SELECT * FROM nowhere;
INSERT INTO riders (id) VALUES (1);
BEGIN;
INSERT INTO riders (id, name) VALUES (3, 'Bo');
SELECT no_such_function();
SELECT 'ignored';
ROLLBACK;
BEGIN;
INSERT INTO riders (id, name) VALUES (4, 'Cy');
SAVEPOINT before_error;
INSERT INTO riders (id) VALUES (4);
ROLLBACK TO before_error;
RELEASE before_error;
COMMIT;
SELECT id, name FROM riders ORDER BY id;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
SHOW transaction_isolation;
DELETE FROM riders;
END;

-- several statements in one message, an error in the middle, an implicit transaction
SELECT 1 AS one\; SELECT 2 AS two\; SELECT 3 AS three;
INSERT INTO riders (id) VALUES (10)\; SELECT 1/0\; INSERT INTO riders (id) VALUES (11);
BEGIN\; INSERT INTO riders (id) VALUES (12)\; COMMIT\; SELECT count(*) FROM riders;
SELECT count(*) FROM riders;
;
\;

-- notices
DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE WARNING 'a warning' USING HINT = 'a hint', DETAIL = 'a detail'; RAISE INFO 'for your information'; END $$;
DO $$ BEGIN RAISE EXCEPTION 'own error' USING ERRCODE = 'P0042', HINT = 'none', COLUMN = 'c', TABLE = 't'; END $$;
DROP TABLE IF EXISTS never_there;

-- COPY
COPY riders (id, name) FROM STDIN;
20	copied
21	\N
22	tab\there
\.
COPY riders (id, name) FROM STDIN;
23	fine
no number	bad
24	never
\.
COPY riders (id, name) FROM STDIN;
20	a duplicate
\.
COPY riders (id, name) TO STDOUT;
COPY (SELECT 1/(25 - id) FROM riders ORDER BY id) TO STDOUT;
COPY (SELECT 1/(22 - id) FROM riders WHERE id > 4 ORDER BY id) TO STDOUT;
COPY nowhere FROM STDIN;
COPY riders (id, name) TO STDOUT WITH (FORMAT csv, HEADER);
\copy (SELECT id, name FROM riders ORDER BY id) TO 'riders.csv' CSV
CREATE TABLE read_back (id int, name text);
\copy read_back FROM 'riders.csv' CSV
SELECT * FROM read_back ORDER BY id;
\copy read_back FROM 'no_such_file.csv' CSV
BEGIN;
COPY read_back FROM STDIN;
50	rolled back
\.
ROLLBACK;
SELECT count(*) FROM read_back;

-- cursors inside one transaction
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT g FROM generate_series(1, 10) g;
FETCH 3 FROM c;
FETCH BACKWARD 1 FROM c;
MOVE 5 IN c;
FETCH ALL FROM c;
CLOSE c;
FETCH 1 FROM c;
ROLLBACK;
\set FETCH_COUNT 7
SELECT g FROM generate_series(1, 20) g;
\unset FETCH_COUNT

-- large rows and many rows
SELECT length(repeat('0123456789', 300000)), md5(repeat('0123456789', 300000));
\o big.out
SELECT repeat('0123456789', 300000);
SELECT g, repeat('x', 200) FROM generate_series(1, 20000) g;
\o
\! md5sum < big.out
SELECT;
SELECT FROM riders LIMIT 2;

-- the extended protocol, without names
SELECT 1 AS one, 'x'::text AS two \gdesc
SELECT id, name FROM riders WHERE id < 3 ORDER BY id \gdesc
SELECT 'SELECT ' || g FROM generate_series(1, 3) g \gexec
SELECT 5 AS five \gset
\echo :five
SELECT 1, 2, 3 \crosstabview

-- large objects go by FunctionCall
\! printf 'content of a large object, %s' "$(seq -s, 1 5000)" > big_object
\lo_import 'big_object' 'imported'
\set object :LASTOID
SELECT length(lo_get(:object)), md5(lo_get(:object));
\lo_export :object 'exported'
\! cmp big_object exported && echo the same
\lo_unlink :object
\lo_export 1 'nothing'

-- settings within a transaction
BEGIN;
SET LOCAL DateStyle = 'German';
SELECT '2024-03-01'::date;
COMMIT;
SELECT '2024-03-01'::date;
\d riders
\dt
DROP TABLE riders, read_back;
