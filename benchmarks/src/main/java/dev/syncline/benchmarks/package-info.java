/**
 * Side-by-side runs against peers. Start with {@link dev.syncline.benchmarks.Bench}; what was
 * measured, and by which command, is in {@code docs/performance.md}.
 */
@NullMarked
package dev.syncline.benchmarks;

import org.jspecify.annotations.NullMarked;
