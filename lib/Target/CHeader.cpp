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

/// Integers are signless in the IR: the same code serves both signs' types.
static StringRef elementText(StringRef elementType) {
  return StringSwitch<StringRef>(elementType)
      .Case("i1", "bool (one byte, 0 or 1)")
      .Case("i8", "8-bit integer (int8_t or uint8_t, as compiled)")
      .Case("i16", "16-bit integer (int16_t or uint16_t, as compiled)")
      .Case("i32", "32-bit integer (int32_t or uint32_t, as compiled)")
      .Case("f32", "float")
      .Case("f64", "double")
      .Default("64-bit integer (int64_t or uint64_t, as compiled)");
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

/// The strides that the entry asks for, if it does.
static std::string stridesText(const WordsInfo &info) {
  if (none_of(info.strides, [](auto stride) { return stride.has_value(); }))
    return "";
  std::string text = ", strides [";
  for (auto [index, stride] : enumerate(info.strides)) {
    text += index ? ", " : "";
    text += stride ? std::to_string(*stride) : "?";
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
      os << elementText(info.elementType) << " array of shape "
         << shapeText(info) << (isResult ? "" : stridesText(info)) << "; words "
         << word << "..: " << (isResult ? "storage, " : "") << "data";
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
  os << " *\n * For other sizes and strides than these (`?`: any) the status "
        "is\n"
        " * ELENA_GUARD, and nothing is written. Where a size is 1 its stride\n"
        " * does not matter.\n *\n";
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
