CREATE TABLE t (e ENUM('z', 'y', 'x'), s SET('b', 'a'), n INT, PRIMARY KEY (e, s));
INSERT INTO t VALUES ('z', 'a', 1), ('y', '', 2), ('x', 'a,b', 3);
