package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The folder of this user in which servers are unpacked and run.
 *
 * <p>{@code ~/.cache/syncline} unless the system property {@code syncline.cache} names another one;
 * without a writable home a folder in the temporary directory. Several JVMs may use it at a time.
 */
final class ServerCache {
  private static final String PROPERTY = "syncline.cache";

  private final Path root;

  private ServerCache(Path root) {
    this.root = root;
  }

  /** Finds the cache of the current user and creates it when it is missing. */
  static ServerCache open() {
    String configured = System.getProperty(PROPERTY);
    return configured != null
        ? at(Path.of(configured).toAbsolutePath())
        : inHome(System.getProperty("user.home"), System.getProperty("java.io.tmpdir"));
  }

  /** Uses a folder, which must be or become writable. */
  static ServerCache at(Path root) {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw notWritable(root, e);
    }
    if (!Files.isWritable(root)) {
      throw notWritable(root, null);
    }
    return new ServerCache(root);
  }

  /** Uses a folder in the home of the user, or in the temporary directory if that cannot be. */
  static ServerCache inHome(String home, String temporary) {
    Path preferred = Path.of(home).resolve(".cache").resolve("syncline");
    // The home of a user without an account, as in many containers, is called "?".
    if (preferred.isAbsolute()) {
      try {
        Files.createDirectories(preferred);
        if (Files.isWritable(preferred)) {
          return new ServerCache(preferred);
        }
      } catch (IOException homeNotWritable) {
        // The temporary directory serves as well, only for a shorter time.
      }
    }
    return inTemporary(Path.of(temporary).toAbsolutePath());
  }

  /** A name that others can guess, in a folder where all may write: it must really be ours. */
  private static ServerCache inTemporary(Path temporary) {
    Path root = temporary.resolve("syncline-" + Platform.userId());
    FileAttribute<?> onlyMe =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    try {
      if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(root, onlyMe);
      }
      Object owner = Files.getAttribute(root, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(Platform.userId()) || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
        throw notWritable(root, null);
      }
      return new ServerCache(root);
    } catch (IOException e) {
      throw notWritable(root, e);
    }
  }

  private static ServerException notWritable(Path root, @Nullable Exception cause) {
    String message =
        "Cannot write to the folder '"
            + root
            + "', in which servers for tests are unpacked. Name another one with -D"
            + PROPERTY
            + "=<folder>.";
    return cause == null ? new ServerException(message) : new ServerException(message, cause);
  }

  /** A folder name that tells people what it is and changes with the details. */
  static String folderName(String product, String version, List<String> details) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(String.join("\n", details).getBytes(StandardCharsets.UTF_8));
      return product.toLowerCase(Locale.ROOT)
          + "-"
          + version
          + "-"
          + HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java runtime has SHA-256.", e);
    }
  }

  Path root() {
    return root;
  }

  /** The folder that holds one folder for each running server. */
  Path runs() throws IOException {
    return Files.createDirectories(root.resolve("run"));
  }

  /**
   * A folder that is made once and then only read, by all JVMs of this user.
   *
   * @param name names the content: another content needs another name
   * @param filling fills an empty folder; when it fails, nothing remains
   */
  Path folder(String name, Filling filling) throws IOException {
    Path servers = Files.createDirectories(root.resolve("servers"));
    Path folder = servers.resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    return FileMutex.holding(
        servers.resolve(name + ".lock"),
        () -> {
          if (!Files.isDirectory(folder)) {
            fill(servers.resolve(name + ".partial"), folder, filling);
          }
          return folder;
        });
  }

  private static void fill(Path partial, Path folder, Filling filling) throws IOException {
    FileTrees.delete(partial);
    Files.createDirectory(partial);
    try {
      filling.fill(partial);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileTrees.delete(partial);
    }
  }

  /** Fills an empty folder. */
  @FunctionalInterface
  interface Filling {
    void fill(Path folder) throws IOException;
  }
}
