/**
 * The data that flows through a job: changes, rows, tables, positions. Start with {@link
 * dev.syncline.change.TableChange}, then {@link dev.syncline.change.ChangeBatch}.
 */
@NullMarked
package dev.syncline.change;

import org.jspecify.annotations.NullMarked;
