INSERT INTO t VALUES (2, '[ ]'), (3, NULL);
UPDATE t SET j = JSON_SET(j, '$.b', 7) WHERE id = 1;
