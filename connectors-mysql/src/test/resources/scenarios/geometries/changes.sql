INSERT INTO t VALUES (3, ST_GeomFromText('LINESTRING(0 0, 1 1)', 4326), NULL), (4, ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))'), NULL);
UPDATE t SET g = ST_GeomFromText('MULTIPOINT(0 0, 1 1)'), p = ST_GeomFromText('POINT(0 0)') WHERE id = 2;
