/**
 * The demo: two real MySQL servers, a small shop, writers, a job that is killed and goes on, and a
 * comparison of every row. Start with {@link dev.syncline.examples.demo.Demo}.
 */
@NullMarked
package dev.syncline.examples.demo;

import org.jspecify.annotations.NullMarked;
