package dev.syncline.redis;

import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 */
record RedisAddress(String host, int port) {

  static final int DEFAULT_PORT = 6379;

  private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._:%-]+");
  private static final int MAX_PORT = 65_535;

  /** Checks both. */
  RedisAddress {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (!HOST.matcher(bare).matches()) {
      throw new IllegalArgumentException(
          "A host must be a name or an address, but is '" + host + "'.");
    }
    if (bare.chars().filter(c -> c == ':').count() == 1) {
      throw new IllegalArgumentException(
          "A host must not hold a port, but is '" + host + "'; give the port beside it.");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "A port must be from 1 to %d, but is %d.".formatted(MAX_PORT, port));
    }
    host = bare;
  }

  /**
   * Parses {@code host:port}, or a host alone, which has the port 6379.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  static RedisAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bare = colon < 0 || (text.indexOf(':') < colon && !text.contains("]:"));
    if (bare) {
      return new RedisAddress(text, DEFAULT_PORT);
    }
    try {
      return new RedisAddress(
          text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "An address must be 'host:port', but is '" + text + "'.", e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
