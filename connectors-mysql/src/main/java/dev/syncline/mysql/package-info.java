/**
 * Source and sink for MySQL and MariaDB. Start reading at {@code MySqlSource} and {@code
 * MySqlSink}.
 */
@NullMarked
package dev.syncline.mysql;

import org.jspecify.annotations.NullMarked;
