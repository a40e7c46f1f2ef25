UPDATE a, b SET a.n = a.n + 100, b.n = b.n + 1000 WHERE b.a = a.id;
DELETE a, b FROM a JOIN b ON b.a = a.id WHERE a.id = 2;
FLUSH TABLES;
DELETE b FROM a JOIN b ON b.a = a.id WHERE a.id = 4;
UPDATE a, b SET a.n = 0, b.n = 0 WHERE a.id = 3 AND b.id = 1;
