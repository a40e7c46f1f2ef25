INSERT INTO t VALUES (3, 30);
UPDATE t SET hidden = hidden + 1;
DELETE FROM t WHERE id = 2;
