-- A little of everything, quickly; needs the tables of pgbench.
SELECT sum(abalance - abalance) FROM pgbench_accounts;
SELECT g, repeat('x', 1000) FROM generate_series(1, 2000) g;
SELECT md5(repeat('0123456789', 500000)), repeat('0123456789', 500000);
BEGIN;
CREATE TABLE copied (id int, filler text);
COPY copied FROM PROGRAM 'for i in $(seq 1 1000); do printf "%d\tx\n" $i; done';
COPY copied TO STDOUT;
COPY copied FROM STDIN;
1	from the client
2	from the client
\.
SELECT count(*) FROM copied;
ROLLBACK;
COPY (SELECT aid, filler FROM pgbench_accounts ORDER BY aid LIMIT 30000) TO STDOUT;
SELECT 1/0;
BEGIN;
SELECT nonsense;
COMMIT;
