package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RedisTopologyTest {
  /** As 3.2 writes the first line, 4.0 the second, 7.0 the third and the last. */
  private static final String NODES =
      """
      aaa 127.0.0.1:7001 myself,master - 0 0 1 connected 0-2 5 [5->-bbb] [7-<-bbb]
      bbb 127.0.0.1:7002@17002 master - 0 1 2 connected 3-4
      ccc 127.0.0.1:7003@17003,host slave aaa 0 1 1 connected
      ddd 127.0.0.1:7004@17004 handshake - 0 0 0 disconnected
      """;

  @Test
  void readsPortsMastersAndSlots() {
    RedisTopology topology = RedisTopology.parse(NODES);

    assertThat(topology.nodes())
        .extracting(RedisTopology.Node::port)
        .containsExactly(7001, 7002, 7003);
    assertThat(topology.ofPort(7001).slots().stream()).containsExactly(0, 1, 2, 5);
    assertThat(topology.ofId("bbb").slots().stream()).containsExactly(3, 4);
    assertThat(topology.ofPort(7003).master()).isEqualTo("aaa");
    assertThat(topology.ofPort(7001).master()).isEmpty();
    assertThat(topology.slots().stream()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void namesWhatItDoesNotHave() {
    RedisTopology topology = RedisTopology.parse(NODES);

    assertThatThrownBy(() -> topology.ofPort(7004))
        .isInstanceOf(ServerException.class)
        .hasMessage("The cluster has no node with port 7004.");
  }
}
