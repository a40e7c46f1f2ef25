SET SESSION binlog_annotate_row_events = ON;
INSERT INTO t /* DROP TABLE t; */ VALUES (2, 2);
SET SESSION binlog_annotate_row_events = OFF;
UPDATE t SET n = n + 1;
