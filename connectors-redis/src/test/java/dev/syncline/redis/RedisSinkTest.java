package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What builders of sinks take, and what they refuse at once. */
class RedisSinkTest {

  @Test
  void takesAFolderThatIsThere(@TempDir Path folder) {
    RedisSink.Builder server = RedisSink.builder().host("a");
    RedisClusterSink.Builder cluster = RedisClusterSink.builder().nodes("a");
    Path none = folder.resolve("none");

    assertThatThrownBy(() -> server.spoolFolder(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + none + "'");
    assertThatThrownBy(() -> cluster.spoolFolder(none))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(server.spoolFolder(folder).build()).isNotNull();
    assertThat(cluster.spoolFolder(folder).build()).isNotNull();
    assertThatThrownBy(() -> server.spoolFolder(folder)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cluster.spoolFolder(folder)).isInstanceOf(IllegalStateException.class);
  }
}
