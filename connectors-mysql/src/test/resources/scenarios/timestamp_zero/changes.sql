SET sql_mode = '';
SET time_zone = '+00:00';
INSERT INTO t SELECT id + 10, ts, ts6 FROM t;
UPDATE t SET ts = 0, ts6 = '2038-01-19 03:14:07.999999' WHERE id = 3;
