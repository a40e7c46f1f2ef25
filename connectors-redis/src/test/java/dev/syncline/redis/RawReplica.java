package dev.syncline.redis;

import dev.syncline.testkit.server.RedisServer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The commands that a server sends to a replica which has just copied it. */
final class RawReplica implements AutoCloseable {

  private final Socket socket;
  private final RespReader commands;

  /** Attaches itself; the server must write its copy to disk first, without disk-less sync. */
  RawReplica(RedisServer server) {
    try {
      socket = new Socket(server.host(), server.port());
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("SYNC\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      in.skipNBytes(lengthOfCopy(in));
      commands = new RespReader(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty lines come while the copy is made. */
  private static long lengthOfCopy(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (!line.toString().matches("\\$\\d+\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("The server did not send a copy: " + line);
      }
      line.append((char) next);
      if (line.toString().equals("\n")) {
        line.setLength(0);
      }
    }
    return Long.parseLong(line.substring(1, line.length() - 2));
  }

  /** The next command. */
  byte[][] next() {
    try {
      byte @Nullable [][] command = commands.command();
      while (command == null) {
        command = commands.command();
      }
      return command;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
