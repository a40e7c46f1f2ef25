package dev.syncline.testkit.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real MySQL or MariaDB server for tests.
 *
 * <pre>{@code
 * MySqlServer source = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
 * String shop = source.createDatabase("shop");
 * source.execute("CREATE TABLE " + shop + ".users (id INT PRIMARY KEY)");
 *
 * try (MySqlServer target =
 *     MySqlServer.builder(MySqlRelease.MYSQL_5_7).name("target").withoutGtids().start()) {
 *   target.kill();
 *   target.restart();
 * }
 * }</pre>
 *
 * <p>Nothing needs to be installed. At first use the server's programs are fetched from a Maven
 * repository as the user's Maven settings say, and unpacked into {@code ~/.cache/syncline} (or the
 * folder named by the system property {@code syncline.cache}). A server listens on the loopback
 * address only, starts in about a second with an empty data directory, needs about 150 MB of disk
 * space, and ends with the JVM that started it, even when that is killed; its data goes with it.
 * The programs run on Linux on x86-64.
 *
 * <p>With the system property {@code syncline.servers} set to {@code docker} the official images
 * are started instead, through Testcontainers, which has to be on the class path then.
 *
 * <p>By default a server writes a complete row-based binary log, with GTIDs if it is one of MySQL
 * (MariaDB has them always), has time zone {@code +00:00} and character set {@code utf8mb4}, and is
 * tuned to be small and quick rather than durable: committed transactions survive {@link #kill()},
 * but not a power failure.
 *
 * <p>Thread-safe. {@link #kill()}, {@link #restart()} and {@link #close()} exclude each other.
 */
public final class MySqlServer implements AutoCloseable {
  private static final Map<MySqlRelease, MySqlServer> SHARED = new ConcurrentHashMap<>();
  private static final AtomicInteger SERVERS = new AtomicInteger();

  private final String name;
  private final MySqlRelease release;
  private final MySqlHost server;
  private final MySqlHost.Endpoint endpoint;
  private final boolean shared;
  private boolean closed;

  private MySqlServer(Builder builder, boolean shared) {
    this.name = builder.name();
    this.release = builder.release;
    this.shared = shared;
    this.server =
        MySqlHost.prepare(name, release, MySqlOptions.of(release, builder.number, builder.options));
    try {
      this.endpoint = server.start();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * The one server of a release with default options that all tests in this JVM share. It is
   * started by the first call and lives as long as the JVM; give each test {@linkplain
   * #createDatabase its own databases}, and do not change global settings.
   *
   * @throws ServerException if it cannot be fetched or started
   */
  public static MySqlServer shared(MySqlRelease release) {
    Objects.requireNonNull(release, "release");
    return SHARED.computeIfAbsent(
        release, missing -> new MySqlServer(builder(missing).name("shared"), true));
  }

  /** Describes a server of your own, which you close. */
  public static Builder builder(MySqlRelease release) {
    return new Builder(Objects.requireNonNull(release, "release"));
  }

  /** The release that runs. */
  public MySqlRelease release() {
    return release;
  }

  /** The name or address to connect to. */
  public String host() {
    return endpoint.host();
  }

  /** The TCP port to connect to; stays the same after {@link #restart()}. */
  public int port() {
    return endpoint.port();
  }

  /** An account with all privileges, {@code WITH GRANT OPTION}, that may connect from anywhere. */
  public String username() {
    return Accounts.USERNAME;
  }

  /** The password of {@link #username()}. */
  public String password() {
    return Accounts.PASSWORD;
  }

  /**
   * The address of a database for Connector/J, without account and without TLS.
   *
   * @param database its name; empty for none
   */
  public String jdbcUrl(String database) {
    return "jdbc:mysql://"
        + host()
        + ":"
        + port()
        + "/"
        + URLEncoder.encode(database, StandardCharsets.UTF_8)
        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
  }

  /**
   * A new connection without a default database, which the caller closes.
   *
   * @throws SQLException if the server does not run or refuses
   * @throws ServerException if Connector/J is not on the class path
   */
  public Connection connect() throws SQLException {
    return connect("");
  }

  /**
   * A new connection to a database, which the caller closes.
   *
   * @throws SQLException if the server does not run or refuses
   * @throws ServerException if Connector/J is not on the class path
   */
  public Connection connect(String database) throws SQLException {
    String url = jdbcUrl(database);
    if (DriverManager.drivers().noneMatch(driver -> accepts(driver, url))) {
      throw new ServerException(
          "Cannot connect to server '"
              + name
              + "': no JDBC driver takes 'jdbc:mysql:'. Add 'com.mysql:mysql-connector-j' to the"
              + " test class path.");
    }
    return DriverManager.getConnection(url, username(), password());
  }

  private static boolean accepts(java.sql.Driver driver, String url) {
    try {
      return driver.acceptsURL(url);
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Executes statements, one after the other on one new connection, each committed by itself.
   *
   * @throws SQLException if the server does not run, or refuses a statement
   */
  public void execute(String... sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String text : sql) {
        statement.execute(text);
      }
    }
  }

  /**
   * Creates an empty database with a name that no other test has.
   *
   * @param prefix the start of the name: letters, digits and underscores
   * @return the name, which needs no quoting
   */
  public String createDatabase(String prefix) throws SQLException {
    if (!prefix.matches("[A-Za-z_][A-Za-z0-9_]{0,39}")) {
      throw new IllegalArgumentException(
          "Prefix '"
              + prefix
              + "' must be at most 40 letters, digits and underscores, starting with no digit.");
    }
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    String database = prefix + "_" + unique;
    execute("CREATE DATABASE " + database);
    return database;
  }

  /**
   * Kills the server as {@code kill -9} does and returns when it is gone. A server that is not
   * running stays so.
   *
   * @throws IllegalStateException if this is the shared server, or closed
   */
  public synchronized void kill() {
    requireOwn("killed");
    server.kill();
  }

  /**
   * Starts the server again, on the same data and port, and returns when it serves. A running
   * server is {@linkplain #kill() killed} first.
   *
   * @throws IllegalStateException if this is the shared server, or closed
   * @throws ServerException if it does not start
   */
  public synchronized void restart() {
    requireOwn("restarted");
    server.kill();
    server.start();
  }

  private void requireOwn(String what) {
    if (shared) {
      throw new IllegalStateException(
          "Server '"
              + name
              + "' is shared by all tests and cannot be "
              + what
              + ". Start one of your own with MySqlServer.builder.");
    }
    if (closed) {
      throw new IllegalStateException(
          "Server '" + name + "' is closed and cannot be " + what + ".");
    }
  }

  /** The last lines that the server wrote to its error log. */
  public synchronized String errorLogTail() {
    return server.logTail();
  }

  /**
   * Kills the server and deletes its data. Closing it again, or closing the shared server, does
   * nothing.
   */
  @Override
  public synchronized void close() {
    if (!shared && !closed) {
      closed = true;
      server.close();
    }
  }

  /** The name, release and address of this server. */
  @Override
  public String toString() {
    return name + " (" + release + ") at " + host() + ":" + port();
  }

  /** Describes a server. Not thread-safe. */
  public static final class Builder {
    private final MySqlRelease release;
    private final int number = SERVERS.incrementAndGet();
    private final Map<String, String> options = new LinkedHashMap<>();
    private @Nullable String name;

    private Builder(MySqlRelease release) {
      this.release = release;
    }

    /**
     * A name for messages and folders. By default one made of product and number.
     *
     * @param name at most 40 letters, digits, underscores and hyphens
     */
    public Builder name(String name) {
      if (this.name != null) {
        throw new IllegalStateException(
            "Name '" + name + "' comes too late: the server is named '" + this.name + "'.");
      }
      if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
        throw new IllegalArgumentException(
            "Name '" + name + "' must be 1 to 40 letters, digits, underscores and hyphens.");
      }
      this.name = name;
      return this;
    }

    /**
     * Sets an option of the server's command line, such as {@code option("binlog_format",
     * "STATEMENT")}, in place of the fixture's default if there is one. Unless set, {@code
     * server_id} differs from that of every other server of this JVM.
     *
     * @throws IllegalArgumentException if the fixture has to choose this option itself
     * @throws IllegalStateException if it is set already
     */
    public Builder option(String name, String value) {
      String normal = MySqlOptions.checkedName(name);
      return put(normal, MySqlOptions.argument(normal, value));
    }

    /** Sets an option that has no value, such as {@code flag("skip_slave_start")}. */
    public Builder flag(String name) {
      String normal = MySqlOptions.checkedName(name);
      return put(normal, "--" + normal);
    }

    /** Lets the server write no binary log. */
    public Builder withoutBinaryLog() {
      return put("log_bin", "--skip-log-bin");
    }

    /**
     * Lets the server give its transactions no GTIDs.
     *
     * @throws IllegalStateException if the release is one of MariaDB, which always has them
     */
    public Builder withoutGtids() {
      if (release.family() != MySqlRelease.Family.MYSQL) {
        throw new IllegalStateException(
            "Server cannot be without GTIDs: " + release + " has them always.");
      }
      if (!release.hasGtids()) {
        return this;
      }
      return option("gtid_mode", "OFF").option("enforce_gtid_consistency", "OFF");
    }

    private Builder put(String option, String argument) {
      String before = options.putIfAbsent(option, argument);
      if (before != null) {
        throw new IllegalStateException(
            "Option '" + argument + "' comes too late: '" + before + "' is set.");
      }
      return this;
    }

    private String name() {
      return name != null
          ? name
          : release.family().toString().toLowerCase(Locale.ROOT) + "-" + number;
    }

    /**
     * Starts the server and returns when it serves, at most 60 s after its programs are there.
     *
     * @throws ServerException if it cannot be fetched or started; the message has the last lines of
     *     the server's log
     */
    public MySqlServer start() {
      return new MySqlServer(this, false);
    }
  }
}
