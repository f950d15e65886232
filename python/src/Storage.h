//===- Storage.h - memory behind result arrays ------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A storage is one block of memory that a compiled function has asked for: 64
// bytes of header, then the data, aligned to 64 bytes. The header is a Python
// object, so that a storage can be the base of arrays without another
// allocation:
//
//   Storage *s = allocateStorage(nbytes);  // no GIL needed
//   ... s->data() ...
//   PyObject *owner = shareStorage(s);     // GIL; new reference
//   dropStorage(s);                        // the call's own claim ends
//
// Freed blocks are kept in a cache by size class, bounded in bytes, because
// fresh memory costs a page fault per 4 KiB. Blocks of 2 MiB and more come from
// mmap and ask for huge pages.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_STORAGE_H
#define ELENA_PYTHON_STORAGE_H

#include <Python.h>
#include <cstddef>
#include <cstdint>

namespace elena::python {

/// The header of a block. `object` is a valid Python object only after
/// shareStorage.
struct alignas(64) Storage {
  PyObject object;
  /// What the function asked for, and what the block has, in bytes of data.
  size_t bytes;
  size_t capacity;
  /// Python knows the object.
  bool shared;
  /// Number of results that refer to it (the building of results counts).
  uint32_t uses;

  void *data() { return this + 1; }
  static Storage *fromData(void *data) {
    return static_cast<Storage *>(data) - 1;
  }
};
static_assert(sizeof(Storage) == 64, "data follow the header, aligned to 64");

/// A new storage, or null if there is no memory. Thread-safe, without the GIL.
Storage *allocateStorage(int64_t bytes);

/// A new reference to the storage as a Python object, which frees it at its
/// end. Needs the GIL.
PyObject *shareStorage(Storage *storage);

/// Ends the claim of the call that allocated it: frees the storage unless it is
/// shared. Needs the GIL.
void dropStorage(Storage *storage);

/// NumPy's memory handler (a capsule, borrowed reference) that frees the data
/// pointer of a storage: with it, an array owns its storage and has no base,
/// as NumPy's own new arrays.
PyObject *storageHandler();

/// The most bytes that the cache keeps; 0 turns it off. Initially the lesser of
/// 1 GiB and a sixteenth of the memory; the package sets that of
/// ELENA_CACHE_MEMORY.
void setCacheLimit(size_t bytes);
size_t cacheLimit();
/// Bytes in the cache now.
size_t cachedBytes();
/// Gives the cache back to the system.
void releaseCache();

/// Prepares the Python type; -1 with an exception on failure.
int initializeStorage();

} // namespace elena::python

#endif // ELENA_PYTHON_STORAGE_H
