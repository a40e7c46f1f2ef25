package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.redis.RedisPosition.Following;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A connection on which a server sends its replication stream (<a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/management/replication/">replication</a>).
 * What is sent by one thread, acknowledgements, may be sent while another one reads.
 */
final class ReplicaLink implements AutoCloseable {

  private final RespConnection connection;
  private final Start start;

  /**
   * What the server has agreed to.
   *
   * @param full whether a copy of all keys comes first
   * @param replication the id of the replication history
   * @param offset where in it the commands begin
   */
  record Start(boolean full, String replication, long offset) {}

  private ReplicaLink(RespConnection connection, Start start) {
    this.connection = connection;
    this.start = start;
  }

  /**
   * Connects, and asks for what lies behind a place, or for everything.
   *
   * @param silence how long the server may be silent
   * @throws TransientException if trying again may succeed
   * @throws SyncException if the server does not send its stream to this user
   */
  static ReplicaLink open(
      RedisAddress address, RedisLogin login, Optional<Following> from, Duration silence) {
    RespConnection connection = RespConnection.open(address, login);
    boolean opened = false;
    try {
      connection.answerTimeout(silence);
      introduce(connection);
      ReplicaLink link = new ReplicaLink(connection, request(connection, from));
      opened = true;
      return link;
    } catch (IOException e) {
      throw RedisErrors.lost(address, e);
    } finally {
      if (!opened) {
        connection.close();
      }
    }
  }

  /** Servers before 4.0 do not know what is said here, and need not. */
  private static void introduce(RespConnection connection) {
    try {
      Object unused = connection.ask("REPLCONF", "capa", "eof", "capa", "psync2");
    } catch (RedisReplyException e) {
      if (e.is("NOAUTH")) {
        throw RedisErrors.refused(connection.address(), "to be followed", e);
      }
      if (e.is("NOPERM")) {
        throw notAllowed(connection, e);
      }
    }
  }

  private static Start request(RespConnection connection, Optional<Following> from)
      throws IOException {
    String replication = from.map(Following::replication).orElse("?");
    long next = from.map(place -> place.readFrom() + 1).orElse(-1L);
    connection.send(new RespWriter().add("PSYNC", replication, next));
    String answer = answer(connection);
    String[] words = answer.split(" ", -1);
    switch (words[0].toUpperCase(Locale.ROOT)) {
      case "+FULLRESYNC" -> {
        if (words.length == 3) {
          return new Start(true, words[1], Long.parseLong(words[2]));
        }
      }
      case "+CONTINUE" -> {
        if (from.isPresent()) {
          String id = words.length > 1 ? words[1] : replication;
          return new Start(false, id, from.get().readFrom());
        }
      }
      default -> throw refused(connection, answer);
    }
    throw new SyncException(
        "Server '%s' answers PSYNC with '%s', which is not understood."
            .formatted(connection.address(), answer));
  }

  /** While it prepares, the server sends empty lines as signs of life. */
  private static String answer(RespConnection connection) throws IOException {
    String line = connection.reader().line();
    while (line.isEmpty()) {
      line = connection.reader().line();
    }
    return line;
  }

  private static SyncException refused(RespConnection connection, String answer) {
    RedisReplyException error =
        new RedisReplyException(answer.startsWith("-") ? answer.substring(1) : answer);
    if (error.is("NOMASTERLINK") || answer.contains("Can't SYNC while not connected")) {
      return new TransientException(
          "Server '%s' is a replica without a connection to its master, so it sends no stream: %s"
              .formatted(connection.address(), error.getMessage()),
          error);
    }
    boolean forbidden = error.is("NOPERM") || answer.contains("unknown command");
    if (forbidden) {
      return notAllowed(connection, error);
    }
    SyncException refused = RedisErrors.refused(connection.address(), "PSYNC", error);
    // A server that cannot begin a copy says so, and may be able to later.
    return answer.contains("background save")
        ? new TransientException(String.valueOf(refused.getMessage()), error)
        : refused;
  }

  private static SyncException notAllowed(RespConnection connection, RedisReplyException error) {
    return new SyncException(
        ("Server '%s' does not let this user replicate (%s). Allow it the commands PSYNC and"
                + " REPLCONF; a service that forbids them cannot be followed.")
            .formatted(connection.address(), error.getMessage()),
        error);
  }

  Start start() {
    return start;
  }

  RespReader reader() {
    return connection.reader();
  }

  RedisAddress address() {
    return connection.address();
  }

  /** Tells the server up to where everything is safe. Serves as sign of life as well. */
  synchronized void acknowledge(long offset) {
    connection.send(new RespWriter().add("REPLCONF", "ACK", offset));
  }

  @Override
  public void close() {
    connection.close();
  }
}
