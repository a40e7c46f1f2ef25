/**
 * The API of Syncline: what an application imports to describe, start and watch a job. Start
 * reading at {@code SyncJob}.
 */
@NullMarked
package dev.syncline;

import org.jspecify.annotations.NullMarked;
