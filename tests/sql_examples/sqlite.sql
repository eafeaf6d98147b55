SELECT id FROM t WHERE a > ?1 AND b = ?2;
-- next
UPDATE OR IGNORE t SET a = 1 WHERE id = 2;
-- next
UPDATE OR REPLACE t SET a = ?1 WHERE id = ?2;
-- next
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys(1);
CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL COLLATE NOCASE, b REAL CHECK (b >= 0), c TEXT GENERATED ALWAYS AS (json_extract(d, '$.c')) STORED, d TEXT, UNIQUE (a, b) ON CONFLICT REPLACE) STRICT, WITHOUT ROWID;
-- next
INSERT OR REPLACE INTO t (id, a) VALUES (1, 2);
INSERT INTO t (id, a) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET a = excluded.a WHERE excluded.a > t.a RETURNING id;
-- next
SELECT d ->> '$.a' AS x, iif(a > 1, 'y', 'n') AS z, a GLOB 'x*' AS g FROM t WHERE a MATCH 'x' AND b IS NOT ?1 AND c NOTNULL AND e = $name AND f = @p AND g = :q;
-- next
CREATE TRIGGER tr AFTER UPDATE OF a ON t WHEN new.a <> old.a BEGIN UPDATE t SET at = datetime('now') WHERE id = new.id; END;
CREATE VIRTUAL TABLE f USING fts5(a, content='t', content_rowid='id');
-- next
ATTACH DATABASE 'x.db' AS x;
VACUUM INTO 'y.db';
EXPLAIN QUERY PLAN SELECT id FROM t INDEXED BY i WHERE a = 1;
REINDEX t;
DETACH x;
-- next
CREATE INDEX i ON t (a COLLATE NOCASE DESC) WHERE b IS NOT NULL;
ALTER TABLE t RENAME TO u;
ALTER TABLE u ADD COLUMN z INTEGER DEFAULT 0 REFERENCES v (id);
ALTER TABLE u DROP COLUMN y;
-- next
SELECT count(*) FILTER (WHERE a > 1) AS n, group_concat(b, ',') AS s FROM t LEFT JOIN json_each(t.d) AS j ON TRUE WHERE rowid > 1 LIMIT 10;
-- next
BEGIN IMMEDIATE;
UPDATE t SET a = u.a FROM u WHERE u.id = t.id;
END TRANSACTION;
-- next
DELETE FROM t WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT 5;
-- next
CREATE VIEW IF NOT EXISTS v AS SELECT id FROM t;
CREATE TEMP TABLE x AS SELECT id FROM t;
CREATE TRIGGER IF NOT EXISTS tr INSTEAD OF DELETE ON v FOR EACH ROW BEGIN DELETE FROM t WHERE id = OLD.id; SELECT RAISE(ABORT, 'no'); END;
INSERT INTO f (f, rank) VALUES ('rank', 'bm25(10.0)');
SELECT highlight(f, 0, '<b>', '</b>') FROM f WHERE f MATCH 'x*' ORDER BY rank;
-- next
INSERT OR IGNORE INTO t (id) VALUES (1);
REPLACE INTO t (id) VALUES (2);
SELECT x'0f', 1e5, a == 1, a <> 2, a || b, CAST(a AS TEXT), a IS NOT DISTINCT FROM b, typeof(a), strftime('%Y', 'now'), printf('%d', 1) FROM t WHERE (a, b) IN (VALUES (1, 2)) AND a NOT GLOB 'x' AND b REGEXP 'y' GROUP BY a HAVING max(b) > 1 WINDOW w AS (ORDER BY a);
-- next
SELECT sum(a) OVER (ORDER BY b GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM t NATURAL LEFT JOIN u RIGHT JOIN v USING (id) FULL OUTER JOIN w ON w.id = t.id LIMIT 5 OFFSET ?2;
SAVEPOINT a;
RELEASE a;
ANALYZE;
CREATE TABLE k (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
PRAGMA table_info('t');
-- next
CREATE TABLE t (id INTEGER PRIMARY KEY, r real unsigned NOT NULL);
