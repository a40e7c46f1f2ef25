INSERT INTO t VALUES (4, 'it''s', 'it''s'), (5, '\\', 'x'), (6, '0', 'a b'), (7, 1, 7);
UPDATE t SET e = '1', s = CONCAT(s, ',it''s') WHERE id = 2;
