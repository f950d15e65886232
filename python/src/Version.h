//===- Version.h - one compiled version of a function -----------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C++ form of `Version`, `Guard`, `Capture` and `Plan` of
// python/elena/_protocol.py, which says what each field means.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_VERSION_H
#define ELENA_PYTHON_VERSION_H

#include "CallKey.h"
#include "Ref.h"
#include "elena/Runtime/elena.h"
#include <memory>
#include <string>
#include <vector>

namespace elena::python {

/// Where an object of the environment is found.
struct Fetch {
  enum Kind { Global, Cell, Attribute, Item, Length };
  Kind kind;
  Ref holder;
  Ref name;
  /// >= 0: the call's leaf of that ordinal is the holder.
  long leaf;
};

struct Guard {
  Fetch fetch;
  Ref expected;
  /// For Fetch::Length.
  Py_ssize_t length = 0;
};

struct Capture {
  Fetch fetch;
  std::vector<uint64_t> kind;
};

/// How one result, or a part of it, is made.
struct Plan {
  enum Tag {
    Constant,
    Array,
    Scalar,
    Leaf,
    Path,
    Tuple,
    List,
    Dict,
    Call,
    Same
  };
  enum class ScalarKind { Int, Float, Bool };

  Tag tag;
  Ref value;
  long ordinal = -1;
  std::vector<Plan> items;
  std::vector<Ref> keys;
  Ref cls;
  std::vector<Ref> path;
  /// Array: the dtype, as an owned PyArray_Descr.
  Ref descriptor;
  int log2Bytes = 0;
  bool scalar = false;
  long base = -1;
  bool writeable = true;
  ScalarKind scalarKind = ScalarKind::Int;
};

struct Check {
  std::string kind;
  std::string message;
};

/// What is assumed of the arguments: "apart", "same:0,0,2" or "overlap".
struct Alias {
  enum Kind { Apart, Same, Overlap };
  Kind kind = Apart;
  /// Of `Same`: which ones are ("0,0,2").
  std::string same = {};

  static Alias parse(const std::string &text);
  std::string text() const;
  bool operator==(const Alias &other) const {
    return kind == other.kind && (kind != Same || same == other.same);
  }
};

struct Version {
  ElenaEntry entry = nullptr;
  Alias alias;
  Plan plan;
  /// Where each result's words begin, and its rank (-1: one word).
  std::vector<long> resultStarts;
  std::vector<long> resultRanks;
  size_t resultWords = 0;
  std::vector<Guard> guards;
  std::vector<Capture> captures;
  std::vector<Check> checks;
  /// The Python object; it keeps the code alive.
  Ref object;
  /// Bytes that the last call allocated: a hint whether the next is long.
  size_t lastBytes = 0;

  /// From a `Version` of _protocol.py; null with an exception.
  static std::unique_ptr<Version> parse(PyObject *object);
  int traverse(visitproc visit, void *arg) const;
};

/// The fetched object as a new reference; null where it is missing (no
/// exception is set).
Ref fetch(const Fetch &fetch, const Call &call);

/// Whether the environment of `version` is as it was.
bool guardsHold(const Version &version, const Call &call);

/// Appends the words of the captures. False if one has another kind. The
/// captured arrays are appended to `captured` (owned references).
bool addCaptures(const Version &version, const Call &call, ArgumentWords &words,
                 SmallBuffer<PyObject *, 4> &captured);

} // namespace elena::python

#endif // ELENA_PYTHON_VERSION_H
