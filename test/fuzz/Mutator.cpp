//===- Mutator.cpp - Small changes of MLIR's text -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutator.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <random>

using namespace llvm;

namespace {

using Random = std::minstd_rand;

/// A number below `limit`, which is not 0.
size_t below(Random &random, size_t limit) {
  return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
}

/// A number, a name with its sigil, or one other character.
enum class TokenKind { Number, Value, Word, Other };

struct Token {
  TokenKind kind;
  StringRef text;
};

bool isWordCharacter(char c) { return isAlnum(c) || c == '_' || c == '.'; }

TokenKind kindOf(StringRef rest) {
  if (isDigit(rest[0]) ||
      (rest[0] == '-' && rest.size() > 1 && isDigit(rest[1])))
    return TokenKind::Number;
  if (rest[0] == '%')
    return TokenKind::Value;
  return isAlpha(rest[0]) ? TokenKind::Word : TokenKind::Other;
}

SmallVector<Token> tokenize(StringRef text) {
  SmallVector<Token> tokens;
  while (!text.empty()) {
    TokenKind kind = kindOf(text);
    size_t length = 1;
    auto belongs = [&](char c) {
      // `4x?xf32` is a 4, an `x?` of single characters, and so on.
      return kind == TokenKind::Number ? isDigit(c) : isWordCharacter(c);
    };
    if (kind != TokenKind::Other)
      while (length < text.size() && belongs(text[length]))
        ++length;
    tokens.push_back({kind, text.take_front(length)});
    text = text.drop_front(length);
  }
  return tokens;
}

std::string join(ArrayRef<Token> tokens) {
  std::string text;
  for (const Token &token : tokens)
    text += token.text;
  return text;
}

StringRef interestingNumber(Random &random) {
  static constexpr StringRef numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "2",
                                          "3",
                                          "-2",
                                          "5",
                                          "7",
                                          "8",
                                          "64",
                                          "-3",
                                          "4294967296",
                                          "16",
                                          "65",
                                          "?",
                                          "2147483647",
                                          "-2147483648",
                                          "9223372036854775807",
                                          "_",
                                          "10",
                                          "33",
                                          "4611686018427387904",
                                          "-9223372036854775808",
                                          "-9223372036854775807"};
  return numbers[below(random, std::size(numbers))];
}

StringRef interestingWord(Random &random) {
  static constexpr StringRef words[] = {
      "f32",       "f64",        "i1",      "i8",     "i64",
      "index",     "ui8",        "f16",     "bf16",   "parallel",
      "reduction", "sequential", "strided", "offset", "addf",
      "mulf",      "addi",       "divsi",   "remsi",  "minsi",
      "maxsi",     "slt",        "ult",     "eq",     "floordivsi"};
  return words[below(random, std::size(words))];
}

/// Another token of the same kind: of the text, or of the lists above.
StringRef replacementFor(const Token &token, ArrayRef<Token> others,
                         Random &random) {
  if (token.kind == TokenKind::Number && below(random, 2))
    return interestingNumber(random);
  if (token.kind == TokenKind::Word && !below(random, 4))
    return interestingWord(random);
  for (int tries = 0; tries < 50 && !others.empty(); ++tries) {
    const Token &other = others[below(random, others.size())];
    if (other.kind == token.kind && other.text != token.text)
      return other.text;
  }
  return token.text;
}

std::string replaceToken(StringRef text, StringRef source, Random &random) {
  SmallVector<Token> tokens = tokenize(text), others = tokenize(source);
  for (int tries = 0; tries < 50 && !tokens.empty(); ++tries) {
    Token &token = tokens[below(random, tokens.size())];
    if (token.kind == TokenKind::Other)
      continue;
    token.text = replacementFor(token, others, random);
    break;
  }
  return join(tokens);
}

/// A line away, twice, exchanged with another one, or replaced by one of
/// `source`.
std::string changeLines(StringRef text, StringRef source, Random &random) {
  SmallVector<StringRef> lines, others;
  text.split(lines, '\n');
  source.split(others, '\n');
  size_t here = below(random, lines.size());
  size_t there = below(random, lines.size());
  StringRef other = others[below(random, others.size())];
  switch (below(random, 5)) {
  case 0:
    lines.erase(lines.begin() + here);
    break;
  case 1:
    lines.insert(lines.begin() + here, lines[here]);
    break;
  case 2:
    std::swap(lines[here], lines[there]);
    break;
  case 3:
    lines.insert(lines.begin() + here, StringRef(lines[there]));
    break;
  default:
    lines.insert(lines.begin() + here, other);
  }
  return llvm::join(lines, "\n");
}

std::string change(StringRef text, StringRef source, Random &random) {
  return below(random, 4) ? replaceToken(text, source, random)
                          : changeLines(text, source, random);
}

} // namespace

std::string elena::fuzz::mutateText(StringRef text, unsigned seed) {
  Random random(seed);
  std::string result = text.str();
  for (size_t left = 1 + below(random, 4); left > 0; --left)
    result = change(result, std::string(result), random);
  return result;
}

std::string elena::fuzz::crossText(StringRef first, StringRef second,
                                   unsigned seed) {
  Random random(seed);
  return change(first, second, random);
}
