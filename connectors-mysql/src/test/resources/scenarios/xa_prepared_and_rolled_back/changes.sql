XA START 'rolled back';
UPDATE t SET n = 10 WHERE id = 1;
INSERT INTO t VALUES (3, 3);
DELETE FROM t WHERE id = 2;
XA END 'rolled back';
XA PREPARE 'rolled back';
XA ROLLBACK 'rolled back';
UPDATE t SET n = n + 1;
INSERT INTO t VALUES (3, 30);
