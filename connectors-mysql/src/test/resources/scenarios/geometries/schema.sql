-- needs: MySQL 5.6, MariaDB 5.3
CREATE TABLE t (id INT PRIMARY KEY, g GEOMETRY, p POINT);
INSERT INTO t VALUES (1, ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('POINT(3.5 -4)')), (2, NULL, NULL);
