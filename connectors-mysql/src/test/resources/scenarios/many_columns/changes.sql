INSERT INTO t (id, c2, c7, c16, c899) VALUES (2, 2, 7, 16, 899);
UPDATE t SET c450 = id, c900 = NULL;
