SET sql_mode = '';
INSERT INTO t VALUES (2, 'none of them');
