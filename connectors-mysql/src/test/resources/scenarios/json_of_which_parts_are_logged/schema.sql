-- needs: MySQL 8.0.3
CREATE TABLE t (id INT PRIMARY KEY, n INT, j JSON);
INSERT INTO t VALUES (1, 1, '{"a": "a long text to be replaced", "b": 1000000, "c": [1, 2, 3]}'), (2, 2, '["x", 0]');
