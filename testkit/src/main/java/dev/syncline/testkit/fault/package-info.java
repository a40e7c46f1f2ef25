/**
 * Ways to let a job fail: at named points of its life, with the connections to its servers, or with
 * its whole process.
 *
 * <p>Start reading at {@link dev.syncline.testkit.fault.FaultPoints}. The engine knows nothing of
 * it: everything that a job does to its ends passes through a few public interfaces, and these are
 * decorated.
 */
@NullMarked
package dev.syncline.testkit.fault;

import org.jspecify.annotations.NullMarked;
