UPDATE t SET e = 'x' WHERE e = 'y';
DELETE FROM t WHERE e = 'z';
INSERT INTO t VALUES ('y', 'b', 4);
