package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Commands on their way over a connection, and the replies to them that are still to come. Used by
 * one thread; the connection must not be used for anything else meanwhile.
 *
 * <p>Sending never waits for replies: a server takes what it is sent whether or not its replies are
 * read, and keeps these. So that it does not keep many, {@link #settleBefore} reads those to all
 * batches before the last one.
 */
final class CommandPipe {

  private static final String QUEUED = "QUEUED";

  private final RespConnection connection;
  private final Deque<Sent> sent = new ArrayDeque<>();

  /** A batch, and whether its commands wait for an EXEC. */
  private record Sent(CommandBatch batch, boolean queued) {}

  CommandPipe(RespConnection connection) {
    this.connection = connection;
  }

  RespConnection connection() {
    return connection;
  }

  /** Sends commands that are carried out at once. */
  void send(CommandBatch batch) {
    connection.send(batch.bytes());
    sent.addLast(new Sent(batch, false));
  }

  /** Sends commands behind a MULTI. */
  void sendQueued(CommandBatch batch) {
    connection.send(batch.bytes());
    sent.addLast(new Sent(batch, true));
  }

  /** Reads the replies to all batches but the last one. */
  void settleBefore() {
    while (sent.size() > 1) {
      settleFirst();
    }
  }

  /**
   * Reads all replies.
   *
   * @return the last one
   * @throws TransientException if the connection failed or a refusal may pass
   * @throws ChangeRejectedException if the server refuses a command
   */
  @Nullable Object settle() {
    Object last = null;
    while (!sent.isEmpty()) {
      last = settleFirst();
    }
    return last;
  }

  private @Nullable Object settleFirst() {
    Sent first = sent.getFirst();
    Object reply = null;
    for (SentCommand command : first.batch().commands()) {
      reply = connection.read();
      boolean refused = first.queued() ? isError(reply) : command.hasFailed(reply);
      if (refused && reply instanceof RedisReplyException error) {
        throw refused(command, first.queued() ? error : command.inWordsOfServers(error));
      }
      if (first.queued() && !QUEUED.equals(reply)) {
        throw new SyncException(
            "Server '%s' did not queue %s behind MULTI, as it must."
                .formatted(connection.address(), command.describe()));
      }
    }
    sent.removeFirst();
    return reply;
  }

  /** What is refused before it is carried out has nothing to do with what the keys are. */
  private static boolean isError(@Nullable Object reply) {
    return reply instanceof RedisReplyException;
  }

  /** What becomes of a command that the server has refused and not carried out. */
  SyncException refused(SentCommand command, RedisReplyException error) {
    String because = "EXECABORT Transaction discarded because of: ";
    if (String.valueOf(error.getMessage()).startsWith(because)) {
      String reason = String.valueOf(error.getMessage()).substring(because.length());
      return refused(command, new RedisReplyException(reason));
    }
    if (RedisErrors.isPassing(error) || command.keys().isEmpty()) {
      return RedisErrors.refused(connection.address(), command.describe(), error);
    }
    return rejected(command, error);
  }

  /** A command that fails at the target whenever it is repeated. */
  ChangeRejectedException rejected(SentCommand command, RedisReplyException error) {
    return new ChangeRejectedException(
        place(command),
        "%s is refused by the target '%s': %s"
            .formatted(command.describe(), connection.address(), error.getMessage()),
        error);
  }

  static String place(SentCommand command) {
    String key = command.keys().isEmpty() ? "" : KeyText.of(command.keys().get(0));
    return KeyText.place(command.database(), key.isEmpty() ? command.name() : key);
  }
}
