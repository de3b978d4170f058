package io.wrkr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hands out a phrase's numbers, words and symbols from left to right, each with its column. */
final class PhraseReader {
  /** A symbol is a single character; {@code glued} means that no space stands before the token. */
  record Token(Kind kind, String text, int column, boolean glued) {
    boolean is(String expected) {
      return text.equals(expected);
    }

    boolean isNumber() {
      return kind == Kind.NUMBER;
    }
  }

  enum Kind {
    NUMBER,
    WORD,
    SYMBOL,
    END
  }

  private static final Pattern TOKEN =
      Pattern.compile("(?<number>[0-9]+(?:\\.[0-9]+)?)|(?<word>[a-z]+)|[^ ]");

  private final List<Token> tokens = new ArrayList<>();
  private int position;

  /** Reads the phrase, in lower case, from the given index on. */
  PhraseReader(String phrase, int from) {
    Matcher matcher = TOKEN.matcher(phrase.toLowerCase(Locale.ROOT));
    int end = from;
    for (boolean found = matcher.find(from); found; found = matcher.find()) {
      tokens.add(
          new Token(kindOf(matcher), matcher.group(), matcher.start() + 1, matcher.start() == end));
      end = matcher.end();
    }
    tokens.add(new Token(Kind.END, "", end + 1, false));
  }

  private static Kind kindOf(Matcher matcher) {
    if (matcher.group("number") != null) {
      return Kind.NUMBER;
    }
    return matcher.group("word") != null ? Kind.WORD : Kind.SYMBOL;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    position = Math.min(position + 1, tokens.size() - 1);
    return token;
  }

  /** Steps over the word or symbol if it comes next. */
  boolean take(String text) {
    boolean taken = peek().is(text);
    if (taken) {
      next();
    }
    return taken;
  }

  /** Steps over the words if all of them come next, one after the other. */
  boolean takeAll(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (!peek(i).is(words[i])) {
        return false;
      }
    }
    position += words.length;
    return true;
  }

  boolean atEnd() {
    return peek().kind() == Kind.END;
  }

  void requireEnd() {
    if (!atEnd()) {
      throw unexpected();
    }
  }

  /** The refusal of the token that comes next. */
  PhraseRefusal unexpected() {
    Token token = peek();
    if (atEnd()) {
      return new PhraseRefusal(token.column(), "something is missing at the end");
    }
    if (token.is("-") && (peek(1).isNumber() || peek(1).text().startsWith("p"))) {
      return new PhraseRefusal(token.column(), "a negative interval means the past");
    }
    if (token.is("ago") || token.is("yesterday") || token.is("last")) {
      return new PhraseRefusal(token.column(), "\"" + token.text() + "\" means the past");
    }
    if (token.is("every")) {
      return new PhraseRefusal(token.column(), "it recurs, and a phrase is one instant");
    }
    return new PhraseRefusal(
        token.column(), PhraseText.quoted(token.text()) + " is not understood here");
  }
}
