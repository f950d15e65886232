//===- elena-view-arith.cpp - Computes chains of views --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads one chain of views a line, prints the offset, sizes and strides of its
// result, or COPY where a reshape is not a view:
//
//     4,6 6,1 ; slice 1:4:2,_:_:-1 ; reshape 12        ->  COPY
//     4,6 6,1 ; slice 1:4:2,_:_:-1 ; reshape 2,2,3     ->  11 2,2,3 12,-3,-1
//
// The line starts with the sizes and strides of the first view (its offset is
// 0). Numbers of a list are separated by commas; `-` is the empty list. Ops:
//
//     slice start:stop:step,...    select dim index       newaxis dims
//     squeeze dims                 transpose permutation  broadcast sizes
//     reshape sizes                flip dims              window window dims
//     diagonal offset dim1 dim2    strided offset sizes strides
//
// A line that starts with `relate` has two views (offset, sizes, strides), and
// asks how the cells of the first relate to those of the second:
//
//     relate 0 4,6 6,1 ; 5 4,3 6,-2                    ->  contains
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/CellSet.h"
#include "elena/Support/StridedView.h"
#include "elena/Support/ViewOps.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

#include <iostream>
#include <stdexcept>
#include <string>

using namespace elena;
using llvm::StringRef;
using Ints = llvm::SmallVector<int64_t>;
using Words = llvm::ArrayRef<StringRef>;

static int64_t parseInt(StringRef text) {
  int64_t value;
  if (text.getAsInteger(10, value))
    throw std::runtime_error("not an integer: '" + text.str() + "'");
  return value;
}

static Ints parseInts(StringRef text) {
  Ints result;
  if (text == "-")
    return result;
  for (StringRef part : llvm::split(text, ','))
    result.push_back(parseInt(part));
  return result;
}

static std::optional<int64_t> parseBound(StringRef text) {
  return text == "_" ? std::nullopt : std::optional(parseInt(text));
}

static llvm::SmallVector<SliceBounds<int64_t>> parseSlices(StringRef text) {
  llvm::SmallVector<SliceBounds<int64_t>> result;
  if (text == "-")
    return result;
  for (StringRef part : llvm::split(text, ',')) {
    auto [start, rest] = part.split(':');
    auto [stop, step] = rest.split(':');
    result.push_back({parseBound(start), parseBound(stop),
                      step.empty() ? 1 : parseInt(step)});
  }
  return result;
}

/// The view after one op, or nothing if it needs a copy.
static std::optional<StaticView> apply(const StaticView &view, Words op) {
  IntArith a;
  auto word = [&](unsigned k) -> StringRef {
    if (k >= op.size())
      throw std::runtime_error("an operand is missing after '" + op[0].str() +
                               "'");
    return op[k];
  };
  auto ints = [&](unsigned k) { return parseInts(word(k)); };
  auto number = [&](unsigned k) { return parseInt(word(k)); };

  StringRef name = word(0);
  if (name == "slice")
    return views::slice(a, view, parseSlices(word(1)));
  if (name == "select")
    return views::select(a, view, number(1), number(2));
  if (name == "newaxis")
    return views::newaxis(a, view, ints(1));
  if (name == "squeeze")
    return views::squeeze(a, view, ints(1));
  if (name == "transpose")
    return views::transpose(a, view, ints(1));
  if (name == "broadcast")
    return views::broadcast(a, view, ints(1));
  if (name == "reshape")
    return views::reshape(a, view, ints(1));
  if (name == "flip")
    return views::flip(a, view, ints(1));
  if (name == "window")
    return views::slidingWindow(a, view, ints(1), ints(2));
  if (name == "diagonal")
    return views::diagonal(a, view, number(1), number(2), number(3));
  if (name == "strided")
    return views::stridedView(a, view, number(1), ints(2), ints(3));
  throw std::runtime_error("no such view op: '" + name.str() + "'");
}

static std::string print(llvm::ArrayRef<int64_t> values) {
  std::string result;
  for (int64_t value : values)
    result += (result.empty() ? "" : ",") + std::to_string(value);
  return result.empty() ? "-" : result;
}

static std::string compute(StringRef line) {
  llvm::SmallVector<StringRef> parts;
  line.split(parts, ';');
  std::optional<StaticView> view;
  for (StringRef part : parts) {
    llvm::SmallVector<StringRef> words;
    part.split(words, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    if (words.size() < 2)
      throw std::runtime_error("incomplete: '" + part.str() + "'");
    if (!view)
      view = StaticView{0, parseInts(words[0]), parseInts(words[1])};
    else if (!(view = apply(*view, words)))
      return "COPY";
  }
  return std::to_string(view->offset) + " " + print(view->sizes) + " " +
         print(view->strides);
}

static StaticView parseView(StringRef text) {
  llvm::SmallVector<StringRef> words;
  text.split(words, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  if (words.size() != 3)
    throw std::runtime_error("not 'offset sizes strides': '" + text.str() +
                             "'");
  StaticView view{parseInt(words[0]), parseInts(words[1]), parseInts(words[2])};
  if (view.sizes.size() != view.strides.size())
    throw std::runtime_error("not one stride per size: '" + text.str() + "'");
  return view;
}

static std::string answer(StringRef line) {
  if (!line.consume_front("relate "))
    return compute(line);
  auto [a, b] = line.split(';');
  return stringify(relate(parseView(a), parseView(b))).str();
}

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  for (unsigned number = 1; std::getline(std::cin, line); ++number) {
    try {
      std::cout << answer(line) << '\n';
    } catch (const std::runtime_error &error) {
      std::cerr << "elena-view-arith: line " << number << ": " << error.what()
                << '\n';
      return 1;
    }
  }
  return 0;
}
