/** An application with one dependency. */
@NullMarked
package dev.syncline.examples.consumer;

import org.jspecify.annotations.NullMarked;
