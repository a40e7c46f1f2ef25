package dev.syncline.mysql;

import dev.syncline.CheckedSource;
import dev.syncline.FilteringSource;
import dev.syncline.Finding;
import dev.syncline.SourceScope;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.setting.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/**
 * A MySQL or MariaDB server as a source: structure and rows of its tables, and every change from
 * its binary log. Immutable and thread-safe; connects to nothing until it is opened or checked.
 *
 * <pre>{@code
 * MySqlSource.builder().host("db1").username("sync").password(secret).build()
 * }</pre>
 *
 * <p>The server must run with {@code log_bin}, {@code binlog_format=ROW} and a {@code server_id}.
 * Sessions that set {@code binlog_row_image} to another value than {@code FULL} are followed where
 * the sink is a {@link dev.syncline.ColumnwiseSink} and the log says enough. The user needs {@code
 * SELECT} on the selected tables, {@code REPLICATION SLAVE} and {@code REPLICATION CLIENT} (on
 * MariaDB {@code BINLOG MONITOR}), and {@code LOCK TABLES} where a table without a key is to be
 * copied from MySQL, or from an engine without read views, and for a job on MySQL without GTIDs
 * that copies no rows.
 *
 * <p>Existing rows of tables with a key are read without locks on MySQL 5.7 and later with {@code
 * gtid_mode=ON} and on MariaDB. On other servers the rows of a range are locked against changes
 * while the range is read, unless there is a {@linkplain Builder#watermarkTable watermark table}.
 */
public final class MySqlSource implements FilteringSource, CheckedSource<TableChange> {
  private final MySqlSourceSettings settings;
  private final CutGroups cutGroups = new CutGroups();

  private MySqlSource(MySqlSourceSettings settings) {
    this.settings = settings;
  }

  /** Describes a source. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public TableSourceSession open(SourceScope<TableChange> scope) {
    return new MySqlSession(settings, Objects.requireNonNull(scope, "scope"), cutGroups);
  }

  @Override
  public List<Finding> check(SourceCheck<TableChange> check) {
    return new MySqlSourceCheck(settings, Objects.requireNonNull(check, "check")).findings();
  }

  @Override
  public void checkCondition(String condition) {
    RowFilter unused = RowFilter.parse(Objects.requireNonNull(condition, "condition"));
  }

  @Override
  public Set<String> risks() {
    return TableFindings.RISKS;
  }

  @Override
  public Position parsePosition(String text) {
    return MySqlPosition.parse(Objects.requireNonNull(text, "text"));
  }

  /** The product and the address. */
  @Override
  public String toString() {
    return "MySqlSource[" + settings.endpoint() + "]";
  }

  /**
   * What a source does when a tool changes a selected table online: it fills a copy of the table
   * (its shadow) that has the new columns, and then gives it the table's name.
   */
  public enum OnlineDdl {
    /**
     * The shadow is passed over. When it gets the table's name, the statement by which it was
     * altered is run for the table at the target. That locks the table there for as long as the
     * server needs for such a statement.
     */
    REPLAY_ALTER,
    /**
     * The shadow is a table like others: its rows and the change of names are carried to the
     * target. For jobs that select whole databases and merge no tables; others are refused by the
     * check.
     */
    COPY_SHADOW,
    /** The job stops at the statement that makes the shadow of a selected table. */
    STOP
  }

  /**
   * Collects settings. Each may be given once; a second time is an {@link IllegalStateException}.
   * Not thread-safe.
   */
  public static final class Builder {
    private static final long MAX_SERVER_ID = 0xFFFF_FFFFL;
    private static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(5);
    private static final long MIN_BUFFER_BYTES = 64L << 10;
    private static final long MAX_BUFFER_BYTES = 1L << 30;

    private final MySqlEndpoint.Builder endpoint = MySqlEndpoint.builder();
    private final Setting<Long> serverId = new Setting<>("serverId");
    private final Setting<TableId> watermarkTable = new Setting<>("watermarkTable");
    private final Setting<Duration> heartbeat = new Setting<>("heartbeat");
    private final Setting<Duration> lockTimeout = new Setting<>("lockTimeout");
    private final Setting<Long> bufferBytes = new Setting<>("bufferBytes");
    private final Setting<ThreadFactory> threads = new Setting<>("threads");
    private final Setting<OnlineDdl> onlineDdl = new Setting<>("onlineDdl");
    private final Setting<ShadowNames> shadowTables = new Setting<>("shadowTables");
    private final Setting<ShadowNames> leftoverTables = new Setting<>("leftoverTables");

    private Builder() {}

    /**
     * The server's host name or address. Required.
     *
     * @throws IllegalArgumentException if it is no host name or address, or holds a port
     */
    public Builder host(String host) {
      endpoint.host(host);
      return this;
    }

    /**
     * The server's port, 1 to 65,535. Default 3306.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder port(int port) {
      endpoint.port(port);
      return this;
    }

    /** The user to log in as. Required. */
    public Builder username(String username) {
      endpoint.username(username);
      return this;
    }

    /** The user's password; may be empty. Required. It appears in no message. */
    public Builder password(String password) {
      endpoint.password(password);
      return this;
    }

    /** How connections are encrypted. Default {@link MySqlTls#preferred()}. */
    public Builder tls(MySqlTls tls) {
      endpoint.tls(tls);
      return this;
    }

    /**
     * Where connections for structure and rows come from. Default: they are made from host and
     * credentials, which the binary log needs in any case.
     *
     * <p>It must give connections of MySQL Connector/J to the same server, set to {@code
     * tinyInt1isBit=false} and {@code yearIsDateType=false}. Their session settings are changed, so
     * they are ended after use and never given back to a pool.
     */
    public Builder dataSource(DataSource dataSource) {
      endpoint.dataSource(dataSource);
      return this;
    }

    /**
     * How long connecting may take, 1 millisecond to 1 day. Default 10 seconds.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder connectTimeout(Duration timeout) {
      endpoint.connectTimeout(timeout);
      return this;
    }

    /**
     * How long the server may be silent in the middle of an answer before its connection counts as
     * lost, 1 millisecond to 1 day. Default 2 minutes.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder socketTimeout(Duration timeout) {
      endpoint.socketTimeout(timeout);
      return this;
    }

    /**
     * The id under which the job registers as a replica, 1 to 4,294,967,295. No other replica of
     * the server may have it. Default: one from 2^31 on, made of the job's name and chance.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder serverId(long id) {
      Setting.setInRange(serverId, id, 1L, MAX_SERVER_ID);
      return this;
    }

    /**
     * A table that the job may write to while it copies rows, so that it need not lock them on
     * servers without GTIDs. Default: none. It must be made beforehand:
     *
     * <pre>{@code
     * CREATE TABLE shop.syncline_watermark (
     *   id INT NOT NULL PRIMARY KEY, token CHAR(36) CHARACTER SET ascii NOT NULL) ENGINE=InnoDB
     * }</pre>
     *
     * <p>The user needs {@code SELECT}, {@code INSERT} and {@code UPDATE} on it. Used only where
     * the server has {@code binlog_order_commits=ON}.
     */
    public Builder watermarkTable(String database, String table) {
      watermarkTable.set(new TableId(database, table));
      return this;
    }

    /**
     * How often an idle server is to say that it is there, 1 millisecond to 1 hour. A stream that
     * is silent for three times as long counts as lost. Default 10 seconds.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder heartbeat(Duration interval) {
      Setting.setInRange(heartbeat, interval, Duration.ofMillis(1), Duration.ofHours(1));
      return this;
    }

    /**
     * How long to wait for locks that others hold while rows are copied, 1 second to 1 hour.
     * Default 5 seconds. While a lock on a whole table is waited for, others may wait behind it, so
     * keep it short; the job tries again after a pause. It must be longer than the transactions
     * that change such tables usually are.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder lockTimeout(Duration timeout) {
      Setting.setInRange(lockTimeout, timeout, Duration.ofSeconds(1), Duration.ofHours(1));
      return this;
    }

    /**
     * How many bytes of the log may wait in memory, 64 KiB to 1 GiB; a single larger event is held
     * nevertheless. Default 16 MiB.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder bufferBytes(long bytes) {
      Setting.setInRange(bufferBytes, bytes, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
      return this;
    }

    /** Makes the threads that receive logs. Default: daemon threads with a name. */
    public Builder threads(ThreadFactory factory) {
      threads.set(factory);
      return this;
    }

    /**
     * How the work of tools that change tables online is taken, such as gh-ost and
     * pt-online-schema-change. Default {@link OnlineDdl#REPLAY_ALTER}.
     */
    public Builder onlineDdl(OnlineDdl way) {
      onlineDdl.set(way);
      return this;
    }

    /**
     * The names of tables that tools fill to take the place of others, as regular expressions in
     * which <code>{table}</code> stands for the name of the other. Default: <code>_{table}_gho
     * </code>, <code>_+{table}_new</code> and <code>tpa?_[0-9a-z]+_ogt_{table}</code>.
     *
     * @throws IllegalArgumentException if one is no such expression
     */
    public Builder shadowTables(String... patterns) {
      shadowTables.set(ShadowNames.of(List.of(patterns)));
      return this;
    }

    /**
     * The names of tables that tools make beside shadows, and that they give to tables which were
     * replaced, as {@link #shadowTables}. Default: <code>_{table}_(ghc|del)</code>, <code>
     * _{table}_[0-9]{14}_del</code>, <code>_+{table}_old</code> and <code>
     * tpa?_[0-9a-z]+_(ogl|del)_{table}</code>.
     *
     * @throws IllegalArgumentException if one is no such expression
     */
    public Builder leftoverTables(String... patterns) {
      leftoverTables.set(ShadowNames.of(List.of(patterns)));
      return this;
    }

    /**
     * The source.
     *
     * @throws IllegalStateException if host, user name or password is missing
     */
    public MySqlSource build() {
      return new MySqlSource(
          new MySqlSourceSettings(
              endpoint.buildWithLogin(),
              serverId.get(),
              watermarkTable.get(),
              heartbeat.or(BinlogSettings.DEFAULT_HEARTBEAT),
              lockTimeout.or(DEFAULT_LOCK_TIMEOUT),
              bufferBytes.or(BinlogSettings.DEFAULT_QUEUE_BYTES),
              threads.or(Builder::daemon),
              new OnlineTools(
                  onlineDdl.or(OnlineTools.DEFAULTS.way()),
                  shadowTables.or(OnlineTools.DEFAULTS.shadows()),
                  leftoverTables.or(OnlineTools.DEFAULTS.leftovers()))));
    }

    private static Thread daemon(Runnable task) {
      Thread thread = new Thread(task, "syncline-binlog");
      thread.setDaemon(true);
      return thread;
    }
  }
}
