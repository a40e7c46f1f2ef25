CREATE TABLE t (id INT PRIMARY KEY, n INT);
CREATE DATABASE statement_format_not_selected;
CREATE TABLE statement_format_not_selected.o (id INT PRIMARY KEY);
INSERT INTO t VALUES (1, 1);
