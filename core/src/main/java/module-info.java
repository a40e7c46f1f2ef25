/** The API and the engine of Syncline. */
module dev.syncline {
  requires transitive java.sql;
  requires transitive org.jspecify;
  requires org.slf4j;

  exports dev.syncline;
  exports dev.syncline.change;
  exports dev.syncline.event;
  exports dev.syncline.jdbc;
  exports dev.syncline.setting;
  exports dev.syncline.transform;
}
