SELECT id FROM t WHERE;
-- next
SELECT id FROM t WHERE a = ;
-- next
SELECT id FROM t ORDER id;
-- next
SELECT id FORM t;
-- next
SELECT id FROM t GROUP id;
-- next
SELECT id FROM t WHERE a = 1 AND;
-- next
SELECT id FROM t WHERE a IN (1, 2;
-- next
INSERT INTO t (a, b VALUES (1, 2);
-- next
INSERT INTO t (a, b) VALUE (1, 2;
-- next
INSERT t INTO (a) VALUES (1);
-- next
INSERT INTO t (a) VALUES 1, 2);
-- next
UPDATE t SET a = 1, WHERE id = 2;
-- next
UPDATE t a = 1 WHERE id = 2;
-- next
UPDATE t SET a == WHERE id = 2;
-- next
UPDATE SET a = 1 WHERE id = 1;
-- next
DELETE FROM WHERE id = 1;
-- next
CREATE TABLE t (id INT PRIMARY KEY, name TEXT NOT NULL;
-- next
CREATE TABLE t (id INT PRIMARY KEY name TEXT);
-- next
CREATE TABLE t (id INT,, a INT);
-- next
CREATE TABLE (id INT PRIMARY KEY);
-- next
CREATE TABLE t id INT PRIMARY KEY;
-- next
CREATE TABLE t (id INT PRIMARY, a INT);
-- next
CREATE INDEX i t (a);
-- next
ALTER TABEL t ADD COLUMN a INT;
-- next
ALTER t ADD COLUMN a INT;
-- next
DROP TABEL t;
-- next
CRATE TABLE t (id INT PRIMARY KEY);
-- next
SELECT CASE WHEN a THEN 1 ELSE 2 FROM t;
-- next
SELECT id FROM t LEFT JION u ON u.id = t.id;
-- next
SELECT id FROM t JOIN u ON;
-- next
SELECT id FROM t JOIN ON u.id = t.id;
-- next
SELECT count(* FROM t;
-- next
SELECT 'abc FROM t;
-- next
SELECT id FROM t LIMIT;
-- next
SELECT id, FROM;
-- next
SELECT id FROM t HAVING BY a;
-- next
WITH a AS SELECT 1 SELECT id FROM a;
-- next
SELECT id FROM (SELECT id FROM t;
-- next
SELECT id FROM t WHERE a BETWEEN 1;
-- next
SELECT id FROM t WHERE a LIKE;
-- next
SELECT id FROM t WHERE NOT;
-- next
SELECT id FROM t UNION;
-- next
SELECT id FROM t WHERE a IS NOT;
-- next
SELCT id FROM t;
-- next
UPDTE t SET a = 1;
-- next
INSRT INTO t (a) VALUES (1);
-- next
DELET FROM t WHERE id = 1;
-- next
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED UPDATE SET a = 1;
-- next
SELECT id FROM t WHERE a = 1 id = 2;
-- next
SELECT id FROM t
SELECT id FROM u;
-- next
SELECT rank() OVER (PARTITION a ORDER BY b) FROM t;
-- next
CREATE VIEW v SELECT id FROM t;
-- next
SELECT id FROM t INNER u ON u.id = t.id;
-- next
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET a = (1; END $$;
-- next
UPDATE t SET a = 1 WHER id = 2;
-- next
SELECT a FROM t WHERE a = 1 ORDERBY a;
-- next
Sure, here is the query:
SELECT 1;
-- next
SELECT DISTINCT FROM t;
-- next
SELECT a FROM t WHERE (a = 1 OR b = 2;
-- next
SELECT a FROM t OFFSET LIMIT 5;
-- next
SELECT EXTRACT(YEAR FORM d) FROM t;
-- next
SELECT CAST(a INT) FROM t;
-- next
SELECT a FROM t WHERE EXISTS SELECT 1 FROM u;
-- next
CREATE `a`(`id` int NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;
-- next
ALTER ONLY "a" ADD CONSTRAINT a_pk PRIMARY KEY (id);
