-- needs: MySQL 5.7.8
CREATE TABLE t (id INT PRIMARY KEY, j JSON, n INT);
INSERT INTO t VALUES (1, '{"b": 1, "a": [1.10, "x", null, {"": 0}]}', 0), (2, 'null', 0), (3, NULL, 0);
