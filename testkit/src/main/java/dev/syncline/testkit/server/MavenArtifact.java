package dev.syncline.testkit.server;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a file by its Maven coordinates into the user's local Maven repository.
 *
 * <p>Mirrors, proxies, credentials and the offline flag come from the user's {@code settings.xml}.
 * Where the build was given other ones on its command line, it passes them on as system properties:
 * {@code maven.repo.local}, {@code syncline.maven.settings} and {@code syncline.maven.offline}.
 */
final class MavenArtifact {
  private static final Logger LOG = LoggerFactory.getLogger(MavenArtifact.class);

  private static final String SETTINGS = "syncline.maven.settings";
  private static final String OFFLINE = "syncline.maven.offline";

  private MavenArtifact() {}

  /**
   * The file of an artifact, downloaded when the local repository does not have it.
   *
   * @param coordinates {@code group:artifact:version} or {@code
   *     group:artifact:type:classifier:version}
   * @param content what the artifact holds, for messages
   */
  static Path fetch(String coordinates, String content) {
    ContextOverrides.Builder overrides = ContextOverrides.create().withUserSettings(true);
    property(SETTINGS)
        .map(Path::of)
        .filter(Files::exists)
        .ifPresent(overrides::withUserSettingsXmlOverride);
    if (property(OFFLINE).filter("true"::equals).isPresent()) {
      overrides.offline(true);
    }
    try (Context maven = Runtimes.INSTANCE.getRuntime().create(overrides.build())) {
      LOG.info("Fetching {} ('{}') if the local Maven repository lacks it", content, coordinates);
      ArtifactRequest request =
          new ArtifactRequest(
              new DefaultArtifact(coordinates), maven.remoteRepositories(), "syncline");
      return maven
          .repositorySystem()
          .resolveArtifact(maven.repositorySystemSession(), request)
          .getArtifact()
          .getFile()
          .toPath();
    } catch (ArtifactResolutionException e) {
      throw new ServerException(
          "Cannot fetch '"
              + coordinates
              + "', which holds "
              + content
              + ": "
              + String.valueOf(e.getMessage()).replaceFirst("\\.+$", "")
              + ". Check the network, and the mirrors and the offline flag in the Maven settings.",
          e);
    }
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }
}
