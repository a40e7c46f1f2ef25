package dev.syncline.mysql;

import dev.syncline.CascadingSink;
import dev.syncline.CheckedSink;
import dev.syncline.ColumnwiseSink;
import dev.syncline.Finding;
import dev.syncline.FoldingSink;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectWriter;
import dev.syncline.ParallelSink;
import dev.syncline.SchemaSink;
import dev.syncline.SchemaWriter;
import dev.syncline.SnapshotSink;
import dev.syncline.SnapshotWriter;
import dev.syncline.StructureWriter;
import dev.syncline.TargetKeys;
import dev.syncline.TargetNames;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.setting.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/**
 * Writes to tables of a MySQL or MariaDB server, under the names that they have at the source.
 *
 * <p>Progress is recorded in a database of its own at the target, {@code syncline} by default, in
 * the same transactions as the rows: each change takes effect exactly once, as long as the tables
 * are transactional (InnoDB). Changes are reduced to their net effect and written by statements
 * over many rows. A row that is not the one addressed is never touched: where the source's row
 * would take a unique value from another row of the target, the change is rejected.
 *
 * <p>Sessions use READ COMMITTED, UTC, strict mode with {@code ALLOW_INVALID_DATES} and {@code
 * NO_AUTO_VALUE_ON_ZERO}, and do not check foreign keys, so nothing cascades at the target; except
 * while they write the tables of a {@link CascadeGroup}, which cascade as they did at the source.
 * Immutable and thread-safe; connects to nothing until it is opened or checked.
 *
 * <p>The user needs {@code SELECT}, {@code INSERT}, {@code UPDATE}, {@code DELETE} and {@code
 * CREATE} on the tables and on the database of progress; {@code ALTER}, and {@code REFERENCES} on
 * the tables that they refer to, where foreign keys are made; and what making views, routines,
 * events and triggers demands. The pre-check names what is missing.
 */
public final class MySqlSink
    implements ParallelSink<TableChange>,
        CascadingSink<TableChange>,
        ColumnwiseSink<TableChange>,
        ObjectSink,
        SchemaSink,
        SnapshotSink,
        FoldingSink,
        CheckedSink {

  private final MySqlConnections connections;
  private final Ledger ledger;
  private final WriteLimits limits;
  private final ThreadFactory threads;

  private MySqlSink(Builder builder) {
    this.connections = new MySqlConnections(builder.endpoint.build());
    this.ledger = new Ledger(builder.ledgerDatabase.or(Ledger.DEFAULT_DATABASE));
    this.limits =
        WriteLimits.of(
            builder.maxStatementRows.or(WriteLimits.DEFAULT_ROWS),
            builder.maxStatementBytes.or(WriteLimits.DEFAULT_BYTES));
    this.threads = builder.threads.or(Builder::daemon);
  }

  /** What a writer of schema changes is made of. */
  record SchemaParts(
      MySqlConnections connections, Ledger ledger, ThreadFactory threads, TargetNames names) {}

  /** Begins the description of a sink; host and credentials, or a data source, are required. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    return takeOver(run, firstPositions, SchemaLimits.DEFAULT);
  }

  TargetProgress takeOver(JobRun run, Map<String, String> firstPositions, SchemaLimits waits) {
    return inTransaction(
        SinkSession.takeOverSettings(),
        "take over the target for job '" + run.job() + "'",
        connection -> new TakeOver(connection, ledger, run, firstPositions, waits).run());
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane) {
    return openLane(run, lane, List.of());
  }

  @Override
  public LaneWriter<TableChange> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
    SinkSession session = open(SinkSession.rowSettings());
    RowSession rows = new RowSession(session, limits, Cascades.of(groups));
    return new MySqlLaneWriter(rows, ledger, run, lane);
  }

  @Override
  public void beginLanes(JobRun run, int lanes, String layout) {
    inTransaction(
        SinkSession.rowSettings(),
        "begin the lanes of job '" + run.job() + "'",
        connection -> {
          ledger.lockJobAlone(connection, run);
          ledger.beginLanes(connection, run, lanes, layout);
          return lanes;
        });
  }

  @Override
  public TargetKeys keysOf(TableDefinition table) {
    return inTransaction(
        SinkSession.takeOverSettings(),
        "look at table '" + table.id() + "'",
        connection -> new TargetTableKeys(TargetCatalog.read(connection, table)));
  }

  @Override
  public boolean foldsNames() {
    return inTransaction(
        SinkSession.takeOverSettings(),
        "ask how names are kept",
        connection -> !MySqlFacts.read(connection).variable("lower_case_table_names").equals("0"));
  }

  private <T> T inTransaction(
      MySqlSessionSettings settings, String what, SinkSession.Question<T> question) {
    try (SinkSession session = open(settings)) {
      return session.ask(
          what,
          connection -> {
            T answer = question.ask(connection);
            connection.commit();
            return answer;
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("The thread was interrupted while it was to " + what + ".", e);
    }
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    return new MySqlSnapshotWriter(open(SinkSession.rowSettings()), limits, ledger, run);
  }

  @Override
  public StructureWriter openStructureWriter() {
    return new MySqlStructureWriter(open(SinkSession.structureSettings()));
  }

  @Override
  public ObjectWriter openObjectWriter() {
    return new MySqlObjectWriter(open(SinkSession.objectSettings()));
  }

  @Override
  public SchemaWriter openSchemaWriter(JobRun run, TargetNames names) {
    return openSchemaWriter(run, names, SchemaLimits.DEFAULT);
  }

  SchemaWriter openSchemaWriter(JobRun run, TargetNames names, SchemaLimits waits) {
    SchemaParts parts = new SchemaParts(connections, ledger, threads, names);
    return new MySqlSchemaWriter(parts, run, waits);
  }

  @Override
  public List<Finding> check(SinkCheck check) {
    return new MySqlSinkCheck(connections, ledger, check).findings();
  }

  @Override
  public Set<String> risks() {
    Set<String> risks = new TreeSet<>(TargetTableFindings.RISKS);
    risks.addAll(CascadeFindings.RISKS);
    risks.addAll(ObjectFindings.RISKS);
    risks.addAll(ForeignKeyFindings.RISKS);
    risks.addAll(StructureFindings.RISKS);
    return risks;
  }

  /** The product and the address. */
  @Override
  public String toString() {
    return "MySqlSink[" + connections.endpoint() + "]";
  }

  private SinkSession open(MySqlSessionSettings settings) {
    return SinkSession.open(connections, settings);
  }

  /**
   * Describes a sink. Each setting may be given once; a second time is an {@link
   * IllegalStateException}, a value out of its range an {@link IllegalArgumentException}. Not
   * thread-safe.
   */
  public static final class Builder {

    private static final int LEAST_STATEMENT_BYTES = 1024;
    private static final int MOST_STATEMENT_BYTES = 1024 * 1024 * 1024;
    private static final int MOST_STATEMENT_ROWS = 10_000;

    private final MySqlEndpoint.Builder endpoint = MySqlEndpoint.builder();
    private final Setting<String> ledgerDatabase = new Setting<>("ledgerDatabase");
    private final Setting<Integer> maxStatementRows = new Setting<>("maxStatementRows");
    private final Setting<Integer> maxStatementBytes = new Setting<>("maxStatementBytes");

    private final Setting<ThreadFactory> threads = new Setting<>("threads");

    private Builder() {}

    /** The server's name or address, without port. Required unless there is a data source. */
    public Builder host(String host) {
      endpoint.host(host);
      return this;
    }

    /** The server's port, from 1 to 65,535. By default 3306. */
    public Builder port(int port) {
      endpoint.port(port);
      return this;
    }

    /** Who logs in. Required together with {@link #host}. */
    public Builder username(String username) {
      endpoint.username(username);
      return this;
    }

    /** The password, which may be empty. Required together with {@link #host}. */
    public Builder password(String password) {
      endpoint.password(password);
      return this;
    }

    /** How connections are encrypted. By default {@link MySqlTls#preferred()}. */
    public Builder tls(MySqlTls tls) {
      endpoint.tls(tls);
      return this;
    }

    /**
     * Where connections come from, instead of host and credentials. The sink sets up each
     * connection for itself and ends it instead of giving it back. Connections must be those of
     * MySQL Connector/J, or a pool's that {@code Connection.unwrap} makes into them, without {@code
     * useAffectedRows}; the job does not start with others.
     */
    public Builder dataSource(DataSource dataSource) {
      endpoint.dataSource(dataSource);
      return this;
    }

    /** How long connecting may take, from 1 ms to a day. By default 10 s. */
    public Builder connectTimeout(Duration timeout) {
      endpoint.connectTimeout(timeout);
      return this;
    }

    /** How long a statement may take to answer, from 1 ms to a day. By default 2 minutes. */
    public Builder socketTimeout(Duration timeout) {
      endpoint.socketTimeout(timeout);
      return this;
    }

    /**
     * The database at the target in which progress is recorded; made at the first start unless it
     * is there. By default {@code syncline}.
     *
     * @throws IllegalArgumentException if the name is empty or longer than 64 characters
     */
    public Builder ledgerDatabase(String name) {
      int longest = 64;
      if (Objects.requireNonNull(name, "name").length() > longest) {
        throw new IllegalArgumentException(
            "The name of a database has at most %d characters, but '%s' has %d."
                .formatted(longest, name, name.length()));
      }
      Setting.setText(ledgerDatabase, name);
      return this;
    }

    /** How many rows a statement may write, from 1 to 10,000. By default 1,000. */
    public Builder maxStatementRows(int rows) {
      Setting.setInRange(maxStatementRows, rows, 1, MOST_STATEMENT_ROWS);
      return this;
    }

    /**
     * How large a statement over several rows may become, from 1 KiB to 1 GiB. By default 4 MiB;
     * less where the server's {@code max_allowed_packet} is smaller. A single row may be as large
     * as the server takes it.
     */
    public Builder maxStatementBytes(int bytes) {
      Setting.setInRange(maxStatementBytes, bytes, LEAST_STATEMENT_BYTES, MOST_STATEMENT_BYTES);
      return this;
    }

    /**
     * Makes the thread that waits for the answer to a schema change, one for each. By default
     * daemon threads with a name.
     */
    public Builder threads(ThreadFactory factory) {
      threads.set(factory);
      return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if a required setting is missing or two exclude each other
     */
    public MySqlSink build() {
      return new MySqlSink(this);
    }

    private static Thread daemon(Runnable task) {
      Thread thread = new Thread(task, "syncline-schema-change");
      thread.setDaemon(true);
      return thread;
    }
  }
}
