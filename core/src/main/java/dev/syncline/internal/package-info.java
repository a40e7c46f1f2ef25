/**
 * The engine. Not for use from outside: anything here may change. Start with {@code EngineJob} (the
 * life of a job), then {@code Run} (one run of it) and {@code Following} (the way of a change).
 */
@NullMarked
package dev.syncline.internal;

import org.jspecify.annotations.NullMarked;
