/** Side-by-side runs against peers. Start with {@link dev.syncline.benchmarks.Bench}. */
@NullMarked
package dev.syncline.benchmarks;

import org.jspecify.annotations.NullMarked;
