package dev.syncline.redis;

import java.nio.file.Path;

/**
 * How much of what tells copied keys from others is kept in memory.
 *
 * @param memoryBytes in memory; further names and hashes are kept in a temporary file
 * @param folder where that file is
 */
record CopyLimits(int memoryBytes, Path folder) {

  /** What a copy may take in memory unless tests want less, 16 MiB. */
  static final int MEMORY_BYTES = 16 << 20;

  /** How many bytes each part has in memory. */
  int partBytes() {
    return Math.max(Long.BYTES, memoryBytes / Partitions.COUNT);
  }
}
