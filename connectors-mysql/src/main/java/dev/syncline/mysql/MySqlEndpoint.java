package dev.syncline.mysql;

import dev.syncline.setting.Secret;
import dev.syncline.setting.Setting;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and how to log in: host and credentials, a {@link DataSource} for what goes
 * through JDBC, or both. Immutable.
 */
final class MySqlEndpoint {
  static final int DEFAULT_PORT = 3306;
  static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
  static final Duration DEFAULT_SOCKET_TIMEOUT = Duration.ofMinutes(2);

  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
  private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._:%-]+");

  private final @Nullable Login login;
  private final @Nullable DataSource dataSource;
  private final MySqlTls tls;
  private final Duration connectTimeout;
  private final Duration socketTimeout;

  private MySqlEndpoint(Builder builder) {
    this.login = builder.host.isSet() ? builder.login() : null;
    this.dataSource = builder.dataSource.get().orElse(null);
    this.tls = builder.tls.or(MySqlTls.preferred());
    this.connectTimeout = builder.connectTimeout.or(DEFAULT_CONNECT_TIMEOUT);
    this.socketTimeout = builder.socketTimeout.or(DEFAULT_SOCKET_TIMEOUT);
  }

  static Builder builder() {
    return new Builder();
  }

  /**
   * A host and who logs in there.
   *
   * @param host a name, an IPv4 address, or an IPv6 address without brackets
   */
  record Login(String host, int port, String username, Secret password) {}

  /** The host and credentials; empty if there is nothing but a {@link DataSource}. */
  Optional<Login> login() {
    return Optional.ofNullable(login);
  }

  /** Where JDBC connections come from; empty if they are made from {@link #login()}. */
  Optional<DataSource> dataSource() {
    return Optional.ofNullable(dataSource);
  }

  MySqlTls tls() {
    return tls;
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  /** How long a single read from the server may take before the connection counts as lost. */
  Duration socketTimeout() {
    return socketTimeout;
  }

  /** The address for messages. */
  @Override
  public String toString() {
    if (login == null) {
      return "data source";
    }
    String host = login.host();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + login.port();
  }

  /** Collects and checks what the builders of source and sink are given. Not thread-safe. */
  static final class Builder {
    private final Setting<String> host = new Setting<>("host");
    private final Setting<Integer> port = new Setting<>("port");
    private final Setting<String> username = new Setting<>("username");
    private final Setting<Secret> password = new Setting<>("password");
    private final Setting<MySqlTls> tls = new Setting<>("tls");
    private final Setting<DataSource> dataSource = new Setting<>("dataSource");
    private final Setting<Duration> connectTimeout = new Setting<>("connectTimeout");
    private final Setting<Duration> socketTimeout = new Setting<>("socketTimeout");

    private Builder() {}

    void host(String value) {
      Objects.requireNonNull(value, "host");
      String bare =
          value.startsWith("[") && value.endsWith("]")
              ? value.substring(1, value.length() - 1)
              : value;
      if (!HOST.matcher(bare).matches()) {
        throw new IllegalArgumentException(
            "The setting 'host' must be a host name or an address, but is '" + value + "'.");
      }
      if (bare.chars().filter(c -> c == ':').count() == 1) {
        throw new IllegalArgumentException(
            "The setting 'host' must not hold a port, but is '%s'; use the setting 'port'."
                .formatted(value));
      }
      host.set(bare);
    }

    void port(int value) {
      Setting.setInRange(port, value, 1, 65_535);
    }

    void username(String value) {
      Setting.setText(username, value);
    }

    /** May be empty. */
    void password(String value) {
      password.set(new Secret(Objects.requireNonNull(value, "password")));
    }

    void tls(MySqlTls value) {
      tls.set(value);
    }

    void dataSource(DataSource value) {
      dataSource.set(value);
    }

    void connectTimeout(Duration value) {
      Setting.setInRange(connectTimeout, value, Duration.ofMillis(1), LONGEST_TIMEOUT);
    }

    void socketTimeout(Duration value) {
      Setting.setInRange(socketTimeout, value, Duration.ofMillis(1), LONGEST_TIMEOUT);
    }

    /** The endpoint, which must have host and credentials, and may have a data source. */
    MySqlEndpoint buildWithLogin() {
      host.required();
      return build();
    }

    /** The endpoint, which must have host and credentials or a data source. */
    MySqlEndpoint build() {
      boolean anyOfLogin = port.isSet() || username.isSet() || password.isSet() || tls.isSet();
      if (!host.isSet() && anyOfLogin) {
        host.required();
      }
      if (!host.isSet() && !dataSource.isSet()) {
        throw new IllegalStateException(
            "Neither the setting 'host' nor the setting 'dataSource' is given.");
      }
      return new MySqlEndpoint(this);
    }

    private Login login() {
      return new Login(
          host.required(), port.or(DEFAULT_PORT), username.required(), password.required());
    }
  }
}
