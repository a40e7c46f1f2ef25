/**
 * Source and sink for MySQL and its relatives, MariaDB and PolarDB. Start reading at {@code
 * MySqlSource} and {@code MySqlSink}.
 */
@NullMarked
package dev.syncline.mysql;

import org.jspecify.annotations.NullMarked;
