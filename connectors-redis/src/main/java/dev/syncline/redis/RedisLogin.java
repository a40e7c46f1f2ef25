package dev.syncline.redis;

import dev.syncline.setting.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * How to connect to the servers of one end, wherever they are.
 *
 * @param username empty for the default user, the only one before Redis 6
 * @param password empty if servers ask for none
 * @param tls how connections are encrypted
 * @param connectTimeout how long connecting may take
 * @param answerTimeout how long an answer may take before the connection counts as lost
 */
record RedisLogin(
    Optional<String> username,
    Optional<Secret> password,
    RedisTls tls,
    Duration connectTimeout,
    Duration answerTimeout) {

  static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
  static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofMinutes(1);
  static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

  /** Checks that a user has a password. */
  RedisLogin {
    if (username.isPresent() && password.isEmpty()) {
      throw new IllegalStateException("A username needs a password; give both, or none.");
    }
  }
}
