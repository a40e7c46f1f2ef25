CREATE TABLE t (id INT PRIMARY KEY, c CHAR(5), v VARCHAR(5), x TEXT);
INSERT INTO t VALUES (1, 'a  ', 'a  ', 'a  '), (2, '  ', '  ', '  '), (3, '', '', '');
