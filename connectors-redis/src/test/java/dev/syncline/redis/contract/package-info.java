/** The published contracts, held by the Redis connector on real servers. */
@NullMarked
package dev.syncline.redis.contract;

import org.jspecify.annotations.NullMarked;
