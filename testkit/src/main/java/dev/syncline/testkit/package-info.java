/**
 * The memory source and sink: the reference of all contracts, and fakes for tests. For authors of
 * connectors and for users of Syncline. Start reading at {@link MemorySource}.
 */
@NullMarked
package dev.syncline.testkit;

import org.jspecify.annotations.NullMarked;
