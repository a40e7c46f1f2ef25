/** One file, one feature, one main. Start with {@link dev.syncline.examples.MySqlToMySql}. */
@NullMarked
package dev.syncline.examples;

import org.jspecify.annotations.NullMarked;
