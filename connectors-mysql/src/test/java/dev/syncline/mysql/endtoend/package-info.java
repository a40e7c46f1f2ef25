/** Whole jobs from one real server to another: racing writers, random workloads, kills. */
@NullMarked
package dev.syncline.mysql.endtoend;

import org.jspecify.annotations.NullMarked;
