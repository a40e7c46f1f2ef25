package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine is, as far as servers for tests care. */
final class Platform {
  private Platform() {}

  /** Refuses every platform but the one that the server programs are made for. */
  static void requireLinuxOnX86(String system, String architecture) {
    if (!system.equals("Linux") || !architecture.equals("amd64")) {
      throw new ServerException(
          "Cannot start a server for tests on '"
              + system
              + "' with '"
              + architecture
              + "': the server programs are made for Linux on x86-64. With a container engine"
              + " on this machine, -Dsyncline.servers=docker starts the official images of MySQL"
              + " and MariaDB instead.");
    }
  }

  /** Refuses this machine unless the server programs can run on it. */
  static void requireLinuxOnX86() {
    requireLinuxOnX86(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** The number of the user whom this process belongs to; 0 is root. */
  static int userId() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new ServerException("Cannot read the owner of '/proc/self'.", e);
    }
  }
}
