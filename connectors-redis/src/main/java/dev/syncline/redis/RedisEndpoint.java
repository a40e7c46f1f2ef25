package dev.syncline.redis;

import dev.syncline.setting.Secret;
import dev.syncline.setting.Setting;
import java.time.Duration;
import java.util.Objects;

/** Where a server is and how to log in. Immutable. */
final class RedisEndpoint {

  private static final int MOST_PORT = 65_535;

  private final RedisAddress address;
  private final RedisLogin login;

  private RedisEndpoint(Builder builder) {
    this.address =
        new RedisAddress(builder.host.required(), builder.port.or(RedisAddress.DEFAULT_PORT));
    this.login = builder.login();
  }

  RespConnection open() {
    return RespConnection.open(address, login);
  }

  /** The address for messages. */
  @Override
  public String toString() {
    return address.toString();
  }

  /** Collects and checks what the builder of a sink is given. Not thread-safe. */
  static final class Builder {

    private final Setting<String> host = new Setting<>("host");
    private final Setting<Integer> port = new Setting<>("port");
    private final Setting<String> username = new Setting<>("username");
    private final Setting<Secret> password = new Setting<>("password");
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
      Setting.setInRange(
          connectTimeout, value, Duration.ofMillis(1), RedisLogin.LONGEST_TIMEOUT);
    }

    void answerTimeout(Duration value) {
      Setting.setInRange(answerTimeout, value, Duration.ofMillis(1), RedisLogin.LONGEST_TIMEOUT);
    }

    RedisEndpoint build() {
      return new RedisEndpoint(this);
    }

    private RedisLogin login() {
      return new RedisLogin(
          username.get(),
          password.get(),
          tls.or(RedisTls.disabled()),
          connectTimeout.or(RedisLogin.DEFAULT_CONNECT_TIMEOUT),
          answerTimeout.or(RedisLogin.DEFAULT_ANSWER_TIMEOUT));
    }
  }
}
