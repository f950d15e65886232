//===- CHeader.cpp - the C header of a saved function ---------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Compiler.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace elena;
using namespace llvm;

/// The text of elena/Runtime/elena.h, so that a saved header needs no other.
static const char kRuntimeHeader[] =
#include "RuntimeHeader.inc"
    ;

namespace {
/// Writes the header of one function.
class HeaderWriter {
public:
  HeaderWriter(const CompiledModule &compiled, raw_ostream &os)
      : compiled(compiled), name(compiled.getEntryName()), os(os) {}
  void write();

private:
  void writeWords(StringRef title, ArrayRef<WordsInfo> list, bool isResult);
  void writeChecks();
  void writeWrapper();
  void writeParameters();
  void writeArgumentWords();

  const CompiledModule &compiled;
  std::string name;
  raw_ostream &os;
};
} // namespace

/// Integers are signless in the IR; C's signed types stand for both.
static StringRef cType(StringRef elementType) {
  return StringSwitch<StringRef>(elementType)
      .Case("i1", "uint8_t")
      .Case("i8", "int8_t")
      .Case("i16", "int16_t")
      .Case("i32", "int32_t")
      .Case("f32", "float")
      .Case("f64", "double")
      .Default("int64_t");
}

static std::string scalarNote(StringRef elementType) {
  if (elementType == "f64")
    return "the bits of a double";
  if (elementType == "f32")
    return "the bits of a float, in the low half";
  if (elementType == "i1")
    return "0 or 1";
  return "an integer";
}

static std::string shapeText(const WordsInfo &info) {
  std::string text = "[";
  for (auto [index, size] : enumerate(info.sizes)) {
    text += index ? ", " : "";
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text + "]";
}

static unsigned wordCount(const WordsInfo &info, bool isResult) {
  return info.rank < 0 ? 1 : (isResult ? 2 : 1) + 2 * info.rank;
}

static unsigned wordCount(ArrayRef<WordsInfo> list, bool isResult) {
  unsigned count = 0;
  for (const WordsInfo &info : list)
    count += wordCount(info, isResult);
  return count;
}

void HeaderWriter::writeWords(StringRef title, ArrayRef<WordsInfo> list,
                              bool isResult) {
  os << " * " << title << ":\n";
  if (list.empty())
    os << " *   (none)\n";
  unsigned word = 0;
  for (auto [index, info] : enumerate(list)) {
    os << " *   " << index << ": ";
    if (info.rank < 0) {
      os << "word " << word << ": " << scalarNote(info.elementType) << "\n";
    } else {
      os << cType(info.elementType) << " array of shape " << shapeText(info)
         << "; words " << word << "..: " << (isResult ? "storage, " : "")
         << "data";
      if (info.rank > 0)
        os << ", " << info.rank << " sizes, " << info.rank << " strides";
      os << "\n";
    }
    word += wordCount(info, isResult);
  }
}

void HeaderWriter::writeChecks() {
  ArrayRef<CheckInfo> checks = compiled.getChecks();
  if (checks.empty())
    return;
  os << " *\n * Checks (number: error), reported by rt->fail with status "
        "ELENA_CHECK:\n";
  for (auto [index, check] : enumerate(checks)) {
    std::string message = check.message;
    // Nothing in a message may end the comment.
    for (size_t at; (at = message.find("*/")) != std::string::npos;)
      message.replace(at, 2, "* /");
    os << " *   " << index << ": " << check.kind << ": " << message << "\n";
  }
}

void HeaderWriter::writeParameters() {
  for (auto [index, info] : enumerate(compiled.getArguments())) {
    os << (index ? ", " : "");
    if (info.rank < 0) {
      os << (info.elementType == "f64" ? "double" : "int64_t") << " a" << index;
      continue;
    }
    os << "void *a" << index;
    if (info.rank > 0)
      os << ", const int64_t *a" << index << "_sizes, const int64_t *a" << index
         << "_strides";
  }
  os << (compiled.getArguments().empty() ? "" : ", ")
     << "int64_t *results, ElenaRuntime *rt";
}

void HeaderWriter::writeArgumentWords() {
  unsigned word = 0;
  for (auto [index, info] : enumerate(compiled.getArguments())) {
    if (info.rank < 0) {
      os << "  words[" << word++
         << "] = " << (info.elementType == "f64" ? "elena_from_double(" : "(")
         << "a" << index << ");\n";
      continue;
    }
    os << "  words[" << word++ << "] = (int64_t)(intptr_t)a" << index << ";\n";
    for (StringRef part : {"_sizes", "_strides"})
      for (int dimension = 0; dimension < info.rank; ++dimension)
        os << "  words[" << word++ << "] = a" << index << part << "["
           << dimension << "];\n";
  }
}

void HeaderWriter::writeWrapper() {
  unsigned words = wordCount(compiled.getArguments(), false);
  os << "/** Calls `" << name
     << "` with its arguments given one by one; sizes and strides count\n"
        "    elements. `results` has "
     << wordCount(compiled.getResults(), true) << " words. */\n"
     << "static inline int32_t " << name << "_call(";
  writeParameters();
  os << ") {\n  int64_t words[" << std::max(words, 1u) << "];\n";
  if (words == 0)
    os << "  words[0] = 0;\n";
  writeArgumentWords();
  os << "  return " << name << "(words, results, rt);\n}\n\n";
}

void HeaderWriter::write() {
  std::string guard = "ELENA_SAVED_" + StringRef(name).upper() + "_H";
  os << "/* " << name
     << ": compiled by Elena. Made by a program; do not edit. */\n"
     << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << kRuntimeHeader << "\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
     << "/**\n * " << name << "\n *\n";
  writeWords("Arguments", compiled.getArguments(), false);
  os << " *\n";
  writeWords("Results", compiled.getResults(), true);
  writeChecks();
  os << " *\n * Code for: " << compiled.getOptions().machine.resolved().cpu
     << " (" << compiled.getOptions().machine.resolved().triple << ")\n */\n"
     << "int32_t " << name
     << "(const int64_t *args, int64_t *results, ElenaRuntime *rt);\n\n"
     << "enum {\n  " << name
     << "_arg_words = " << wordCount(compiled.getArguments(), false) << ",\n  "
     << name << "_result_words = " << wordCount(compiled.getResults(), true)
     << "\n};\n\n";
  writeWrapper();
  os << "#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
}

std::string CompiledModule::getCHeader() const {
  std::string text;
  raw_string_ostream os(text);
  HeaderWriter(*this, os).write();
  return text;
}
