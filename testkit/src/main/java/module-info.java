/** What tests of connectors and of applications need: contract suites, fakes and servers. */
module dev.syncline.testkit {
  requires transitive dev.syncline;
  requires java.net.http;
  requires transitive java.sql;
  requires org.apache.commons.compress;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires org.assertj.core;
  requires org.slf4j;

  exports dev.syncline.testkit;
  exports dev.syncline.testkit.contract;
  exports dev.syncline.testkit.fault;
  exports dev.syncline.testkit.server;

  // The test engine calls the rules, which are visible in their own package only.
  opens dev.syncline.testkit.contract;
}
