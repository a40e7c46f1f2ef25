/**
 * What tests of connectors and of applications need: contract suites, fakes, servers and faults.
 */
module dev.syncline.testkit {
  requires transitive dev.syncline;
  requires transitive java.sql;
  requires org.apache.commons.compress;
  requires org.slf4j;

  exports dev.syncline.testkit;
  exports dev.syncline.testkit.server;
}
