/** What a job reports while it runs. Start with {@link dev.syncline.event.JobListener}. */
@NullMarked
package dev.syncline.event;

import org.jspecify.annotations.NullMarked;
