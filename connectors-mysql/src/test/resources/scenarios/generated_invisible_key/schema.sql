-- needs: MySQL 8.0.30
SET sql_generate_invisible_primary_key = ON;
CREATE TABLE t (n INT, v VARCHAR(10));
INSERT INTO t VALUES (1, 'a'), (1, 'a'), (2, NULL);
