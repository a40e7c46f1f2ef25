package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The unpacked programs of a release of Redis or Valkey, shared by all servers of this user.
 *
 * @param release the release
 * @param folder the base folder, with {@code bin} or {@code usr}
 */
record RedisInstallation(RedisRelease release, Path folder) {
  /** The layout of the folder; another number makes every installation anew. */
  private static final String LAYOUT = "1";

  /** Finds the installation of a release; downloads and unpacks it when it is missing. */
  static RedisInstallation of(RedisRelease release, ServerCache cache) throws IOException {
    String name =
        ServerCache.folderName(
            release.product().toString(),
            release.version(),
            List.of(LAYOUT, release.programs().toString()));
    Path folder = cache.folder(name, empty -> release.programs().fetch(empty, release.toString()));
    return new RedisInstallation(release, folder);
  }

  /** A process of the server's program with these arguments, which writes to a log. */
  ProcessBuilder process(List<String> arguments, Path log) {
    UnpackedPrograms programs = new UnpackedPrograms(folder);
    List<String> command = new ArrayList<>(programs.loader());
    command.add(
        programs
            .found("usr/bin/valkey-server", "usr/bin/redis-server", "bin/redis-server")
            .toString());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }
}
