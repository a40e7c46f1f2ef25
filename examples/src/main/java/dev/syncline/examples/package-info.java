/** Programs to read and to run: one file shows one feature. */
@NullMarked
package dev.syncline.examples;

import org.jspecify.annotations.NullMarked;
