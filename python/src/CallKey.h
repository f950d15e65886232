//===- CallKey.h - what kind of call this is --------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the arguments gives their leaves, the key of the call (words to
// be compared with memcmp, and constants to be compared by type and equality)
// and the words that the entry takes. python/elena/_protocol.py says what the
// kinds are; here is how they are packed. The first word of an array:
//
//   bits 0-3   tag           bits 4-7   dtype (index into kDTypeNames)
//   bits 8-15  rank          bits 16-23 flags (see ArrayFlag)
//   bits 32-63 eight bits for each of the first 4 dimensions
//
// and one word for each 8 dimensions more. A dimension's bits: 0-2 size 0 to 4,
// or 7; 3 stride is zero; 4 merges with the next dimension.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_CALLKEY_H
#define ELENA_PYTHON_CALLKEY_H

#include "NumPy.h"
#include "Ref.h"
#include "SmallBuffer.h"
#include <cstdint>
#include <string>
#include <vector>

namespace elena::python {

/// In the order of `DTYPES` in _protocol.py.
enum class DType : uint8_t {
  Bool,
  Int8,
  Int16,
  Int32,
  Int64,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
  Float32,
  Float64,
  Unsupported = 15
};

/// The dtype of a NumPy type number, in native byte order.
DType dtypeOf(int typeNumber);
/// NumPy's type number, and log2 of the bytes of an element.
int typeNumberOf(DType dtype);
int log2BytesOf(DType dtype);
/// DType::Unsupported if there is none of that name ("float32").
DType dtypeNamed(const char *name);

enum ArrayFlag : uint32_t {
  Writeable = 1,
  Contiguous = 2,
  UnitInner = 4,
  Injective = 8,
  Scalar = 16,
  Aligned = 32
};

using KeyWords = SmallBuffer<uint64_t, 32>;
using ArgumentWords = SmallBuffer<int64_t, 64>;

/// Appends the kind of an array to `key` and its words to `words`. False if
/// such arrays are refused.
bool addArray(PyArrayObject *array, KeyWords &key, ArgumentWords &words);

/// The words that addArray would append for an `ArrayKind` of _protocol.py; -1
/// with an exception if it is malformed.
int keyOfArrayKind(PyObject *kind, std::vector<uint64_t> &key);

/// The sufficient test of frontend/tracing.py, `is_injective`.
bool isInjective(int rank, const npy_intp *sizes, const npy_intp *strides);

/// Whether two constants are the same at compile time: same type and equal. 1
/// or 0, or -1 with an exception.
int sameConstant(PyObject *a, PyObject *b);

/// One call, taken apart. Holds references to all leaves.
class Call {
public:
  /// `bound` are the values of the parameters. Use `flatten` then.
  Call(PyObject *const *bound, size_t count) : bound(bound), count(count) {}
  ~Call();

  /// What flatten() found.
  enum class Outcome { Ok, Refused, Failed };
  /// Refused: `refuse` must be called; Failed: an exception is set.
  Outcome flatten();

  /// Which arrays are the very same ref (address, dtype, sizes, strides): for
  /// each one, and for each scalar that is passed as one, the number of the
  /// first such, as "0,0,2". Empty if there are no two.
  std::string describeSameArrays() const;

  /// A new tuple of the values of the parameters.
  PyObject *makeBoundTuple() const;

  PyObject *const *bound;
  size_t count;

  KeyWords key;
  /// Owned references: constants, keys of dicts, classes of named tuples.
  SmallBuffer<PyObject *, 16> constants;
  /// Owned references.
  SmallBuffer<PyObject *, 16> leaves;
  ArgumentWords words;
  /// Bytes of all array arguments.
  size_t arrayBytes = 0;

private:
  Outcome add(PyObject *value, int depth);
  Outcome addSequence(PyObject *value, PyObject *const *items, size_t size,
                      uint64_t tag, int depth);
  Outcome addDict(PyObject *value, int depth);
  Outcome addContainerOrConstant(PyObject *value, int depth);
  Outcome addLeaf(PyObject *value);
  void addConstant(PyObject *value);
  /// A NumPy scalar that is a run-time value; false for other values.
  bool addNumPyInt(PyObject *value);
  void addScalar(PyObject *value, DType dtype, void *data);
};

/// A hash of key words.
uint64_t hashWords(const uint64_t *words, size_t count);

} // namespace elena::python

#endif // ELENA_PYTHON_CALLKEY_H
