CREATE TABLE t (id INT PRIMARY KEY, n INT);
INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8);
INSERT INTO t SELECT id + 8, n + 8 FROM t;
INSERT INTO t SELECT id + 16, n + 16 FROM t;
