package dev.syncline;

/**
 * How the keys of a database at the target stand.
 *
 * @param database the number of the database at the target
 * @param copiedKeys keys that the last copy has brought; large ones count when they are complete
 * @param expectedKeys about how many keys that copy will bring; 0 if the source does not say. Where
 *     only some keys are selected it is the number of all
 * @param commands commands that were followed and are committed
 */
public record KeysStatus(int database, long copiedKeys, long expectedKeys, long commands) {}
