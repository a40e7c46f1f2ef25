/**
 * Source and sink for Redis and Valkey. Start reading at {@code RedisSource} and {@code RedisSink}.
 */
@NullMarked
package dev.syncline.redis;

import org.jspecify.annotations.NullMarked;
