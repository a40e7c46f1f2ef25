package dev.syncline.mysql;

import java.sql.Connection;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a session at a server must be set, whatever the server's or the driver's defaults are.
 * Immutable.
 *
 * <p>Always set are: time zone UTC, character set utf8mb4, no implicit chaining of transactions, no
 * hidden limit of rows.
 */
final class MySqlSessionSettings {
  private final int isolation;
  private final boolean autoCommit;
  private final Map<String, String> variables;
  private final Map<String, String> variablesWhereKnown;
  private final Map<String, String> driverProperties;

  private MySqlSessionSettings(Builder builder) {
    this.isolation = builder.isolation;
    this.autoCommit = builder.autoCommit;
    this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(builder.variables));
    this.variablesWhereKnown = Map.copyOf(builder.variablesWhereKnown);
    this.driverProperties = Map.copyOf(builder.driverProperties);
  }

  /** Settings with this {@code sql_mode}, a list with commas; autocommit on, READ COMMITTED. */
  static Builder withSqlMode(String sqlMode) {
    return new Builder(sqlMode);
  }

  /** One of the levels of {@link Connection}. */
  int isolation() {
    return isolation;
  }

  boolean autoCommit() {
    return autoCommit;
  }

  /** Session variables that every server knows, with their values as the server prints them. */
  Map<String, String> variables() {
    return variables;
  }

  /** Session variables that only some servers know. */
  Map<String, String> variablesWhereKnown() {
    return variablesWhereKnown;
  }

  /** Connection properties of Connector/J beyond those that are always set. */
  Map<String, String> driverProperties() {
    return driverProperties;
  }

  /** Collects settings. Not thread-safe. */
  static final class Builder {
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, String> variablesWhereKnown = new LinkedHashMap<>();
    private final Map<String, String> driverProperties = new LinkedHashMap<>();
    private int isolation = Connection.TRANSACTION_READ_COMMITTED;
    private boolean autoCommit = true;

    private Builder(String sqlMode) {
      variables.put("sql_mode", sqlMode);
      variables.put("time_zone", "+00:00");
      variables.put("character_set_client", "utf8mb4");
      variables.put("character_set_connection", "utf8mb4");
      variables.put("character_set_results", "utf8mb4");
      variables.put("completion_type", "NO_CHAIN");
      variables.put("sql_select_limit", "18446744073709551615");
      variables.put("sql_auto_is_null", "0");
      variables.put("sql_big_selects", "1");
      variables.put("sql_safe_updates", "0");
      variables.put("sql_quote_show_create", "1");
      // MySQL and MariaDB call the limit that would cut a long read by different names.
      variablesWhereKnown.put("max_execution_time", "0");
      variablesWhereKnown.put("max_statement_time", "0");
    }

    Builder isolation(int level) {
      this.isolation = level;
      return this;
    }

    Builder autoCommit(boolean on) {
      this.autoCommit = on;
      return this;
    }

    /** Waiting for another session's metadata lock or LOCK TABLES. */
    Builder lockWait(Duration limit) {
      return variable("lock_wait_timeout", seconds(limit));
    }

    /** Waiting for another session's row lock. */
    Builder rowLockWait(Duration limit) {
      return variable("innodb_lock_wait_timeout", seconds(limit));
    }

    /** How long the server keeps the session when its client is silent. */
    Builder idle(Duration limit) {
      return variable("wait_timeout", seconds(limit));
    }

    /** How long the server waits for a client that does not take what is sent. */
    Builder networkWrite(Duration limit) {
      return variable("net_write_timeout", seconds(limit));
    }

    /** How long the server waits for the rest of a statement that a client is sending. */
    Builder networkRead(Duration limit) {
      return variable("net_read_timeout", seconds(limit));
    }

    /** Any session variable, with its value as {@code SELECT @@session.name} prints it. */
    Builder variable(String name, String value) {
      variables.put(name, value);
      return this;
    }

    /** A session variable that only some servers know. */
    Builder variableWhereKnown(String name, String value) {
      variablesWhereKnown.put(name, value);
      return this;
    }

    /** A connection property of Connector/J; of no effect on connections of a data source. */
    Builder driverProperty(String name, String value) {
      driverProperties.put(name, value);
      return this;
    }

    MySqlSessionSettings build() {
      return new MySqlSessionSettings(this);
    }

    private static String seconds(Duration limit) {
      if (limit.toSeconds() < 1) {
        throw new IllegalArgumentException("A limit must be a second or more, but is " + limit);
      }
      return Long.toString(limit.toSeconds());
    }
  }
}
