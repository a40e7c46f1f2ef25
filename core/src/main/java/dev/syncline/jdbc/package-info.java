/** What Syncline does through JDBC beside its connectors. Start at {@link JdbcCheckpointStore}. */
@NullMarked
package dev.syncline.jdbc;

import org.jspecify.annotations.NullMarked;
