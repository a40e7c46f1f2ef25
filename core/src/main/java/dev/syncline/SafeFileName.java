package dev.syncline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** Makes file names that are different for different names, on every file system. */
final class SafeFileName {

  private static final int MAX_LENGTH = 150;
  private static final int KEPT_LENGTH = 80;

  private SafeFileName() {}

  /**
   * A file name of lower-case letters, digits, {@code -}, {@code _} and {@code %}; every other byte
   * of the name in UTF-8 becomes {@code %} and two digits. Long names end in a digest.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  static String of(String name) {
    if (Objects.requireNonNull(name, "job").isEmpty()) {
      throw new IllegalArgumentException("The name of a job must not be empty.");
    }
    StringBuilder safe = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_') {
        safe.append((char) b);
      } else {
        safe.append(String.format(Locale.ROOT, "%%%02x", b));
      }
    }
    if (safe.length() <= MAX_LENGTH) {
      return safe.toString();
    }
    return safe.substring(0, KEPT_LENGTH) + "~" + digest(name);
  }

  private static String digest(String name) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
