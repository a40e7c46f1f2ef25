package dev.syncline.redis;

import java.nio.file.Path;

/**
 * How much of what a source sends may wait.
 *
 * @param memoryBytes in memory
 * @param fileBytes in temporary files behind that
 * @param folder where these files are
 */
record SpoolLimits(long memoryBytes, long fileBytes, Path folder) {}
