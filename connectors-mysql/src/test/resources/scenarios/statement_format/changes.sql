SET SESSION binlog_format = STATEMENT;
UPDATE t SET n = 2;
