INSERT INTO t (id, n) VALUES (3, 30);
UPDATE t SET n = 11 WHERE id = 1;
UPDATE t SET n = 10 WHERE id = 2;
