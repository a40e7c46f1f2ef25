package dev.syncline.mysql;

import io.debezium.antlr.mysql.SqlMode;
import io.debezium.ddl.parser.mariadb.generated.MariaDBLexer;
import io.debezium.ddl.parser.mariadb.generated.MariaDBParser;
import io.debezium.ddl.parser.mysql.generated.MySqlLexer;
import io.debezium.ddl.parser.mysql.generated.MySqlParser;
import java.util.EnumSet;
import java.util.Optional;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Lexer;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;
import org.antlr.v4.runtime.atn.LexerATNSimulator;
import org.antlr.v4.runtime.atn.ParserATNSimulator;
import org.antlr.v4.runtime.atn.PredictionContextCache;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.dfa.DFA;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.antlr.v4.runtime.tree.ErrorNode;
import org.antlr.v4.runtime.tree.ParseTreeListener;
import org.antlr.v4.runtime.tree.TerminalNode;

/**
 * The grammar of a server's language, which says whether a text is one of its statements. Used by
 * one thread.
 *
 * <p>ANTLR remembers what it has decided. It would do so for all parsers of the process and for
 * ever; here each grammar has a memory of its own, which is given up when it has grown.
 */
final class DdlGrammar {
  /** So many statements share a memory. */
  private static final int REMEMBERED = 500;

  /** The words that one statement may be looked at, for each that it has. */
  private static final int LOOKS_PER_TOKEN = 1_000;

  private static final int MIN_LOOKS = 200_000;

  /** The oldest release that the grammar tells from others. */
  private static final int OLDEST = 50_700;

  private final SqlVersion server;
  private Memory memory = new Memory();
  private int parsed;

  DdlGrammar(SqlVersion server) {
    this.server = server;
  }

  /** What ANTLR has decided before. */
  private static final class Memory {
    private final PredictionContextCache contexts = new PredictionContextCache();
    private final DFA[] lexer;
    private final DFA[] parser;

    Memory() {
      this(new DFA[0], new DFA[0]);
    }

    Memory(DFA[] lexer, DFA[] parser) {
      this.lexer = lexer;
      this.parser = parser;
    }

    static Memory of(ATN lexer, ATN parser) {
      return new Memory(empty(lexer), empty(parser));
    }

    private static DFA[] empty(ATN atn) {
      DFA[] decisions = new DFA[atn.getNumberOfDecisions()];
      for (int i = 0; i < decisions.length; i++) {
        decisions[i] = new DFA(atn.getDecisionState(i), i);
      }
      return decisions;
    }
  }

  /**
   * Counts what a statement is made of according to the grammar.
   *
   * @param columns how many definitions of columns it has
   */
  record Found(int columns) {}

  /**
   * Reads a text; empty if it is no statement.
   *
   * @throws IllegalArgumentException if it takes too long, or is too deep, to tell
   */
  Optional<Found> read(String text) {
    if (parsed++ % REMEMBERED == 0) {
      memory = new Memory();
    }
    try {
      try {
        return Optional.of(parse(text, PredictionMode.SLL));
      } catch (ParseCancellationException e) {
        return Optional.of(parse(text, PredictionMode.LL));
      }
    } catch (ParseCancellationException e) {
      return Optional.empty();
    } catch (StackOverflowError e) {
      // The depth is bounded before, but how large the stack is only its thread knows.
      memory = new Memory();
      throw new IllegalArgumentException("it is too deep to be read", e);
    }
  }

  private Found parse(String text, PredictionMode mode) {
    Lexer lexer =
        server.mariaDb() ? new MariaDBLexer(CharStreams.fromString(text)) : mySqlLexer(text);
    BoundedTokens tokens = new BoundedTokens(lexer);
    Parser parser = server.mariaDb() ? new MariaDBParser(tokens) : mySqlParser(tokens);
    if (memory.parser.length == 0) {
      memory = Memory.of(lexer.getATN(), parser.getATN());
    }
    lexer.setInterpreter(
        new LexerATNSimulator(lexer, lexer.getATN(), memory.lexer, memory.contexts));
    ParserATNSimulator simulator =
        new ParserATNSimulator(parser, parser.getATN(), memory.parser, memory.contexts);
    simulator.setPredictionMode(mode);
    parser.setInterpreter(simulator);
    lexer.removeErrorListeners();
    lexer.addErrorListener(new Failing());
    parser.removeErrorListeners();
    parser.setErrorHandler(new BailErrorStrategy());
    parser.setBuildParseTree(false);
    int rule =
        server.mariaDb() ? MariaDBParser.RULE_columnDefinition : MySqlParser.RULE_fieldDefinition;
    Counter columns = new Counter(rule);
    parser.addParseListener(columns);
    if (parser instanceof MariaDBParser mariaDb) {
      mariaDb.sqlStatement();
    } else if (parser instanceof MySqlParser mySql) {
      mySql.simpleStatement();
    }
    if (tokens.LA(1) != Token.EOF) {
      throw new ParseCancellationException("more follows");
    }
    return new Found(columns.count);
  }

  private Lexer mySqlLexer(String text) {
    MySqlLexer lexer = new MySqlLexer(CharStreams.fromString(text));
    lexer.serverVersion = Math.max(OLDEST, server.number());
    lexer.sqlModes = EnumSet.noneOf(SqlMode.class);
    return lexer;
  }

  private Parser mySqlParser(CommonTokenStream tokens) {
    MySqlParser parser = new MySqlParser(tokens);
    parser.serverVersion = Math.max(OLDEST, server.number());
    parser.sqlModes = EnumSet.noneOf(SqlMode.class);
    return parser;
  }

  /** Tokens that may be looked at only so often. */
  private static final class BoundedTokens extends CommonTokenStream {
    private long looks;

    BoundedTokens(Lexer lexer) {
      super(lexer);
    }

    @Override
    public void consume() {
      super.consume();
      if (++looks > MIN_LOOKS + (long) LOOKS_PER_TOKEN * size()) {
        throw new IllegalArgumentException("it takes too long to be read");
      }
    }
  }

  /** Ends parsing at a character that begins no token. */
  private static final class Failing extends BaseErrorListener {
    @Override
    public void syntaxError(
        Recognizer<?, ?> recognizer,
        Object symbol,
        int line,
        int column,
        String message,
        RecognitionException cause) {
      throw new ParseCancellationException(message);
    }
  }

  /** Counts how often a rule was used. */
  private static final class Counter implements ParseTreeListener {
    private final int rule;
    private int count;

    Counter(int rule) {
      this.rule = rule;
    }

    @Override
    public void exitEveryRule(ParserRuleContext context) {
      if (context.getRuleIndex() == rule) {
        count++;
      }
    }

    @Override
    public void enterEveryRule(ParserRuleContext context) {
      // Counted at the end.
    }

    @Override
    public void visitTerminal(TerminalNode node) {
      // Not counted.
    }

    @Override
    public void visitErrorNode(ErrorNode node) {
      // Not counted.
    }
  }
}
