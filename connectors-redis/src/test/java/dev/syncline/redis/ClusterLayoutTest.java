package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import org.junit.jupiter.api.Test;

class ClusterLayoutTest {

  private static final RedisAddress ASKED = new RedisAddress("asked", 7000);

  private static String node(String address, String flags, String slots) {
    return "07c37dfeb235213a872192d90877d0cd55635b91 %s %s - 0 1426238317239 4 connected%s\n"
        .formatted(address, flags, slots.isEmpty() ? "" : " " + slots);
  }

  @Test
  void namesShardsByTheirSlots() {
    ClusterLayout layout =
        ClusterLayout.parse(
            node("127.0.0.1:7001@17001", "master", "5461-10922")
                + node("10.0.0.1:7004@17004,name.example", "slave", "")
                + node("::1:7002@17002", "master", "10923-16000 16001 16002-16383")
                + node(":7000@17000", "myself,master", "0-99 101-5460 100 [7-<-07c37dfe]")
                + node("127.0.0.1:7009@17009", "master,fail", "")
                + node(":0@0", "master,noaddr", ""),
            ASKED);
    assertThat(layout.masters())
        .containsOnlyKeys("5461-10922", "10923-16000_16001_16002-16383", "0-99_101-5460_100")
        .containsEntry("5461-10922", new RedisAddress("127.0.0.1", 7001))
        .containsEntry("10923-16000_16001_16002-16383", new RedisAddress("::1", 7002))
        .containsEntry("0-99_101-5460_100", new RedisAddress("asked", 7000));
  }

  /** Redis 3.2 has no port of the bus there. */
  @Test
  void readsOlderAndSuspectedNodes() {
    ClusterLayout layout =
        ClusterLayout.parse(node("10.0.0.9:6379", "master,fail?", "0-16383"), ASKED);
    assertThat(layout.masters()).containsEntry("0-16383", new RedisAddress("10.0.0.9", 6379));
  }

  @Test
  void waitsForAClusterThatIsNotWhole() {
    String rest = node("a:1@2", "master", "0-16000");
    assertThatThrownBy(() -> ClusterLayout.parse(rest, ASKED))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("16001 of 16384");
    assertThatThrownBy(
            () -> ClusterLayout.parse(rest + node("b:1@2", "master,fail", "16001-16383"), ASKED))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("'b:1@2'")
        .hasMessageContaining("down");
    assertThatThrownBy(
            () -> ClusterLayout.parse(rest + node(":0@0", "master,noaddr", "16001-16383"), ASKED))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("':0@0'");
    assertThatThrownBy(() -> ClusterLayout.parse("what is this\n", ASKED))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("'what is this'");
  }

  /** The others are gone, or not there yet, or nobody knows where. */
  @Test
  void namesReplicasThatMayTakeOver() {
    String text =
        node("a:1@2", "master", "0-16383")
            + node("b:1@2", "slave", "")
            + node("c:1@2", "slave,fail?", "")
            + node(":1@2", "myself,slave", "")
            + node("d:1@2", "slave,fail", "")
            + node("e:1@2", "slave,handshake", "")
            + node(":0@0", "slave,noaddr", "")
            + node("f:0@0", "slave", "");
    assertThat(ClusterLayout.replicas(text, ASKED))
        .containsExactly(
            new RedisAddress("b", 1), new RedisAddress("c", 1), new RedisAddress("asked", 1));
  }

  /** REPLACE deletes keys that only the target has. */
  @Test
  void saysHowToStartAnew() {
    assertThat(ClusterLayout.startAnew("job"))
        .contains("key 'syncline:job'")
        .endsWith(
            "existingKeys(REPLACE), or KEEP if the target has keys of its own in the selection.");
  }

  @Test
  void saysWhatHasBecomeOfAShard() {
    String others = node("b:1@2", "master", "5-16383 [3->-07c37dfe]");
    String shard = "0-4";
    assertThat(ClusterLayout.changeOf(shard, others + node("a:1@2", "myself,master", shard), ASKED))
        .isEmpty();
    assertThat(
            ClusterLayout.changeOf(
                shard, node("a:1@2", "myself,master", "0-4 [3->-07c37dfe]"), ASKED))
        .hasValueSatisfying(text -> assertThat(text).contains("[3->-07c37dfe]"));
    assertThat(
            ClusterLayout.changeOf(
                shard, node("a:1@2", "myself,master", "0-4 [9-<-07c37dfe]"), ASKED))
        .isPresent();
    assertThat(ClusterLayout.changeOf(shard, node("a:1@2", "myself,master", "0-3"), ASKED))
        .hasValueSatisfying(text -> assertThat(text).contains("'0-3'"));
    assertThat(ClusterLayout.changeOf(shard, others, ASKED)).isPresent();
    // Another one has taken over, which is no change of slots.
    assertThatThrownBy(
            () -> ClusterLayout.changeOf(shard, node("a:1@2", "myself,slave", ""), ASKED))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("'asked:7000'");
  }

  @Test
  void knowsTheSlotsOfAShard() {
    boolean[] slots = ClusterLayout.slots("0-1_5_16383");
    for (int i = 0; i < slots.length; i++) {
      assertThat(slots[i]).isEqualTo(i < 2 || i == 5 || i == 16_383);
    }
    assertThat(ClusterLayout.firstSlot("7_9-10")).isEqualTo(7);
    assertThat(ClusterLayout.firstSlot("100-200")).isEqualTo(100);
  }
}
