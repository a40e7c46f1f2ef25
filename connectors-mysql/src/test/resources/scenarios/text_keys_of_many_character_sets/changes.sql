UPDATE g SET k = '国' WHERE k = '中';
UPDATE l SET k = 'É' WHERE k = 'é';
UPDATE u SET n = 20 WHERE k = 'é';
DELETE FROM g WHERE k = '丂';
DELETE FROM l WHERE k = 'Ö';
DELETE FROM u WHERE k = '';
