package dev.syncline.redis;

import dev.syncline.redis.RedisSink.ExistingKeys;

/**
 * How a sink writes.
 *
 * @param records where it keeps what it records
 * @param existing what becomes of keys that the target has already
 * @param copyMemory how much memory the names of copied keys may take
 */
record SinkSettings(
    SinkRecords records, ExistingKeys existing, ExpiryGrace grace, int copyMemory) {}
