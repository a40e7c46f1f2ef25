package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The unpacked programs of a release, shared by all servers of this user.
 *
 * @param release the release
 * @param folder the base folder, with {@code bin} and {@code share}
 * @param cache where it lies, and where its data directory templates go
 */
record MySqlInstallation(MySqlRelease release, Path folder, ServerCache cache) {
  /** The layout of the folder; another number makes every installation anew. */
  private static final String LAYOUT = "1";

  /** Finds the installation of a release; downloads and unpacks it when it is missing. */
  static MySqlInstallation of(MySqlRelease release, ServerCache cache) throws IOException {
    Distribution distribution = release.distribution();
    String name = name(release, List.of(LAYOUT, distribution.toString()));
    Path folder =
        cache.folder(
            name,
            empty -> {
              Path artifact = MavenArtifact.fetch(distribution.coordinates(), release.toString());
              distribution.unpack(artifact, empty);
              SystemLibraries.write(libraries(empty));
            });
    return new MySqlInstallation(release, folder, cache);
  }

  /** A folder name that tells people what it is and changes with the details. */
  static String name(MySqlRelease release, List<String> details) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(String.join("\n", details).getBytes(StandardCharsets.UTF_8));
      return release.family().toString().toLowerCase(Locale.ROOT)
          + "-"
          + release.version()
          + "-"
          + HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java runtime has SHA-256.", e);
    }
  }

  Path share() {
    return folder.resolve("share");
  }

  private Path program() {
    return Stream.of("bin/mariadbd", "bin/mysqld")
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new ServerException("No server program is in '" + folder + "'."));
  }

  /** The start of every command: the program and where its files are. */
  List<String> command(Path data, Path temporary) {
    List<String> command =
        List.of(
            program().toString(),
            "--no-defaults",
            "--basedir=" + folder,
            "--datadir=" + data,
            "--tmpdir=" + temporary,
            // A relative folder would start the server with broken messages.
            "--lc-messages-dir=" + share(),
            "--character-sets-dir=" + share().resolve("charsets"));
    return Platform.userId() == 0 ? with(command, "--user=root") : command;
  }

  /** A process that finds the stand-ins for missing system libraries. */
  ProcessBuilder process(List<String> command, Path log) {
    ProcessBuilder process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process
        .environment()
        .merge(
            "LD_LIBRARY_PATH",
            libraries(folder).toString(),
            (inherited, ours) -> ours + ":" + inherited);
    return process;
  }

  private static Path libraries(Path folder) {
    return folder.resolve("system-libraries");
  }

  private static List<String> with(List<String> list, String last) {
    return Stream.concat(list.stream(), Stream.of(last)).toList();
  }
}
