package dev.syncline.testkit.server;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A small blocking client of the protocol of Redis, for tests.
 *
 * <pre>{@code
 * try (RespClient client = server.connect()) {
 *   client.command("SET", "greeting", "hello");
 *   assertThat(client.text("GET", "greeting")).isEqualTo("hello");
 * }
 * }</pre>
 *
 * <p>An argument is a text, of which the UTF-8 bytes are sent, a {@code byte[]}, or an integer. A
 * reply is a {@code String} for a status such as {@code OK}, a {@code byte[]} for a value, a {@code
 * Long}, a {@code List} of replies, or null for what is not there. An error is thrown as {@link
 * ErrorReply}; within a list it is an element. A connection that breaks, or that is silent for so
 * long as its patience, throws a {@link ServerException} and is of no use any more. Not
 * thread-safe.
 */
public final class RespClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int SHORT_LINE = 32;
  private static final int PIPELINE = 1_000;
  private static final int MOST_BULK_BYTES = 1 << 30;
  private static final byte[] LINE_END = {'\r', '\n'};

  private final String address;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;

  /** The server refused a command; the message is what it said, such as {@code ERR no such key}. */
  public static final class ErrorReply extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String said;

    ErrorReply(String said) {
      super(said);
      this.said = said;
    }

    /** What the server said. */
    @Override
    public String getMessage() {
      return said;
    }
  }

  private RespClient(String address, Socket socket) throws IOException {
    this.address = address;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
  }

  /**
   * Connects without a password and without TLS, and waits up to 30 s for each reply.
   *
   * @throws ServerException if nobody listens there
   */
  public static RespClient connect(String host, int port) {
    return connect(host, port, PATIENCE, SocketFactory.getDefault());
  }

  static RespClient connect(String host, int port, Duration patience, SocketFactory sockets) {
    Objects.requireNonNull(host, "host");
    String address = host + ":" + port;
    int millis = Math.toIntExact(patience.toMillis());
    @Nullable Socket socket = null;
    try {
      socket = sockets.createSocket();
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setSoTimeout(millis);
      socket.setTcpNoDelay(true);
      return new RespClient(address, socket);
    } catch (IOException e) {
      if (socket != null) {
        TcpLink.close(socket);
      }
      throw new ServerException("Cannot connect to '" + address + "': " + e.getMessage() + ".", e);
    }
  }

  /**
   * Sends a command and returns its reply.
   *
   * @throws ErrorReply if the server refuses it
   * @throws ServerException if the connection breaks
   */
  public @Nullable Object command(Object... arguments) {
    send(arguments);
    return receive();
  }

  /**
   * As {@link #command}, for replies that are one value: its text, an integer as decimal digits, or
   * null.
   *
   * @throws IllegalStateException if the reply is a list
   */
  public @Nullable String text(Object... arguments) {
    return textOf(command(arguments));
  }

  /** As {@link #command}, for replies that are lists of values: their texts. */
  public List<@Nullable String> texts(Object... arguments) {
    if (!(command(arguments) instanceof List<?> list)) {
      throw new IllegalStateException("The reply to '" + arguments[0] + "' is not a list.");
    }
    List<@Nullable String> texts = new ArrayList<>();
    list.forEach(element -> texts.add(textOf(element)));
    return Collections.unmodifiableList(texts);
  }

  /** Changes the database of this connection. */
  public void select(int database) {
    command("SELECT", database);
  }

  /**
   * Sends many commands at once and returns their replies in order.
   *
   * @param commands each with its name and arguments
   * @throws ErrorReply the first, if the server refuses some of them; the others are executed
   */
  public List<@Nullable Object> pipeline(List<? extends List<?>> commands) {
    List<@Nullable Object> replies = replies(commands);
    for (Object reply : replies) {
      if (reply instanceof ErrorReply error) {
        throw error;
      }
    }
    return replies;
  }

  /** As {@link #pipeline}, with errors in the place of their replies. */
  List<@Nullable Object> replies(List<? extends List<?>> commands) {
    List<@Nullable Object> replies = new ArrayList<>(commands.size());
    for (int from = 0; from < commands.size(); from += PIPELINE) {
      // The server holds back all replies that are not read yet.
      List<? extends List<?>> some =
          commands.subList(from, Math.min(commands.size(), from + PIPELINE));
      some.forEach(command -> send(command.toArray()));
      flush();
      some.forEach(command -> replies.add(reply()));
    }
    return replies;
  }

  /** Sends a command whose reply is read later; it may wait here until a reply is asked for. */
  public void send(Object... arguments) {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("A command needs a name.");
    }
    try {
      line('*', arguments.length);
      for (Object argument : arguments) {
        byte[] bytes = bytes(argument);
        line('$', bytes.length);
        out.write(bytes);
        out.write(LINE_END);
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * Reads the next reply, or what the server says by itself.
   *
   * @throws ErrorReply if it is an error
   */
  public @Nullable Object receive() {
    flush();
    @Nullable Object reply = reply();
    if (reply instanceof ErrorReply error) {
      throw error;
    }
    return reply;
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private @Nullable Object reply() {
    try {
      return read();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private void line(char type, int number) throws IOException {
    out.write(type);
    out.write(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
    out.write(LINE_END);
  }

  private static byte[] bytes(Object argument) {
    if (argument instanceof byte[] bytes) {
      return bytes;
    }
    if (argument instanceof String || argument instanceof Integer || argument instanceof Long) {
      return argument.toString().getBytes(StandardCharsets.UTF_8);
    }
    throw new IllegalArgumentException(
        "An argument must be a text, bytes or an integer, not " + argument.getClass().getName());
  }

  private @Nullable Object read() throws IOException {
    int type = readByte();
    String line = readLine();
    return switch (type) {
      case '+' -> line;
      case '-' -> new ErrorReply(line);
      case ':' -> Long.parseLong(line);
      case '$' -> readBulk(number(line));
      case '*' -> readList(number(line));
      default -> throw new IOException("unknown type of reply '" + (char) type + "'");
    };
  }

  private byte readByte() throws IOException {
    if (next == end) {
      next = 0;
      end = Math.max(0, in.read(buffer));
      if (end == 0) {
        throw new EOFException("the server hung up");
      }
    }
    return buffer[next++];
  }

  private String readLine() throws IOException {
    byte[] line = new byte[SHORT_LINE];
    int length = 0;
    for (byte b = readByte(); b != '\r'; b = readByte()) {
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = b;
    }
    expect('\n');
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }

  private byte @Nullable [] readBulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bulk = new byte[length];
    int buffered = Math.min(length, end - next);
    System.arraycopy(buffer, next, bulk, 0, buffered);
    next += buffered;
    if (in.readNBytes(bulk, buffered, length - buffered) < length - buffered) {
      throw new EOFException("the server hung up within a value");
    }
    expect('\r');
    expect('\n');
    return bulk;
  }

  private @Nullable Object readList(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>(Math.min(length, PIPELINE));
    for (int i = 0; i < length; i++) {
      list.add(read());
    }
    return Collections.unmodifiableList(list);
  }

  private void expect(char expected) throws IOException {
    byte found = readByte();
    if (found != expected) {
      throw new IOException("expected byte " + (int) expected + ", found " + found);
    }
  }

  private static int number(String line) throws IOException {
    try {
      int number = Integer.parseInt(line);
      if (number >= -1 && number <= MOST_BULK_BYTES) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IOException("'" + line + "' is no length");
  }

  private ServerException broken(IOException cause) {
    close();
    return new ServerException(
        "The connection to '" + address + "' broke: " + cause.getMessage() + ".", cause);
  }

  /** The text of a reply that is one value, an integer as decimal digits; null for null. */
  static @Nullable String textOf(@Nullable Object reply) {
    if (reply instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (reply instanceof List<?>) {
      throw new IllegalStateException("The reply is a list and not one value.");
    }
    return reply == null ? null : reply.toString();
  }

  /** Closes the connection; again does nothing. */
  @Override
  public void close() {
    TcpLink.close(socket);
  }
}
