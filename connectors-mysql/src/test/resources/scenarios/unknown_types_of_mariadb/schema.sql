-- needs: MariaDB 10.7
CREATE TABLE t (id INT PRIMARY KEY, u UUID);
