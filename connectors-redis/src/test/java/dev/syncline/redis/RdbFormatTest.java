package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RdbFormatTest {

  @ParameterizedTest
  @CsvSource({
    "false,2,6,6", "false,2,8,6", "false,3,0,6", "false,3,2,7", "false,4,0,8", "false,5,0,9",
    "false,6,0,9", "false,6,2,9", "false,7,0,10", "false,7,2,11", "false,7,4,12", "false,8,0,12",
    "false,8,4,12", "false,8,6,13", "true,7,2,11", "true,8,0,11", "true,8,1,11", "true,9,0,80",
    "true,9,1,80"
  })
  void knowsTheVersionThatEachReleaseReads(boolean valkey, int major, int minor, int version) {
    assertThat(RdbFormat.newest(new RedisVersion(valkey, major, minor, 0))).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 7, 8, 9, 10, 11, 12, 13, 80})
  void aVersionIsReadByTheReleaseThatWritesIt(int version) {
    assertThat(RdbFormat.newest(RdbFormat.writing(version))).isEqualTo(version);
    assertThat(RdbFormat.restores(RdbFormat.writing(version), version)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "7.0,11,false",
    "7.0,10,true",
    "7.0,6,true",
    "8.0,80,false",
    "8.6,13,true",
    "8.6,80,false"
  })
  void redisRestoresWhatIsNotNewer(String release, int version, boolean restores) {
    List<String> numbers = List.of(release.split("\\.", -1));
    RedisVersion target =
        RedisVersion.redis(Integer.parseInt(numbers.get(0)), Integer.parseInt(numbers.get(1)));

    assertThat(RdbFormat.restores(target, version)).isEqualTo(restores);
  }

  @ParameterizedTest
  @CsvSource({
    "8,11,true",
    "8,12,false",
    "8,80,false",
    "9,11,true",
    "9,12,false",
    "9,13,false",
    "9,80,true"
  })
  void valkeyRestoresItsOwnAndWhatItSharesWithRedis(int major, int version, boolean restores) {
    assertThat(RdbFormat.restores(RedisVersion.valkey(major, 0), version)).isEqualTo(restores);
  }
}
