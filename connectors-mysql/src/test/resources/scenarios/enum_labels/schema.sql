CREATE TABLE t (id INT PRIMARY KEY, e ENUM('', 'a,b', 'it''s', '\\', '1', '0'), s SET('x', 'it''s', 'a b'));
INSERT INTO t VALUES (1, '', ''), (2, 'a,b', 'x,a b'), (3, NULL, NULL);
