package dev.syncline;

import dev.syncline.change.TableId;

/**
 * How a table of a job stands at one moment. Counts are those of this instance of the job; rows are
 * counted when they are committed at the target.
 *
 * @param table the table's name at the source
 * @param snapshotComplete whether all its existing rows are at the target, or none were asked for
 * @param snapshotRows rows that the snapshot brought to the target
 * @param estimatedRows rows that the snapshot will have, by the source's statistics; 0 if unknown
 * @param inserts inserts that were followed
 * @param updates updates that were followed
 * @param deletes deletes that were followed
 * @param dropped changes that a transform dropped
 * @param deadLetters changes and existing rows that went to the dead letters, those that came again
 *     after a retry counted again
 */
public record TableStatus(
    TableId table,
    boolean snapshotComplete,
    long snapshotRows,
    long estimatedRows,
    long inserts,
    long updates,
    long deletes,
    long dropped,
    long deadLetters) {}
