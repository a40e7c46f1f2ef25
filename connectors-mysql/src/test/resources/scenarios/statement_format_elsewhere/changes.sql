SET SESSION binlog_format = STATEMENT;
INSERT INTO statement_format_not_selected.o VALUES (1);
REPLACE INTO statement_format_not_selected.o VALUES (1), (2);
SET SESSION binlog_format = ROW;
UPDATE t SET n = 2;
