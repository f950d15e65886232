//===- SmallBuffer.h - a growing array that starts on the stack -*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_SMALLBUFFER_H
#define ELENA_PYTHON_SMALLBUFFER_H

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>

namespace elena::python {

/// Up to N elements without an allocation. For plain data only; stays where it
/// is (no copy, no move).
template <typename T, size_t N> class SmallBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  SmallBuffer() = default;
  SmallBuffer(const SmallBuffer &) = delete;
  SmallBuffer &operator=(const SmallBuffer &) = delete;

  void push(T value) {
    if (count == capacity)
      grow(count + 1);
    elements[count++] = value;
  }
  /// Adds `extra` uninitialised elements and returns the first.
  T *extend(size_t extra) {
    if (count + extra > capacity)
      grow(count + extra);
    T *first = elements + count;
    count += extra;
    return first;
  }
  void truncate(size_t size) { count = size; }

  size_t size() const { return count; }
  T *data() { return elements; }
  const T *data() const { return elements; }
  T &operator[](size_t i) { return elements[i]; }
  const T &operator[](size_t i) const { return elements[i]; }
  T *begin() { return elements; }
  T *end() { return elements + count; }
  const T *begin() const { return elements; }
  const T *end() const { return elements + count; }

private:
  void grow(size_t least) {
    size_t wanted = capacity * 2 < least ? least : capacity * 2;
    std::unique_ptr<T[]> larger(new T[wanted]);
    std::memcpy(larger.get(), elements, count * sizeof(T));
    heap = std::move(larger);
    elements = heap.get();
    capacity = wanted;
  }

  T inlined[N];
  T *elements = inlined;
  size_t count = 0;
  size_t capacity = N;
  std::unique_ptr<T[]> heap;
};

} // namespace elena::python

#endif // ELENA_PYTHON_SMALLBUFFER_H
