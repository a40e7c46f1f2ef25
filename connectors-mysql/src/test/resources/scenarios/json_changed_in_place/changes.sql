UPDATE t SET j = JSON_SET(j, '$.a', 'short');
UPDATE t SET j = JSON_SET(j, '$.b', 2), j = JSON_REMOVE(j, '$.c[1]');
UPDATE t SET j = JSON_REPLACE(j, '$[0]', JSON_OBJECT('k', 'v')) WHERE id = 2;
UPDATE t SET j = JSON_SET(j, '$.d', JSON_ARRAY(1.5, TRUE, NULL)) WHERE id = 1;
UPDATE t SET j = JSON_REMOVE(j, '$.a') WHERE id = 1;
