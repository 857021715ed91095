CREATE TABLE t (id int PRIMARY KEY, v text);
INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');
CREATE SEQUENCE numbers;
CREATE SEQUENCE others START 1000;
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.t (id int PRIMARY KEY, v text);
INSERT INTO elsewhere.t VALUES (1, 'eins');
GRANT USAGE ON SCHEMA elsewhere TO alice, bob;
GRANT SELECT ON t, elsewhere.t TO alice;

CREATE FUNCTION hidden_set(name text, value text) RETURNS text LANGUAGE plpgsql AS
$$ BEGIN RETURN set_config(name, value, false); END $$;
CREATE FUNCTION hidden_execute(sql text) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN EXECUTE sql; END $$;
CREATE FUNCTION hidden_lock(key int) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_lock(key); END $$;
CREATE FUNCTION hidden_unlock(key int) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN RETURN pg_advisory_unlock(key); END $$;
CREATE FUNCTION hidden_number() RETURNS bigint LANGUAGE plpgsql AS
$$ BEGIN RETURN nextval('numbers'); END $$;
CREATE FUNCTION with_its_own_setting() RETURNS text LANGUAGE plpgsql SET work_mem = '3MB' AS
$$ BEGIN RETURN current_setting('work_mem'); END $$;
CREATE PROCEDURE remember(name text, value text) LANGUAGE plpgsql AS
$$ BEGIN PERFORM set_config(name, value, false); END $$;
CREATE PROCEDURE remember_and_commit(name text, value text) LANGUAGE plpgsql AS
$$ BEGIN PERFORM set_config(name, value, false); COMMIT; PERFORM set_config(name, 'lost', false); ROLLBACK; END $$;
