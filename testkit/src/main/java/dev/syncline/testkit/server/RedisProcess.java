package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** What a {@link ServerProcess} needs to know of a server of Redis or Valkey. */
final class RedisProcess implements ServerProcess.Program {
  private static final Duration PROBE = Duration.ofSeconds(5);

  private final RedisInstallation installation;
  private final RedisServer.Builder builder;
  private final Path run;
  private final @Nullable TlsFiles tls;
  private final SocketFactory sockets;
  private int configured;

  RedisProcess(
      RedisInstallation installation,
      RedisServer.Builder builder,
      Path run,
      @Nullable TlsFiles tls) {
    this.installation = installation;
    this.builder = builder;
    this.run = run;
    this.tls = tls;
    this.sockets = tls == null ? SocketFactory.getDefault() : tls.context().getSocketFactory();
  }

  /** The folder of the server's own files. */
  Path data() {
    return run.resolve("data");
  }

  Optional<TlsFiles> tls() {
    return Optional.ofNullable(tls);
  }

  @Override
  public ProcessBuilder command(int port, Path log) throws IOException {
    Path file = run.resolve("redis.conf");
    // It stays as the server may have rewritten it, until another port is tried.
    if (configured != port) {
      Files.createDirectories(data());
      Files.write(file, lines(port));
      configured = port;
    }
    return installation.process(List.of(file.toString()), log);
  }

  private List<String> lines(int port) {
    Map<String, List<String>> own = new LinkedHashMap<>();
    own.put("bind", List.of(ServerProcess.ADDRESS));
    own.put("dir", List.of(data().toString()));
    if (tls == null) {
      own.put("port", List.of(Integer.toString(port)));
    } else {
      own.put("port", List.of("0"));
      own.put("tls-port", List.of(Integer.toString(port)));
      own.put("tls-cert-file", List.of(tls.certificate().toString()));
      own.put("tls-key-file", List.of(tls.key().toString()));
      own.put("tls-ca-cert-file", List.of(tls.certificate().toString()));
      own.put("tls-replication", List.of("yes"));
    }
    own.putAll(builder.directives());
    Map<String, List<String>> defaults = RedisOptions.defaults(builder.release());
    if (tls != null) {
      defaults.put("tls-auth-clients", List.of("no"));
    }
    return builder.options().file(own, defaults);
  }

  @Override
  public boolean serves(int port, GuardedProcess process) {
    try (RespClient client = connect(port, PROBE)) {
      return isAnsweredBy(process, client);
    } catch (RespClient.ErrorReply refusal) {
      // It serves those whom it knows, or as well as it can without its master.
      return !refusal.getMessage().startsWith("LOADING");
    } catch (ServerException notYet) {
      return false;
    }
  }

  /** Whether it is that process that answers: another one may have been quicker at its port. */
  static boolean isAnsweredBy(GuardedProcess process, RespClient client) {
    client.command("PING");
    String number = RedisServer.fields(client.text("INFO", "server")).get("process_id");
    return process.server().filter(own -> Long.toString(own.pid()).equals(number)).isPresent();
  }

  /** A new connection, with the password if there is one. */
  RespClient connect(int port, Duration patience) {
    RespClient client = RespClient.connect(ServerProcess.ADDRESS, port, patience, sockets);
    try {
      builder.password().ifPresent(password -> client.command("AUTH", password));
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }
}
