INSERT INTO `select` VALUES (2, 2, 3, 4, 5);
UPDATE `select` SET `it's` = 20, `a``b` = 30, `größe #?` = 40, `x.y` = 50 WHERE `from` = 1;
INSERT INTO `two words; -- no comment` VALUES (2);
DELETE FROM `two words; -- no comment` WHERE id = 1;
