/**
 * Contract suites for connectors, the memory source and sink that are their reference, and faults
 * to test with. For authors of connectors and for users of Syncline.
 */
@NullMarked
package dev.syncline.testkit;

import org.jspecify.annotations.NullMarked;
