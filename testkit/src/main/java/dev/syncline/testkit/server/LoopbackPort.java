package dev.syncline.testkit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/** Finds free TCP ports on the loopback address. */
final class LoopbackPort {
  private static final int LOWEST = 15_000;
  private static final int LOWEST_USEFUL_WIDTH = 5_000;
  private static final int HIGHEST = 65_535;
  private static final int TRIES = 100;
  private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private LoopbackPort() {}

  /**
   * A port that nobody listens on now; another process may still be quicker.
   *
   * <p>It lies below the range that the kernel gives to clients: a port of that range could be
   * taken by a client's connection while its server is down for a restart, or even be connected to
   * itself by a client that tries again and again.
   */
  static int free() {
    try {
      return search(0);
    } catch (IOException e) {
      throw new ServerException("Cannot find a free port on the loopback address.", e);
    }
  }

  /**
   * As {@link #free}, but nobody listens on the port that lies so much higher either, for servers
   * that take both.
   */
  static int freeWith(int distance) {
    try {
      for (int i = 0; i < TRIES; i++) {
        int port = search(distance);
        if (port + distance <= HIGHEST && isFree(port + distance)) {
          return port;
        }
      }
    } catch (IOException e) {
      throw new ServerException("Cannot find a free port on the loopback address.", e);
    }
    throw new ServerException(
        "Cannot find two free ports on the loopback address that are %d apart."
            .formatted(distance));
  }

  private static int search(int above) throws IOException {
    int end = firstEphemeral() - above;
    if (end - LOWEST >= LOWEST_USEFUL_WIDTH) {
      for (int i = 0; i < TRIES; i++) {
        int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
        if (isFree(port)) {
          return port;
        }
      }
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Whether a server could listen on the port now. */
  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private static int firstEphemeral() throws IOException {
    if (!Files.isReadable(EPHEMERAL)) {
      return 0;
    }
    // Not Files.readString, which sees one digit: the kernel gives this file in a single read.
    try (Scanner range = new Scanner(EPHEMERAL, StandardCharsets.US_ASCII)) {
      return range.nextInt();
    }
  }
}
