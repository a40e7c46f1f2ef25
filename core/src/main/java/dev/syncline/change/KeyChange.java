package dev.syncline.change;

/**
 * A change of keys of a key-value store, as the source's stream or its copy of existing keys
 * reports it.
 *
 * <p>A stream that begins with a copy brings a {@link CopyBegin}, existing keys as {@link KeyValue}
 * and {@link KeyCommand} (large ones are built piece by piece), a {@link CopyEnd}, and then what
 * has changed since the copy was taken. A copy that is cut off begins again with another {@link
 * CopyBegin}.
 *
 * <p>Databases are named by the source's numbers, and by the target's once the selection has mapped
 * them. Arrays are handed on without being copied and must not be changed by anybody.
 */
public sealed interface KeyChange extends Change
    permits KeyValue, KeyCommand, KeyFlush, CopyBegin, CopyEnd {}
