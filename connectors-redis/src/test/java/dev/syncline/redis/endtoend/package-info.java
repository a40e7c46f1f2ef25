/** Whole jobs from one real server of Redis to another: random workloads, counters, kills. */
@NullMarked
package dev.syncline.redis.endtoend;

import org.jspecify.annotations.NullMarked;
