package dev.syncline.benchmarks;

import io.debezium.antlr.mysql.SqlMode;
import io.debezium.ddl.parser.mysql.generated.MySqlLexer;
import io.debezium.ddl.parser.mysql.generated.MySqlParser;
import java.util.EnumSet;
import java.util.List;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.atn.PredictionMode;

/**
 * Debezium's grammar of MySQL as the least that a history of statements takes to be read back: its
 * connectors keep the statements and parse them again at each start. Nothing is made of what is
 * parsed here, no tree either, and ANTLR's memory of the whole process is used, so a history that
 * does anything takes longer.
 */
final class GrammarPeer {

  private static final int SERVER = 80_031;

  private GrammarPeer() {}

  /** Parses all statements. */
  static void parse(List<String> statements) {
    for (String sql : statements) {
      MySqlLexer lexer = new MySqlLexer(CharStreams.fromString(sql));
      lexer.serverVersion = SERVER;
      lexer.sqlModes = EnumSet.noneOf(SqlMode.class);
      MySqlParser parser = new MySqlParser(new CommonTokenStream(lexer));
      parser.serverVersion = SERVER;
      parser.sqlModes = EnumSet.noneOf(SqlMode.class);
      parser.setErrorHandler(new BailErrorStrategy());
      parser.setBuildParseTree(false);
      parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
      parser.simpleStatement();
    }
  }
}
