package dev.syncline.testkit.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A package of Debian and all that it depends on, unpacked side by side instead of installed: so
 * its server runs with its own C library on any Linux. A mirror has the current version of a
 * package only, which is looked up.
 *
 * @param suite the release of Debian, by its code name
 * @param name the package
 */
record DebianPackages(String suite, String name) implements Programs {
  private static final String MIRROR = "syncline.debian";

  /** What servers depend on for tools beside them, or for being installed. */
  private static final Set<String> NOT_NEEDED =
      Set.of("adduser", "init-system-helpers", "perl", "systemd");

  /** The suite that has some packages only, and takes the others from {@link #UNSTABLE}. */
  private static final String EXPERIMENTAL = "experimental";

  private static final String UNSTABLE = "sid";

  /** What the index says of a package. */
  private record Entry(String file, String sha256, List<String> depends) {}

  @Override
  public void fetch(Path folder, String server) throws IOException {
    String mirror = System.getProperty(MIRROR, "");
    if (mirror.isBlank()) {
      throw new ServerException(
          ("The programs of %s are packages of Debian. Name a mirror of Debian by the system"
                  + " property '%s', such as http://<host>/debian.")
              .formatted(server, MIRROR));
    }
    Path packages = Files.createDirectory(folder.resolve("packages"));
    DebianMirror debian = DebianMirror.at(mirror);
    Map<String, Entry> index = new HashMap<>();
    for (String each : suite.equals(EXPERIMENTAL) ? List.of(UNSTABLE, suite) : List.of(suite)) {
      index.putAll(read(debian.index(each, packages)));
    }
    for (Map.Entry<String, Entry> needed : needed(index).entrySet()) {
      Path file = packages.resolve(needed.getKey() + ".deb");
      debian.fetch(needed.getValue().file(), needed.getValue().sha256(), file);
      unpack(file, folder);
      Files.delete(file);
    }
    FileTrees.delete(packages);
  }

  private static Map<String, Entry> read(Path index) throws IOException {
    Map<String, Entry> entries = new HashMap<>();
    try (InputStream unzipped = unpacked(index);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(unzipped, StandardCharsets.UTF_8))) {
      Map<String, String> fields = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
          add(entries, fields);
          fields.clear();
        } else if (!line.startsWith(" ") && colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
      add(entries, fields);
    }
    return entries;
  }

  private static InputStream unpacked(Path index) throws IOException {
    return index.toString().endsWith(".xz")
        ? new ProcessBuilder("xz", "-dc", index.toString()).start().getInputStream()
        : new GZIPInputStream(Files.newInputStream(index));
  }

  private static void add(Map<String, Entry> entries, Map<String, String> fields) {
    String name = fields.get("Package");
    if (name == null) {
      return;
    }
    List<String> depends = names(fields, "Depends");
    depends.addAll(names(fields, "Pre-Depends"));
    Entry entry =
        new Entry(fields.getOrDefault("Filename", ""), fields.getOrDefault("SHA256", ""), depends);
    entries.put(name, entry);
    names(fields, "Provides").forEach(provided -> entries.putIfAbsent(provided, entry));
  }

  /** The packages of a list, the first of alternatives, without versions and architectures. */
  private static List<String> names(Map<String, String> fields, String field) {
    List<String> names = new ArrayList<>();
    for (String item : fields.getOrDefault(field, "").split(",", -1)) {
      String name = item.strip().replaceFirst("[ (:\\[|].*", "");
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  private Map<String, Entry> needed(Map<String, Entry> index) throws IOException {
    Map<String, Entry> needed = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(name));
    for (String next = open.poll(); next != null; next = open.poll()) {
      @Nullable Entry entry = index.get(next);
      if (entry == null) {
        throw new IOException("Debian's suite '" + suite + "' has no package '" + next + "'.");
      }
      if (!NOT_NEEDED.contains(next) && needed.putIfAbsent(next, entry) == null) {
        open.addAll(entry.depends());
      }
    }
    return needed;
  }

  private static void unpack(Path file, Path folder) throws IOException {
    Process unpacking =
        new ProcessBuilder("dpkg-deb", "-x", file.toString(), folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(unpacking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (unpacking.waitFor() != 0) {
        throw new IOException("Cannot unpack '" + file.getFileName() + "': " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while unpacking '" + file + "'.", e);
    }
  }
}
