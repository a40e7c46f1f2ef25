package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** What real servers write into their files is read, and other servers get the same from it. */
final class RdbIT {

  /** Small enough that most values that are not tiny come in pieces. */
  private static final RdbLimits PIECES = new RdbLimits(200, 500, 20);

  private static RedisVersion target(RedisRelease release) {
    String[] numbers = release.version().split("\\.", -1);
    return new RedisVersion(
        release.product() == RedisRelease.Product.VALKEY,
        Integer.parseInt(numbers[0]),
        Integer.parseInt(numbers[1]),
        0);
  }

  private static List<KeyChange> read(RedisServer server, RdbLimits limits) throws IOException {
    server.command("SAVE");
    List<KeyChange> changes = new ArrayList<>();
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(server.folder().resolve("dump.rdb")))) {
      RdbReader reader = new RdbReader(in, limits, null, new BuildNames("job"));
      for (KeyChange change = reader.next(); change != null; change = reader.next()) {
        changes.add(change);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    return changes;
  }

  private static void execute(RespClient client, List<KeyCommand> commands) {
    int database = -1;
    for (KeyCommand command : commands) {
      if (command.database() != database) {
        database = command.database();
        client.select(database);
      }
      client.command((Object[]) command.arguments());
    }
  }

  /** Without streams, if a server has none. */
  private static List<String> differences(RedisServer found, RedisServer expected) {
    boolean streams = found.release().isFrom(5, 0);
    return RedisState.of(found)
        .differences(
            RedisState.of(expected).ignoring(key -> !streams && key.name().startsWith("stream:")),
            Duration.ofSeconds(1));
  }

  @EachRedis
  @ParameterizedTest
  void payloadsAreRestored(RedisRelease release) throws IOException {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = RedisServer.start(release)) {
      RdbServerFill.fill(source);

      List<KeyChange> changes = read(source, RdbLimits.DEFAULTS);
      try (RespClient client = target.connect()) {
        for (KeyChange change : changes) {
          if (change instanceof KeyValue value) {
            client.select(value.database());
            restore(client, value, target(release));
          } else {
            execute(client, List.of((KeyCommand) change));
          }
        }
      }

      assertThat(differences(target, source)).isEmpty();
    }
  }

  private static void restore(RespClient client, KeyValue value, RedisVersion release) {
    if (value.value() instanceof StoredValue.Text text) {
      client.command("SET", value.key(), text.bytes());
    } else {
      StoredValue.Dump dump = (StoredValue.Dump) value.value();
      assertThat(RdbValues.restores(value, release)).isTrue();
      client.command("RESTORE", value.key(), 0, dump.payload());
    }
    if (value.expiresAt() != KeyValue.NEVER) {
      client.command("PEXPIREAT", value.key(), value.expiresAt());
    }
  }

  @EachRedis
  @ParameterizedTest
  void valuesAreRebuiltAsAWhole(RedisRelease release) throws IOException {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = RedisServer.start(release)) {
      RdbServerFill.fill(source);

      List<KeyChange> changes = read(source, RdbLimits.DEFAULTS);
      rebuild(changes, target);

      assertThat(differences(target, source)).isEmpty();
    }
  }

  private static void rebuild(List<KeyChange> changes, RedisServer target) {
    try (RespClient client = target.connect()) {
      for (KeyChange change : changes) {
        if (change instanceof KeyValue value) {
          execute(
              client,
              RdbValues.rebuild(value, value.key(), target(target.release()), RdbLimits.DEFAULTS));
        } else {
          RedisVersion version = target(target.release());
          KeyCommand command = RdbOlderCommands.atTarget((KeyCommand) change, version);
          execute(client, command == null ? List.of() : new TargetCommands(version).of(command));
        }
      }
    }
  }

  @EachRedis
  @ParameterizedTest
  void largeValuesAreBuiltInPieces(RedisRelease release) throws IOException {
    try (RedisServer source = RedisServer.start(release);
        RedisServer target = RedisServer.start(release)) {
      RdbServerFill.fill(source);
      try (RespClient client = source.connect()) {
        client.command("DEL", "stream:pending-but-deleted");
      }

      List<KeyChange> changes = read(source, PIECES);
      rebuild(changes, target);

      assertThat(changes.stream().filter(KeyCommand.class::isInstance).count()).isGreaterThan(100);
      assertThat(differences(target, source)).isEmpty();
    }
  }

  @EachRedis
  @ParameterizedTest
  void anOlderServerGetsTheSame(RedisRelease release) throws IOException {
    try (RedisServer source = RedisServer.start(release)) {
      RdbServerFill.fill(source);
      if (release.hasFieldExpiry()) {
        assertExpiringFieldsAreRefused(read(source, RdbLimits.DEFAULTS), older(release));
        source.command("DEL", "hash:expiring", "hash:expiring large");
      }
      List<KeyChange> whole = read(source, RdbLimits.DEFAULTS);
      for (RedisRelease older : older(release)) {
        try (RedisServer target = RedisServer.start(older)) {
          rebuild(withoutStreams(whole, target(older)), target);

          assertThat(differences(target, source)).as("%s", older).isEmpty();
        }
      }
      source.command("DEL", "stream:pending-but-deleted");
      List<KeyChange> pieces = read(source, PIECES);
      for (RedisRelease older : older(release)) {
        try (RedisServer target = RedisServer.start(older)) {
          if (target(older).hasStreams() || !target(release).hasStreams()) {
            pieces.removeIf(
                change ->
                    change instanceof KeyCommand command
                        && isRefusedFunction(command, target(older)));
            rebuild(pieces, target);

            assertThat(differences(target, source)).as("%s", older).isEmpty();
          }
        }
      }
    }
  }

  private static void assertExpiringFieldsAreRefused(
      List<KeyChange> changes, List<RedisRelease> targets) {
    for (KeyChange change : changes) {
      if (isNamed(change, "hash:expiring")) {
        KeyValue value = (KeyValue) change;
        for (RedisRelease target : targets) {
          assertThatThrownBy(
                  () -> RdbValues.rebuild(value, value.key(), target(target), RdbLimits.DEFAULTS))
              .isInstanceOf(UnsupportedChangeException.class)
              .hasMessageContaining("'hash:expiring")
              .hasMessageContaining("fields that expire");
        }
      }
    }
  }

  /** Without streams if the target has none, where they must be refused. */
  private static List<KeyChange> withoutStreams(List<KeyChange> changes, RedisVersion target) {
    List<KeyChange> others = new ArrayList<>();
    for (KeyChange change : changes) {
      if (change instanceof KeyCommand command && isRefusedFunction(command, target)) {
        continue;
      }
      if (target.hasStreams() || !isStream(change)) {
        others.add(change);
      } else {
        KeyValue value = (KeyValue) change;
        assertThatThrownBy(() -> RdbValues.rebuild(value, value.key(), target, RdbLimits.DEFAULTS))
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("'stream:")
            .hasMessageContaining("from Redis 5.0");
      }
    }
    return others;
  }

  private static boolean isRefusedFunction(KeyCommand command, RedisVersion target) {
    if (!command.name().equals("FUNCTION") || target.hasFunctions()) {
      return false;
    }
    assertThatThrownBy(() -> RdbOlderCommands.atTarget(command, target))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("The source has functions");
    return true;
  }

  private static boolean isStream(KeyChange change) {
    return isNamed(change, "stream:");
  }

  private static boolean isNamed(KeyChange change, String prefix) {
    return change instanceof KeyValue value
        && new String(value.key(), StandardCharsets.ISO_8859_1).startsWith(prefix);
  }

  /** The releases of the same artifacts that are older: at most two, of which one has streams. */
  private static List<RedisRelease> older(RedisRelease release) {
    return switch (release) {
      case REDIS_2_8 -> List.of();
      case REDIS_3_2, REDIS_4_0 -> List.of(RedisRelease.REDIS_2_8);
      case REDIS_6_2 -> List.of(RedisRelease.REDIS_4_0);
      case REDIS_7_0 -> List.of(RedisRelease.REDIS_6_2, RedisRelease.REDIS_2_8);
      default -> List.of(RedisRelease.REDIS_7_0, RedisRelease.REDIS_4_0);
    };
  }
}
