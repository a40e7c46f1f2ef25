/** An application with one dependency. */
@NullMarked
package dev.syncline.examples.consumer.redis;

import org.jspecify.annotations.NullMarked;
