INSERT INTO t VALUES (2, '', '', '', _latin1 x'80818D8F909D9F', '', '', ''), (3, '😀', NULL, '—', 'a', NULL, '😀', x'F09F9880');
UPDATE t SET m4 = CONCAT(m4, '中'), g = CONCAT(g, '丂'), l = CONCAT(l, 'ß') WHERE id = 1;
