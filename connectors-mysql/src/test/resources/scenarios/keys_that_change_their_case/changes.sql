UPDATE g SET k = 'A' WHERE k = 'a';
UPDATE g SET k = 'E' WHERE k = 'é';
UPDATE g SET k = 'b ' WHERE k = 'b';
UPDATE g SET k = 'S' WHERE n = 4;
UPDATE b SET k = 'C' WHERE k = 'c';
DELETE FROM b WHERE k = 'A';
