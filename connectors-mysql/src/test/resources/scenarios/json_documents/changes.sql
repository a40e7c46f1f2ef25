INSERT INTO t VALUES (4, '[18446744073709551615, -9223372036854775808, 1e308, 0.1]', 0), (5, '"quote \\" and \\\\ and \\u0001"', 0);
UPDATE t SET n = n + 1;
UPDATE t SET j = '[]' WHERE id = 2;
DELETE FROM t WHERE id = 3;
