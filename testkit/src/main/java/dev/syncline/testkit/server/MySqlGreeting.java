package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first packet that a MySQL server sends to a client; shows, without a driver, that it serves.
 */
final class MySqlGreeting {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int HEADER_BYTES = 4;
  private static final int PROTOCOL = 10;
  private static final int MAX_VERSION_BYTES = 200;

  private MySqlGreeting() {}

  /** Connects and reads the server's version; empty when no server greets there now. */
  static Optional<String> read(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return version(socket.getInputStream());
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  private static Optional<String> version(InputStream in) throws IOException {
    byte[] start = in.readNBytes(HEADER_BYTES + 1);
    if (start.length <= HEADER_BYTES || start[HEADER_BYTES] != PROTOCOL) {
      return Optional.empty();
    }
    byte[] version = new byte[MAX_VERSION_BYTES];
    int length = 0;
    for (int next = in.read(); next > 0 && length < version.length; next = in.read()) {
      version[length++] = (byte) next;
    }
    return Optional.of(new String(version, 0, length, StandardCharsets.US_ASCII));
  }
}
