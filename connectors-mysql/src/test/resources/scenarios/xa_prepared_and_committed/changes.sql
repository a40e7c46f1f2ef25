XA START 'committed', 'branch', 7;
UPDATE t SET n = 10 WHERE id = 1;
SAVEPOINT s;
INSERT INTO t VALUES (3, 3);
DELETE FROM t WHERE id = 2;
XA END 'committed', 'branch', 7;
XA PREPARE 'committed', 'branch', 7;
XA COMMIT 'committed', 'branch', 7;
UPDATE t SET n = n + 1;
