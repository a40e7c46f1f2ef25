/**
 * Named points of a job's life at which a test can let it fail.
 *
 * <p>Start reading at {@link dev.syncline.testkit.fault.FaultPoints}. The engine knows nothing of
 * it: everything that a job does to its ends passes through a few public interfaces, and these are
 * decorated.
 */
@NullMarked
package dev.syncline.testkit.fault;

import org.jspecify.annotations.NullMarked;
