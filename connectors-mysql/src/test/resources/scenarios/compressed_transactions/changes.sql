SET SESSION binlog_transaction_compression = ON;
INSERT INTO t VALUES (2, REPEAT('b', 10000)), (3, REPEAT('c', 10000));
SET SESSION binlog_transaction_compression = OFF;
UPDATE t SET v = CONCAT(v, 'x') WHERE id = 2;
SET SESSION binlog_transaction_compression = ON;
BEGIN;
UPDATE t SET v = 'z' WHERE id = 1;
DELETE FROM t WHERE id = 3;
COMMIT;
