SET SESSION binlog_row_value_options = PARTIAL_JSON;
UPDATE t SET j = JSON_SET(j, '$.a', 'short') WHERE id = 1;
UPDATE t SET j = JSON_SET(j, '$.b', 2), j = JSON_REMOVE(j, '$.c[1]') WHERE id = 1;
UPDATE t SET j = JSON_REPLACE(j, '$[0]', 'y'), n = n + 1 WHERE id = 2;
UPDATE t SET j = JSON_SET(j, '$.d', JSON_ARRAY(1.5, TRUE, NULL)) WHERE id = 1;
UPDATE t SET id = 4, j = JSON_REMOVE(j, '$.a') WHERE id = 1;
UPDATE t SET n = n + 1;
SET SESSION binlog_row_value_options = '';
UPDATE t SET j = JSON_SET(j, '$.b', 3) WHERE id = 4;
