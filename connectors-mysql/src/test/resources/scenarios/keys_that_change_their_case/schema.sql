CREATE TABLE g (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, n INT);
CREATE TABLE b (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, n INT);
INSERT INTO g VALUES ('a', 1), ('é', 2), ('b', 3), ('ß', 4);
INSERT INTO b VALUES ('a', 1), ('A', 2), ('c', 3);
