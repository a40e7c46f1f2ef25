package dev.syncline.redis;

import dev.syncline.setting.Secret;
import dev.syncline.setting.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** Where a server is and how to log in. Immutable. */
final class RedisEndpoint {

  private static final int MOST_PORT = 65_535;

  private final RedisServers servers;
  private final RedisLogin login;

  private RedisEndpoint(Builder builder) {
    this.servers = builder.servers();
    this.login = builder.login();
  }

  /** Connects to the server, or to what the sentinels name as the master now. */
  RespConnection open() {
    return RespConnection.open(RedisServers.find(servers, login), login);
  }

  /** The address for messages. */
  @Override
  public String toString() {
    return servers.toString();
  }

  /** Collects and checks what the builders of sources and sinks are given. Not thread-safe. */
  static final class Builder {

    private final Setting<String> host = new Setting<>("host");
    private final Setting<Integer> port = new Setting<>("port");
    private final Setting<RedisServers> others = new Setting<>("sentinels or cluster");
    private final Setting<String> username = new Setting<>("username");
    private final Setting<Secret> password = new Setting<>("password");
    private final Setting<String> sentinelUsername = new Setting<>("sentinelUsername");
    private final Setting<Secret> sentinelPassword = new Setting<>("sentinelPassword");
    private final Setting<RedisTls> tls = new Setting<>("tls");
    private final Setting<Duration> connectTimeout = new Setting<>("connectTimeout");
    private final Setting<Duration> answerTimeout = new Setting<>("answerTimeout");

    void host(String value) {
      Objects.requireNonNull(value, "host");
      host.set(new RedisAddress(value, RedisAddress.DEFAULT_PORT).host());
    }

    void port(int value) {
      Setting.setInRange(port, value, 1, MOST_PORT);
    }

    void sentinels(String master, String... sentinels) {
      others.set(
          new RedisServers.Watched(
              Objects.requireNonNull(master, "master"),
              Arrays.stream(sentinels).map(RedisAddress::parse).toList(),
              Optional.empty(),
              Optional.empty()));
    }

    void sentinelUsername(String value) {
      Setting.setText(sentinelUsername, value);
    }

    void sentinelPassword(String value) {
      sentinelPassword.set(new Secret(Objects.requireNonNull(value, "sentinelPassword")));
    }

    void cluster(String... nodes) {
      others.set(
          new RedisServers.Clustered(Arrays.stream(nodes).map(RedisAddress::parse).toList()));
    }

    void username(String value) {
      Setting.setText(username, value);
    }

    void password(String value) {
      password.set(new Secret(Objects.requireNonNull(value, "password")));
    }

    void tls(RedisTls value) {
      tls.set(value);
    }

    void connectTimeout(Duration value) {
      Setting.setInRange(connectTimeout, value, Duration.ofMillis(1), RedisLogin.LONGEST_TIMEOUT);
    }

    void answerTimeout(Duration value) {
      Setting.setInRange(answerTimeout, value, Duration.ofMillis(1), RedisLogin.LONGEST_TIMEOUT);
    }

    RedisServers servers() {
      if (others.isSet() && (host.isSet() || port.isSet())) {
        throw new IllegalStateException(
            "Say where the server is by host and port or by others that know it, not by both.");
      }
      if (others.get().orElse(null) instanceof RedisServers.Watched watched) {
        return new RedisServers.Watched(
            watched.master(), watched.sentinels(), sentinelUsername.get(), sentinelPassword.get());
      }
      if (sentinelUsername.isSet() || sentinelPassword.isSet()) {
        throw new IllegalStateException(
            "The settings 'sentinelUsername' and 'sentinelPassword' need 'sentinels'.");
      }
      return others
          .get()
          .orElseGet(
              () ->
                  new RedisServers.One(
                      new RedisAddress(host.required(), port.or(RedisAddress.DEFAULT_PORT))));
    }

    RedisEndpoint build() {
      return new RedisEndpoint(this);
    }

    RedisLogin login() {
      return new RedisLogin(
          username.get(),
          password.get(),
          tls.or(RedisTls.disabled()),
          connectTimeout.or(RedisLogin.DEFAULT_CONNECT_TIMEOUT),
          answerTimeout.or(RedisLogin.DEFAULT_ANSWER_TIMEOUT));
    }
  }
}
