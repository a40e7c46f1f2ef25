package dev.syncline.testkit.server;

import java.util.HashMap;
import java.util.Map;

/**
 * The value of a key in a form that does not depend on how a server keeps it.
 *
 * @param type what {@code TYPE} says
 * @param parts what it consists of, by name: field and value, member and score, index and element
 * @param details what not every release tells; compared where both do
 * @param times points in time in milliseconds, such as that of expiry, by name
 */
record RedisValue(
    String type, Map<String, String> parts, Map<String, String> details, Map<String, Long> times) {
  static final String EXPIRY = "expiry";

  /** A value of which the parts are yet to be added. */
  static RedisValue of(String type) {
    return new RedisValue(type, new HashMap<>(), new HashMap<>(), new HashMap<>());
  }
}
