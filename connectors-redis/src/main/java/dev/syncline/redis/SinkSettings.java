package dev.syncline.redis;

import dev.syncline.redis.RedisSink.ExistingKeys;

/**
 * How a sink writes.
 *
 * @param records where it keeps what it records
 * @param existing what becomes of keys that the target has already
 * @param copy where the keys of a copy are noted
 */
record SinkSettings(
    SinkRecords records, ExistingKeys existing, ExpiryGrace grace, CopyLimits copy) {}
