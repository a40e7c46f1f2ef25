CREATE TABLE `select` (`from` INT PRIMARY KEY, `it's` INT, `a``b` INT, `größe #?` INT, `x.y` INT);
CREATE TABLE `two words; -- no comment` (id INT PRIMARY KEY);
INSERT INTO `select` VALUES (1, 2, 3, 4, 5);
INSERT INTO `two words; -- no comment` VALUES (1);
