package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one server, logged in. Used by one thread, but for {@link #close}; with one
 * thread that sends and one that reads it may be used by two. Reconnects never.
 */
final class RespConnection implements AutoCloseable {

  /** Says that it is not known in which database a connection is. */
  static final int ANY_DATABASE = -1;

  private final RedisAddress address;
  private final Socket plain;
  private final OutputStream out;
  private final RespReader in;
  private int selected;

  private RespConnection(RedisAddress address, Socket plain, Socket socket) throws IOException {
    this.address = address;
    this.plain = plain;
    this.out = socket.getOutputStream();
    this.in = new RespReader(socket.getInputStream());
  }

  /**
   * Connects and logs in.
   *
   * @throws TransientException if trying again may succeed
   * @throws SyncException if the server does not let the user in
   */
  static RespConnection open(RedisAddress address, RedisLogin login) {
    Socket plain = new Socket();
    boolean opened = false;
    try {
      plain.connect(
          new InetSocketAddress(address.host(), address.port()), millis(login.connectTimeout()));
      plain.setTcpNoDelay(true);
      plain.setKeepAlive(true);
      plain.setSoTimeout(millis(login.answerTimeout()));
      Socket socket = login.tls().wrap(plain, address.host());
      RespConnection connection = new RespConnection(address, plain, socket);
      connection.logIn(login);
      opened = true;
      return connection;
    } catch (IOException e) {
      throw RedisErrors.lost(address, e);
    } finally {
      if (!opened) {
        closeQuietly(plain);
      }
    }
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, duration.toMillis()));
  }

  private void logIn(RedisLogin login) {
    if (login.password().isPresent()) {
      String password = login.password().get().reveal();
      try {
        Object unused =
            login.username().isPresent()
                ? ask("AUTH", login.username().get(), password)
                : ask("AUTH", password);
      } catch (RedisReplyException e) {
        // Whoever stands in front of a server may repeat the password in words of his own.
        boolean shown = String.valueOf(e.getMessage()).contains(password);
        throw RedisErrors.loginRefused(address, shown ? e.codeOnly() : e);
      }
    }
  }

  RedisAddress address() {
    return address;
  }

  /**
   * Sends a command and waits for its reply.
   *
   * @param arguments texts, numbers and arrays of bytes
   * @throws RedisReplyException if the server answers with an error
   * @throws TransientException if the connection failed
   */
  @Nullable Object ask(Object... arguments) throws RedisReplyException {
    send(new RespWriter().add(arguments));
    Object reply = read();
    if (reply instanceof RedisReplyException error) {
      throw error;
    }
    return reply;
  }

  /**
   * Sends a command and waits for its reply, where the server must not refuse it.
   *
   * @throws SyncException if it does
   * @throws TransientException if the connection failed, or the server refuses it for now
   */
  @Nullable Object call(Object... arguments) {
    try {
      return ask(arguments);
    } catch (RedisReplyException e) {
      throw RedisErrors.refused(address, "the command " + arguments[0], e);
    }
  }

  /** The reply to {@link #call} as text; empty if there is none. */
  String text(Object... arguments) {
    return textOf(call(arguments));
  }

  /** A reply as text; empty for no value. */
  static String textOf(@Nullable Object reply) {
    return reply instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : reply == null ? "" : reply.toString();
  }

  /**
   * The reply to {@link #call} as a list.
   *
   * @throws SyncException if it is none
   */
  List<?> list(Object... arguments) {
    Object reply = call(arguments);
    if (reply instanceof List<?> list) {
      return list;
    }
    throw new SyncException(
        "Server '%s' answers the command %s with something else than a list."
            .formatted(address, arguments[0]));
  }

  /** Goes to a database, if it is in another one. */
  void select(int database) {
    if (selected != database) {
      Object unused = call("SELECT", database);
      selected = database;
    }
  }

  /** Says that it is in a database by now. */
  void selected(int database) {
    selected = database;
  }

  /**
   * Sends commands and waits for all replies, where the server must not refuse one of them.
   *
   * @throws SyncException if it does
   * @throws TransientException if the connection failed, or the server refuses one for now
   */
  List<@Nullable Object> callAll(RespWriter commands) {
    send(commands);
    List<@Nullable Object> replies = new ArrayList<>(commands.commands());
    for (int i = 0; i < commands.commands(); i++) {
      replies.add(read());
    }
    for (Object reply : replies) {
      if (reply instanceof RedisReplyException error) {
        throw RedisErrors.refused(address, "a question", error);
      }
    }
    return replies;
  }

  /**
   * Sends commands without waiting for replies.
   *
   * @throws TransientException if the connection failed
   */
  void send(RespWriter commands) {
    try {
      commands.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw RedisErrors.lost(address, e);
    }
  }

  /**
   * The next reply, an error as {@link RedisReplyException} among them.
   *
   * @throws TransientException if the connection failed, or the server is silent for too long
   */
  @Nullable Object read() {
    try {
      return in.reply();
    } catch (IOException e) {
      throw RedisErrors.lost(address, e);
    }
  }

  /** Limits how long to wait for what is read. */
  void answerTimeout(Duration timeout) {
    try {
      plain.setSoTimeout(millis(timeout));
    } catch (IOException e) {
      throw RedisErrors.lost(address, e);
    }
  }

  /** What is read, for whoever speaks more than commands and replies. */
  RespReader reader() {
    return in;
  }

  /** Ends the connection at once, from any thread. */
  @Override
  public void close() {
    closeQuietly(plain);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more in any case.
    }
  }
}
