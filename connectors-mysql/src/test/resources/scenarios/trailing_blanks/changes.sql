INSERT INTO t VALUES (4, ' b', ' b ', NULL), (5, NULL, ' ', ' ');
UPDATE t SET v = CONCAT(v, ' ') WHERE id IN (1, 3);
UPDATE t SET c = 'a' WHERE id = 1;
