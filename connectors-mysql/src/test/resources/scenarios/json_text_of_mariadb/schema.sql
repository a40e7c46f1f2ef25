-- needs: MariaDB 10.2.7
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '{"b": 1,  "a": 2.50}');
