/**
 * Transforms that come with the library: they rename, add, drop, convert and mask columns and leave
 * out rows. Start with {@link dev.syncline.transform.Transforms}.
 */
@NullMarked
package dev.syncline.transform;

import org.jspecify.annotations.NullMarked;
