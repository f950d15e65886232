//===- Results.cpp - building the results of a call -----------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Results.h"
#include "elena/Runtime/ThreadPool.h"
#include <algorithm>
#include <bit>

using namespace elena::python;

//===----------------------------------------------------------------------===//
// CallRuntime
//===----------------------------------------------------------------------===//

// The three functions run without the GIL when the call is large.

static void *allocate(ElenaRuntime *rt, int64_t bytes) {
  auto *runtime = static_cast<CallRuntime *>(rt);
  Storage *storage = allocateStorage(bytes);
  if (!storage)
    return nullptr;
  runtime->storages.push(storage);
  runtime->bytes += bytes;
  return storage->data();
}

static void reportCheck(ElenaRuntime *rt, int32_t check, const int64_t *values,
                        int32_t n) {
  auto *runtime = static_cast<CallRuntime *>(rt);
  runtime->failedCheck = check;
  runtime->valueCount = std::clamp<int32_t>(n, 0, ELENA_MAX_CHECK_VALUES);
  std::copy_n(values, runtime->valueCount, runtime->values);
}

static int32_t refuseLaunch(ElenaRuntime *, int32_t, int64_t, void **,
                            int32_t) {
  return 1;
}

CallRuntime::CallRuntime()
    : ElenaRuntime{allocate, reportCheck, refuseLaunch, elena_runtime_overlap,
                   elena::parallelOfRuntime} {}

CallRuntime::~CallRuntime() {
  for (Storage *storage : storages)
    dropStorage(storage);
}

Storage *CallRuntime::find(int64_t word) {
  for (Storage *storage : storages)
    if (reinterpret_cast<intptr_t>(storage->data()) == word)
      return storage;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Failed checks
//===----------------------------------------------------------------------===//

/// Replaces {0} {1} ... by the values.
static std::string fillIn(const std::string &message,
                          const CallRuntime &runtime) {
  std::string text;
  for (size_t i = 0; i < message.size(); ++i) {
    bool isHole = message[i] == '{' && i + 2 < message.size() &&
                  message[i + 2] == '}' && message[i + 1] >= '0' &&
                  message[i + 1] - '0' < runtime.valueCount;
    if (!isHole) {
      text += message[i];
      continue;
    }
    text += std::to_string(runtime.values[message[i + 1] - '0']);
    i += 2;
  }
  return text;
}

void elena::python::raiseCheck(const Version &version,
                               const CallRuntime &runtime) {
  if (runtime.failedCheck < 0 ||
      size_t(runtime.failedCheck) >= version.checks.size()) {
    PyErr_Format(PyExc_RuntimeError, "check %d failed", runtime.failedCheck);
    return;
  }
  const Check &check = version.checks[runtime.failedCheck];
  PyObject *type =
      PyDict_GetItemString(PyEval_GetBuiltins(), check.kind.c_str());
  if (!type || !PyExceptionClass_Check(type))
    type = PyExc_RuntimeError;
  PyErr_SetString(type, fillIn(check.message, runtime).c_str());
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

namespace {
class Builder {
public:
  Builder(const Version &version, const Call &call, PyObject *const *captured,
          const int64_t *words, CallRuntime &runtime)
      : version(version), call(call), captured(captured), words(words),
        runtime(runtime) {}
  ~Builder();

  PyObject *build(const Plan &plan);
  void countUses();

private:
  PyObject *buildArray(const Plan &plan);
  PyObject *makeArray(const Plan &plan, const int64_t *word, int rank);
  bool setOwner(PyArrayObject *array, const Plan &plan, const int64_t *word);
  PyObject *buildScalar(const Plan &plan);
  PyObject *buildPath(const Plan &plan);
  PyObject *buildTuple(const Plan &plan, bool isResult);
  PyObject *buildList(const Plan &plan);
  PyObject *buildDict(const Plan &plan);
  PyObject *buildCall(const Plan &plan);
  PyObject *leaf(long ordinal);

  const Version &version;
  const Call &call;
  PyObject *const *captured;
  const int64_t *words;
  CallRuntime &runtime;
  /// By ordinal; owned references or null. Filled on first use.
  SmallBuffer<PyObject *, 8> arrays;
  /// Containers in pre-order; borrowed, null until they exist.
  SmallBuffer<PyObject *, 8> containers;
};
} // namespace

Builder::~Builder() {
  for (PyObject *array : arrays)
    Py_XDECREF(array);
}

/// How many results refer to each storage: a storage with one user can belong
/// to that array itself.
void Builder::countUses() {
  for (size_t i = 0; i < version.resultRanks.size(); ++i)
    if (version.resultRanks[i] >= 0)
      if (Storage *storage = runtime.find(words[version.resultStarts[i]]))
        ++storage->uses;
}

PyObject *Builder::leaf(long ordinal) {
  if (ordinal >= 0 && size_t(ordinal) < call.leaves.size())
    return call.leaves[ordinal];
  size_t capture = size_t(ordinal) - call.leaves.size();
  if (ordinal >= 0 && capture < version.captures.size())
    return captured[capture];
  PyErr_SetString(PyExc_RuntimeError, "internal error: no such leaf");
  return nullptr;
}

PyObject *Builder::makeArray(const Plan &plan, const int64_t *word, int rank) {
  npy_intp strides[NPY_MAXDIMS];
  for (int d = 0; d < rank; ++d)
    strides[d] = npy_intp(word[2 + rank + d]) << plan.log2Bytes;
  // NumPy takes over a reference to the descriptor.
  auto *descriptor =
      reinterpret_cast<PyArray_Descr *>(Py_NewRef(plan.descriptor.get()));
  static_assert(sizeof(npy_intp) == sizeof(int64_t));
  return PyArray_NewFromDescr(&PyArray_Type, descriptor, rank,
                              reinterpret_cast<const npy_intp *>(word + 2),
                              strides, reinterpret_cast<void *>(word[1]),
                              plan.writeable ? NPY_ARRAY_WRITEABLE : 0,
                              nullptr);
}

bool Builder::setOwner(PyArrayObject *array, const Plan &plan,
                       const int64_t *word) {
  if (plan.base >= 0) {
    PyObject *base = leaf(plan.base);
    return base && PyArray_SetBaseObject(array, Py_NewRef(base)) == 0;
  }
  Storage *storage = runtime.find(word[0]);
  if (!storage) {
    PyErr_SetString(PyExc_RuntimeError,
                    "internal error: a result has no storage");
    return false;
  }
  bool isWhole = word[0] == word[1] &&
                 size_t(PyArray_NBYTES(array)) == storage->bytes &&
                 PyArray_IS_C_CONTIGUOUS(array);
  if (isWhole && storage->uses == 1) {
    // As with NumPy's own new arrays: no base, the array owns its data.
    storage->shared = true;
    reinterpret_cast<PyArrayObject_fields *>(array)->mem_handler =
        Py_NewRef(storageHandler());
    PyArray_ENABLEFLAGS(array, NPY_ARRAY_OWNDATA);
    return true;
  }
  return PyArray_SetBaseObject(array, shareStorage(storage)) == 0;
}

PyObject *Builder::buildArray(const Plan &plan) {
  size_t count = version.resultRanks.size();
  if (arrays.size() == 0)
    std::fill_n(arrays.extend(count), count, nullptr);
  PyObject *&array = arrays[plan.ordinal];
  if (array && !plan.scalar)
    return Py_NewRef(array);

  const int64_t *word = words + version.resultStarts[plan.ordinal];
  if (plan.scalar)
    return PyArray_Scalar(
        reinterpret_cast<void *>(word[1]),
        reinterpret_cast<PyArray_Descr *>(plan.descriptor.get()), nullptr);
  Ref made =
      Ref::steal(makeArray(plan, word, int(version.resultRanks[plan.ordinal])));
  if (!made ||
      !setOwner(reinterpret_cast<PyArrayObject *>(made.get()), plan, word))
    return nullptr;
  array = made.release();
  return Py_NewRef(array);
}

PyObject *Builder::buildScalar(const Plan &plan) {
  int64_t word = words[version.resultStarts[plan.ordinal]];
  switch (plan.scalarKind) {
  case Plan::ScalarKind::Int:
    return PyLong_FromLongLong(word);
  case Plan::ScalarKind::Float:
    return PyFloat_FromDouble(std::bit_cast<double>(word));
  case Plan::ScalarKind::Bool:
    break;
  }
  return PyBool_FromLong(word & 1);
}

PyObject *Builder::buildPath(const Plan &plan) {
  long first = PyLong_AsLong(plan.path[0].get());
  if (first < 0 || size_t(first) >= call.count) {
    if (!PyErr_Occurred())
      PyErr_SetString(PyExc_RuntimeError, "internal error: no such parameter");
    return nullptr;
  }
  Ref value = Ref::share(call.bound[first]);
  for (size_t i = 1; value && i < plan.path.size(); ++i)
    value = Ref::steal(PyObject_GetItem(value.get(), plan.path[i].get()));
  return value.release();
}

PyObject *Builder::buildTuple(const Plan &plan, bool isResult) {
  size_t slot = containers.size();
  if (isResult)
    containers.push(nullptr);
  Ref tuple = Ref::steal(PyTuple_New(plan.items.size()));
  for (size_t i = 0; tuple && i < plan.items.size(); ++i) {
    PyObject *item = build(plan.items[i]);
    if (!item)
      return nullptr;
    PyTuple_SET_ITEM(tuple.get(), i, item);
  }
  if (isResult)
    containers[slot] = tuple.get();
  return tuple.release();
}

PyObject *Builder::buildList(const Plan &plan) {
  Ref list = Ref::steal(PyList_New(plan.items.size()));
  if (!list)
    return nullptr;
  containers.push(list.get());
  for (size_t i = 0; i < plan.items.size(); ++i) {
    PyObject *item = build(plan.items[i]);
    if (!item)
      return nullptr;
    PyList_SET_ITEM(list.get(), i, item);
  }
  return list.release();
}

PyObject *Builder::buildDict(const Plan &plan) {
  Ref dict = Ref::steal(PyDict_New());
  if (!dict)
    return nullptr;
  containers.push(dict.get());
  for (size_t i = 0; i < plan.items.size(); ++i) {
    Ref item = Ref::steal(build(plan.items[i]));
    if (!item || PyDict_SetItem(dict.get(), plan.keys[i].get(), item.get()) < 0)
      return nullptr;
  }
  return dict.release();
}

PyObject *Builder::buildCall(const Plan &plan) {
  size_t slot = containers.size();
  containers.push(nullptr);
  Ref arguments = Ref::steal(buildTuple(plan, /*isResult=*/false));
  if (!arguments)
    return nullptr;
  PyObject *object = PyObject_Call(plan.cls.get(), arguments.get(), nullptr);
  containers[slot] = object;
  return object;
}

PyObject *Builder::build(const Plan &plan) {
  switch (plan.tag) {
  case Plan::Constant:
    return Py_NewRef(plan.value.get());
  case Plan::Array:
    return buildArray(plan);
  case Plan::Scalar:
    return buildScalar(plan);
  case Plan::Leaf:
    return Py_XNewRef(leaf(plan.ordinal));
  case Plan::Path:
    return buildPath(plan);
  case Plan::Tuple:
    return buildTuple(plan, /*isResult=*/true);
  case Plan::List:
    return buildList(plan);
  case Plan::Dict:
    return buildDict(plan);
  case Plan::Call:
    return buildCall(plan);
  case Plan::Same:
    break;
  }
  if (plan.ordinal >= 0 && size_t(plan.ordinal) < containers.size())
    if (PyObject *same = containers[plan.ordinal])
      return Py_NewRef(same);
  PyErr_SetString(PyExc_RuntimeError, "internal error: no such container");
  return nullptr;
}

PyObject *elena::python::buildResults(const Version &version, const Call &call,
                                      PyObject *const *captured,
                                      const int64_t *words,
                                      CallRuntime &runtime) {
  Builder builder(version, call, captured, words, runtime);
  builder.countUses();
  return builder.build(version.plan);
}
