package dev.syncline.testkit.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The lines of a server's configuration file, by directive. Not thread-safe. */
final class RedisOptions {
  /** Directives that the fixture has to choose itself, with what to use instead. */
  private static final Map<String, String> OWNED =
      Map.ofEntries(
          Map.entry("bind", "The fixture chooses it"),
          Map.entry("cluster-config-file", "Use RedisCluster"),
          Map.entry("cluster-enabled", "Use RedisCluster"),
          Map.entry("daemonize", "The fixture chooses it"),
          Map.entry("dir", "The fixture chooses it"),
          Map.entry("logfile", "The fixture chooses it"),
          Map.entry("masterauth", "Use replicaOf and password"),
          Map.entry("pidfile", "The fixture chooses it"),
          Map.entry("port", "The fixture chooses it"),
          Map.entry("replicaof", "Use replicaOf"),
          Map.entry("requirepass", "Use password"),
          Map.entry("slaveof", "Use replicaOf"),
          Map.entry("tls-ca-cert-file", "Use tls"),
          Map.entry("tls-cert-file", "Use tls"),
          Map.entry("tls-key-file", "Use tls"),
          Map.entry("tls-port", "Use tls"));

  /** Directives that may come several times. */
  private static final Set<String> REPEATED =
      Set.of(
          "client-output-buffer-limit", "include", "loadmodule", "rename-command", "save", "user");

  private final Map<String, List<String>> lines = new LinkedHashMap<>();

  /** Adds a directive that a test has chosen. */
  void add(String directive, List<String> values) {
    String name = directive.toLowerCase(Locale.ROOT);
    if (!name.matches("[a-z][a-z0-9.-]*")) {
      throw new IllegalArgumentException(
          "Option '" + directive + "' is not the name of a directive, such as 'maxmemory'.");
    }
    if (OWNED.containsKey(name)) {
      throw new IllegalArgumentException(
          "Option '" + directive + "' cannot be set. " + OWNED.get(name) + ".");
    }
    if (lines.containsKey(name) && !REPEATED.contains(name)) {
      throw new IllegalStateException("Option '" + directive + "' is set already.");
    }
    lines.computeIfAbsent(name, first -> new ArrayList<>()).add(line(name, values));
  }

  /** The lines of the file: the fixture's own and its defaults, and what the test has chosen. */
  List<String> file(Map<String, List<String>> own, Map<String, List<String>> defaults) {
    List<String> file = new ArrayList<>();
    own.forEach((name, values) -> file.add(line(name, values)));
    defaults.forEach(
        (name, values) -> {
          if (!lines.containsKey(name)) {
            file.add(line(name, values));
          }
        });
    lines.values().forEach(file::addAll);
    return file;
  }

  /** What makes a release small, quick, alone and open to tests. */
  static Map<String, List<String>> defaults(RedisRelease release) {
    Map<String, List<String>> defaults = new LinkedHashMap<>();
    defaults.put("save", List.of(""));
    defaults.put("appendonly", List.of("no"));
    if (release.isFrom(6, 0)) {
      // Otherwise a replica that takes its copy without a disk waits 5 s for others.
      defaults.put("repl-diskless-sync-delay", List.of("0"));
    }
    if (release.isFrom(7, 0)) {
      defaults.put("enable-debug-command", List.of("yes"));
    }
    return defaults;
  }

  /** A line with each value in quotes, its bytes that are no printable ASCII escaped. */
  static String line(String name, List<String> values) {
    StringBuilder line = new StringBuilder(name);
    for (String value : values) {
      line.append(" \"");
      for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
        if (b == '"' || b == '\\') {
          line.append('\\').append((char) b);
        } else if (b >= ' ' && b <= '~') {
          line.append((char) b);
        } else {
          line.append("\\x%02x".formatted(b));
        }
      }
      line.append('"');
    }
    return line.toString();
  }
}
