package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Answers as a server would that is not to be had for tests: of an age, or with so much data. What
 * it is not told it does not know. Closing it ends its connections.
 */
final class ScriptedServer implements AutoCloseable {

  private final Map<String, Object> answers = new LinkedHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final ServerSocket listening;

  /** A server that says this of itself, line by line, and knows the time. */
  ScriptedServer(String... info) {
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answers.put("INFO", String.join("\r\n", info));
    answers.put("SELECT", "OK");
    answers.put("REPLCONF", "OK");
    for (String command :
        List.of("SCAN", "PTTL", "PEXPIRETIME", "DUMP", "MULTI", "EXEC", "SET", "PING")) {
      answers.put(command, "");
    }
    Thread thread = new Thread(this::accept, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** Adds the answer to a command: a text or a list of answers. */
  ScriptedServer answering(String command, Object answer) {
    answers.put(command, answer);
    return this;
  }

  /** Adds the error that a command is answered with. */
  ScriptedServer refusing(String command, String error) {
    answers.put(command, new Refusal(error));
    return this;
  }

  /** An answer that is an error. */
  private record Refusal(String error) {}

  /** All commands that have come, in their order. */
  List<String> asked() {
    return asked;
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        synchronized (sockets) {
          sockets.add(socket);
        }
        Thread thread = new Thread(() -> serve(socket), "scripted-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException itIsClosed) {
      // As it should be in the end.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      RespReader in = new RespReader(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        byte[][] command = in.command();
        if (command != null) {
          out.write(reply(answer(command)).getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException itIsClosed) {
      // The other side has hung up.
    }
  }

  private @Nullable Object answer(byte[][] command) {
    List<String> words = new ArrayList<>();
    for (byte[] word : command) {
      words.add(new String(word, ISO_8859_1));
    }
    asked.add(String.join(" ", words));
    if (words.get(0).equals("TIME")) {
      long now = System.currentTimeMillis();
      return List.of(String.valueOf(now / 1_000), String.valueOf(now % 1_000 * 1_000));
    }
    @Nullable Object answer = answers.get(String.join(" ", words));
    return answer == null ? answers.get(words.get(0)) : answer;
  }

  private static String reply(@Nullable Object answer) {
    if (answer instanceof List<?> list) {
      StringBuilder reply = new StringBuilder("*" + list.size() + "\r\n");
      list.forEach(each -> reply.append(reply(each)));
      return reply.toString();
    }
    if (answer instanceof String text) {
      return "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }
    return answer instanceof Refusal refusal
        ? "-" + refusal.error() + "\r\n"
        : "-ERR unknown command\r\n";
  }

  @Override
  public void close() {
    try {
      listening.close();
      synchronized (sockets) {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
