/**
 * The rules that every source, sink and checkpoint store keeps, as JUnit tests. The author of a
 * connector extends the suite of its kind and says how to reach the server; rules and intents are
 * in {@code docs/contracts.md} under the same numbers.
 */
@NullMarked
package dev.syncline.testkit.contract;

import org.jspecify.annotations.NullMarked;
