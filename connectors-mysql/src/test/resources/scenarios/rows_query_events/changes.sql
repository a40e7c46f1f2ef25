SET SESSION binlog_rows_query_log_events = ON;
INSERT INTO t /* DROP TABLE t; */ VALUES (2, 2);
UPDATE t SET n = n + 1 /* no comment */;
