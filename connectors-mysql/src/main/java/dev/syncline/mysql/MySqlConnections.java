package dev.syncline.mysql;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import dev.syncline.SyncException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes JDBC sessions whose settings are set and then looked at, so that no default of a server, a
 * driver or a pool decides what a value means. Immutable and thread-safe.
 *
 * <p>A session is never given back to a pool, since its settings are not those of the application:
 * {@link #close} ends it for good.
 */
final class MySqlConnections {
  private static final Logger LOGGER = LoggerFactory.getLogger(MySqlConnections.class);
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
  private static final int CLOSE_TIMEOUT_MILLIS = 2_000;

  private final MySqlEndpoint endpoint;

  MySqlConnections(MySqlEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  MySqlEndpoint endpoint() {
    return endpoint;
  }

  /**
   * Opens a session. The caller ends it by {@link #close} or {@link #abort}.
   *
   * @throws dev.syncline.TransientException if trying again may succeed
   * @throws SyncException if it will not, or the server did not take a setting
   */
  Connection open(MySqlSessionSettings settings) {
    Connection connection;
    try {
      connection = connect(settings);
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "connect to '" + endpoint + "'");
    }
    try {
      prepare(connection, settings);
      return connection;
    } catch (SQLException e) {
      abort(connection);
      throw MySqlErrors.translate(e, "set up a session at '" + endpoint + "'");
    } catch (RuntimeException e) {
      abort(connection);
      throw e;
    }
  }

  /** Ends a session that no thread uses, politely and in bounded time. May be called twice. */
  void close(Connection connection) {
    if (endpoint.dataSource().isPresent()) {
      // A pool's close() would hand our settings to the application.
      abort(connection);
      return;
    }
    try {
      if (!connection.isClosed()) {
        connection.setNetworkTimeout(Runnable::run, CLOSE_TIMEOUT_MILLIS);
        connection.close();
      }
    } catch (SQLException e) {
      LOGGER.debug("Ending a session at '{}' failed; cutting it.", endpoint, e);
      abort(connection);
    }
  }

  /** Cuts a session, also while another thread is waiting in it. May be called twice. */
  void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOGGER.debug("Cutting a session at '{}' failed.", endpoint, e);
    }
  }

  private Connection connect(MySqlSessionSettings settings) throws SQLException {
    DataSource dataSource = endpoint.dataSource().orElse(null);
    if (dataSource != null) {
      return dataSource.getConnection();
    }
    String url = "jdbc:mysql://" + endpoint + "/";
    Connection connection = new NonRegisteringDriver().connect(url, properties(settings));
    if (connection == null) {
      throw new SyncException("The driver does not take the address '" + endpoint + "'.");
    }
    return connection;
  }

  private Properties properties(MySqlSessionSettings settings) {
    Properties properties = new Properties();
    MySqlEndpoint.Login login = endpoint.login().orElseThrow();
    properties.setProperty("user", login.username());
    properties.setProperty("password", login.password().reveal());
    properties.setProperty("connectTimeout", Long.toString(endpoint.connectTimeout().toMillis()));
    properties.setProperty("socketTimeout", Long.toString(endpoint.socketTimeout().toMillis()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("autoReconnect", "false");
    properties.setProperty("characterEncoding", "UTF-8");
    properties.setProperty("characterSetResults", "UTF-8");
    properties.setProperty("connectionTimeZone", "+00:00");
    properties.setProperty("forceConnectionTimeZoneToSession", "true");
    properties.setProperty("tinyInt1isBit", "false");
    properties.setProperty("transformedBitIsBoolean", "false");
    properties.setProperty("yearIsDateType", "false");
    properties.setProperty("zeroDateTimeBehavior", "EXCEPTION");
    properties.setProperty("noDatetimeStringSync", "true");
    properties.setProperty("rewriteBatchedStatements", "false");
    properties.setProperty("useAffectedRows", "false");
    properties.setProperty("allowMultiQueries", "false");
    properties.setProperty("allowLoadLocalInfile", "false");
    properties.setProperty("useLocalSessionState", "false");
    properties.setProperty("useInformationSchema", "true");
    // Else the driver asks before each statement that writes whether the session may write.
    properties.setProperty("readOnlyPropagatesToServer", "false");
    properties.setProperty("jdbcCompliantTruncation", "true");
    properties.setProperty("useServerPrepStmts", "false");
    // The driver looks once, at the beginning, whether it may escape by back-slashes.
    String sqlMode = settings.variables().getOrDefault("sql_mode", "");
    properties.setProperty("sessionVariables", "sql_mode='" + sqlMode + "'");
    addTls(properties);
    properties.putAll(settings.driverProperties());
    return properties;
  }

  private void addTls(Properties properties) {
    MySqlTls tls = endpoint.tls();
    properties.setProperty("sslMode", tls.mode().name());
    // The server's key is asked for only where the user accepts servers that nobody vouches for.
    boolean plainIsAccepted = tls.mode().compareTo(MySqlTls.Mode.REQUIRED) < 0;
    properties.setProperty("allowPublicKeyRetrieval", Boolean.toString(plainIsAccepted));
    tls.trustStore()
        .ifPresent(
            store -> {
              properties.setProperty(
                  "trustCertificateKeyStoreUrl", store.toAbsolutePath().toUri().toString());
              properties.setProperty("fallbackToSystemTrustStore", "false");
            });
    tls.trustStorePassword()
        .ifPresent(
            password ->
                properties.setProperty("trustCertificateKeyStorePassword", password.reveal()));
  }

  private void prepare(Connection connection, MySqlSessionSettings settings) throws SQLException {
    Map<String, String> wanted = new TreeMap<>(settings.variables());
    wanted.putAll(known(connection, settings.variablesWhereKnown()));
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      checkEscaping(statement);
      statement.execute("SET NAMES utf8mb4");
      statement.execute(
          wanted.entrySet().stream()
              .map(variable -> "SESSION " + variable.getKey() + " = " + sql(variable.getValue()))
              .collect(Collectors.joining(", ", "SET ", "")));
      connection.setTransactionIsolation(settings.isolation());
      verify(statement, wanted);
    }
    if (connection.getTransactionIsolation() != settings.isolation()) {
      throw new SyncException(
          "The server '%s' has not taken the transaction isolation level.".formatted(endpoint));
    }
    connection.setAutoCommit(settings.autoCommit());
  }

  /** The driver of a session that began without back-slash escapes goes on without them. */
  private void checkEscaping(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT @@session.sql_mode")) {
      row.next();
      if (row.getString(1).contains("NO_BACKSLASH_ESCAPES")) {
        throw new SyncException(
            ("The sessions of the data source for '%s' begin with NO_BACKSLASH_ESCAPES in their"
                    + " sql_mode. Give the data source the property sessionVariables=sql_mode=''.")
                .formatted(endpoint));
      }
    }
  }

  private static Map<String, String> known(Connection connection, Map<String, String> variables)
      throws SQLException {
    if (variables.isEmpty()) {
      return variables;
    }
    String names =
        variables.keySet().stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    Map<String, String> known = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SHOW SESSION VARIABLES WHERE Variable_name IN (" + names + ")")) {
      while (rows.next()) {
        String name = rows.getString(1);
        known.put(name, variables.get(name));
      }
    }
    return known;
  }

  private void verify(Statement statement, Map<String, String> wanted) throws SQLException {
    List<Map.Entry<String, String>> variables = List.copyOf(wanted.entrySet());
    String columns =
        variables.stream()
            .map(v -> "@@session." + v.getKey())
            .collect(Collectors.joining(", ", "SELECT ", ""));
    try (ResultSet row = statement.executeQuery(columns)) {
      row.next();
      for (int i = 0; i < variables.size(); i++) {
        String name = variables.get(i).getKey();
        String expected = variables.get(i).getValue();
        String found = row.getString(i + 1);
        if (!isSame(name, expected, found)) {
          throw new SyncException(
              "The server '%s' has not taken the session variable '%s': found '%s', expected '%s'."
                  .formatted(endpoint, name, found, expected));
        }
      }
    }
  }

  private static boolean isSame(String name, String wanted, String found) {
    if (name.equals("sql_mode")) {
      return Set.of(wanted.split(",")).equals(Set.of(found.split(",")));
    }
    // MariaDB prints a limit in seconds with as many zeros as it likes.
    return (isNumber(wanted) && isNumber(found))
        ? new BigDecimal(wanted).compareTo(new BigDecimal(found)) == 0
        : wanted.equals(found);
  }

  private static String sql(String value) {
    return isNumber(value) ? value : "'" + value + "'";
  }

  private static boolean isNumber(String value) {
    return NUMBER.matcher(value).matches();
  }
}
