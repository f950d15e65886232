//===- Dispatcher.cpp - the callable behind a compiled function -----------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A warm call runs `vectorcall` -> `Call::flatten` -> `VersionTable::find` ->
// `runVersion` -> `buildResults`: no Python frame, no allocation but for the
// results.
//
//===----------------------------------------------------------------------===//

#include "Dispatcher.h"
#include "Results.h"
#include "VersionTable.h"
#include <cstddef>
#include <structmember.h>

using namespace elena::python;

/// Calls that touch more bytes than this run without the GIL. Releasing and
/// taking it again costs about as much as 4 KiB of traffic, but a thread that
/// waits for it delays us by more.
static constexpr size_t kReleaseBytes = 256 * 1024;

namespace {
struct Dispatcher {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject *compile;
  PyObject *normalize;
  PyObject *refuse;
  Py_ssize_t exactCount;
  long long calls;
  long long guardMisses;
  VersionTable *table;
};

/// Keeps the table alive during a call.
class TableUse {
public:
  explicit TableUse(Dispatcher *self) : table(self->table) { ++table->users; }
  ~TableUse() {
    if (--table->users == 0 && table->dead)
      delete table;
  }
  VersionTable *operator->() { return table; }

private:
  VersionTable *table;
};

/// Owned references to captured arrays.
struct CapturedArrays : SmallBuffer<PyObject *, 4> {
  ~CapturedArrays() {
    for (PyObject *array : *this)
      Py_DECREF(array);
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static int32_t callEntry(const Version &version, const Call &call,
                         int64_t *results, CallRuntime &runtime) {
  if (call.arrayBytes + version.lastBytes < kReleaseBytes)
    return version.entry(call.words.data(), results, &runtime);
  int32_t status;
  Py_BEGIN_ALLOW_THREADS;
  status = version.entry(call.words.data(), results, &runtime);
  Py_END_ALLOW_THREADS;
  return status;
}

/// Beside the statuses of elena.h: a captured array is of another kind.
static constexpr int32_t kOtherEnvironment = -1;

namespace {
/// What running a version led to.
struct RunOutcome {
  int32_t status;
  /// A new reference if the status is ELENA_OK (null: an exception is set).
  PyObject *result;
};
} // namespace

/// Runs `version`. Sets an exception for the statuses that are final, but OK.
static RunOutcome runVersion(Version &version, Call &call) {
  CapturedArrays captured;
  size_t ownWords = call.words.size();
  if (!version.captures.empty() &&
      !addCaptures(version, call, call.words, captured)) {
    call.words.truncate(ownWords);
    return {kOtherEnvironment, nullptr};
  }
  CallRuntime runtime;
  SmallBuffer<int64_t, 64> results;
  int64_t *words = results.extend(version.resultWords);
  int32_t status = callEntry(version, call, words, runtime);
  call.words.truncate(ownWords);
  switch (status) {
  case ELENA_OK:
    version.lastBytes = runtime.bytes;
    return {status,
            buildResults(version, call, captured.data(), words, runtime)};
  case ELENA_CHECK:
    raiseCheck(version, runtime);
    break;
  case ELENA_OUT_OF_MEMORY:
    PyErr_NoMemory();
    break;
  case ELENA_LAUNCH:
    PyErr_SetString(PyExc_RuntimeError, "a kernel could not be launched");
    break;
  case ELENA_GUARD:
  case ELENA_OVERLAP:
    break;
  default:
    PyErr_Format(PyExc_RuntimeError, "internal error: the entry returned %d",
                 int(status));
  }
  return {status, nullptr};
}

static bool isFinal(int32_t status) {
  return status != ELENA_GUARD && status != ELENA_OVERLAP &&
         status != kOtherEnvironment;
}

//===----------------------------------------------------------------------===//
// What is assumed of arguments
//===----------------------------------------------------------------------===//

/// What is tried for a call that a version made for `alias` says overlaps: the
/// arguments that are the very same are, and then nothing is assumed.
static Alias nextAlias(const Alias &alias, const Call &call) {
  if (alias.kind == Alias::Apart)
    if (std::string same = call.describeSameArrays(); !same.empty())
      return {Alias::Same, std::move(same)};
  return {Alias::Overlap};
}

/// Runs the version made for `alias` that fits the call. ELENA_GUARD: there is
/// none; ELENA_OVERLAP: it is not what is to be assumed.
static RunOutcome runKnown(Dispatcher *self, VersionTable &table, Call &call,
                           const Alias &alias) {
  TableEntry *entry = table.find(call);
  // By index: Python code that runs meanwhile may add versions.
  for (size_t i = 0; entry && i < entry->versions.size(); ++i) {
    Version &version = *entry->versions[i];
    if (!(version.alias == alias))
      continue;
    if (guardsHold(version, call)) {
      RunOutcome outcome = runVersion(version, call);
      if (outcome.status != ELENA_GUARD && outcome.status != kOtherEnvironment)
        return outcome;
    }
    ++self->guardMisses;
  }
  return {ELENA_GUARD, nullptr};
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// Null with an exception.
static Version *compileVersion(Dispatcher *self, VersionTable &table,
                               const Call &call, const Alias &alias) {
  Ref bound = Ref::steal(call.makeBoundTuple());
  Ref text = Ref::steal(PyUnicode_FromString(alias.text().c_str()));
  if (!bound || !text)
    return nullptr;
  PyObject *arguments[] = {bound.get(), text.get()};
  Ref object =
      Ref::steal(PyObject_Vectorcall(self->compile, arguments, 2, nullptr));
  if (!object)
    return nullptr;
  std::unique_ptr<Version> version = Version::parse(object.get());
  if (!version)
    return nullptr;
  auto &versions = table.insert(call).versions;
  versions.push_back(std::move(version));
  return versions.back().get();
}

/// No version fits: compiles one for these very arguments and runs it.
static RunOutcome compileAndRun(Dispatcher *self, VersionTable &table,
                                Call &call, const Alias &alias) {
  Version *version = compileVersion(self, table, call, alias);
  if (!version)
    return {ELENA_OK, nullptr};
  return runVersion(*version, call);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static PyObject *refuseCall(Dispatcher *self, const Call &call) {
  Ref bound = Ref::steal(call.makeBoundTuple());
  if (!bound)
    return nullptr;
  Ref result = Ref::steal(PyObject_CallOneArg(self->refuse, bound.get()));
  if (result)
    PyErr_SetString(PyExc_TypeError, "an argument is not supported");
  return nullptr;
}

static PyObject *dispatch(Dispatcher *self, PyObject *const *bound,
                          size_t count) {
  ++self->calls;
  Call call(bound, count);
  switch (call.flatten()) {
  case Call::Outcome::Ok:
    break;
  case Call::Outcome::Refused:
    return refuseCall(self, call);
  case Call::Outcome::Failed:
    return nullptr;
  }

  TableUse table(self);
  Alias alias;
  while (true) {
    RunOutcome outcome = runKnown(self, *table.operator->(), call, alias);
    if (outcome.status == ELENA_GUARD)
      outcome = compileAndRun(self, *table.operator->(), call, alias);
    if (outcome.status == ELENA_OVERLAP && alias.kind != Alias::Overlap) {
      alias = nextAlias(alias, call);
      continue;
    }
    if (!isFinal(outcome.status))
      PyErr_Format(PyExc_RuntimeError,
                   "internal error: a version compiled for these arguments "
                   "does not accept them (status %d)",
                   int(outcome.status));
    return outcome.result;
  }
}

static PyObject *vectorcall(PyObject *object, PyObject *const *args,
                            size_t nargsf, PyObject *names) {
  auto *self = reinterpret_cast<Dispatcher *>(object);
  Py_ssize_t count = PyVectorcall_NARGS(nargsf);
  if (count == self->exactCount && (!names || !PyTuple_GET_SIZE(names)))
    return dispatch(self, args, count);
  Ref bound =
      Ref::steal(PyObject_Vectorcall(self->normalize, args, count, names));
  if (!bound)
    return nullptr;
  if (!PyTuple_Check(bound.get())) {
    PyErr_SetString(PyExc_TypeError, "normalize must return a tuple");
    return nullptr;
  }
  return dispatch(self, &PyTuple_GET_ITEM(bound.get(), 0),
                  PyTuple_GET_SIZE(bound.get()));
}

//===----------------------------------------------------------------------===//
// The type
//===----------------------------------------------------------------------===//

static PyObject *newDispatcher(PyTypeObject *type, PyObject *, PyObject *) {
  auto *self = reinterpret_cast<Dispatcher *>(type->tp_alloc(type, 0));
  if (!self)
    return nullptr;
  self->vectorcall = vectorcall;
  self->exactCount = -1;
  self->table = new VersionTable();
  self->compile = Py_NewRef(Py_None);
  self->normalize = Py_NewRef(Py_None);
  self->refuse = Py_NewRef(Py_None);
#if PY_VERSION_HEX < 0x030C0000
  // Before 3.12, subclasses made in Python do not inherit the flag, and would
  // be called through a tuple.
  if (type->tp_call == PyVectorcall_Call)
    type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
#endif
  return reinterpret_cast<PyObject *>(self);
}

static int initDispatcher(PyObject *object, PyObject *args, PyObject *kwargs) {
  auto *self = reinterpret_cast<Dispatcher *>(object);
  static const char *names[] = {"trace_and_compile", "normalize", "refuse",
                                "exact_count", nullptr};
  PyObject *compile, *normalize, *refuse;
  Py_ssize_t exactCount;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOn:Dispatcher",
                                   const_cast<char **>(names), &compile,
                                   &normalize, &refuse, &exactCount))
    return -1;
  Py_XSETREF(self->compile, Py_NewRef(compile));
  Py_XSETREF(self->normalize, Py_NewRef(normalize));
  Py_XSETREF(self->refuse, Py_NewRef(refuse));
  self->exactCount = exactCount;
  return 0;
}

/// Replaces the table; calls that run keep the old one.
static void replaceTable(Dispatcher *self, VersionTable *table) {
  VersionTable *old = self->table;
  self->table = table;
  if (!old)
    return;
  old->dead = true;
  if (old->users == 0)
    delete old;
}

static int traverseDispatcher(PyObject *object, visitproc visit, void *arg) {
  auto *self = reinterpret_cast<Dispatcher *>(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->compile);
  Py_VISIT(self->normalize);
  Py_VISIT(self->refuse);
  return self->table ? self->table->traverse(visit, arg) : 0;
}

static int clearDispatcher(PyObject *object) {
  auto *self = reinterpret_cast<Dispatcher *>(object);
  // Never left without a table or callbacks: it might still be called.
  Py_XSETREF(self->compile, Py_NewRef(Py_None));
  Py_XSETREF(self->normalize, Py_NewRef(Py_None));
  Py_XSETREF(self->refuse, Py_NewRef(Py_None));
  replaceTable(self, new VersionTable());
  return 0;
}

static void deallocateDispatcher(PyObject *object) {
  auto *self = reinterpret_cast<Dispatcher *>(object);
  PyTypeObject *type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  Py_CLEAR(self->compile);
  Py_CLEAR(self->normalize);
  Py_CLEAR(self->refuse);
  replaceTable(self, nullptr);
  type->tp_free(object);
  Py_DECREF(type);
}

static PyObject *forgetVersions(PyObject *object, PyObject *) {
  replaceTable(reinterpret_cast<Dispatcher *>(object), new VersionTable());
  Py_RETURN_NONE;
}

PyObject *elena::python::makeDispatcherType() {
  static PyMethodDef methods[] = {
      {"clear", forgetVersions, METH_NOARGS,
       "clear()\n--\n\nForgets all compiled versions."},
      {nullptr, nullptr, 0, nullptr}};
  static PyMemberDef members[] = {
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Dispatcher, vectorcall),
       READONLY, nullptr},
      {"calls", T_LONGLONG, offsetof(Dispatcher, calls), READONLY,
       "Number of calls so far."},
      {"guard_misses", T_LONGLONG, offsetof(Dispatcher, guardMisses), READONLY,
       "How often a version did not fit the sizes of a call."},
      {nullptr, 0, 0, 0, nullptr}};
  static PyType_Slot slots[] = {
      {Py_tp_doc,
       const_cast<char *>("Dispatcher(trace_and_compile, normalize, refuse, "
                          "exact_count)\n--\n\nCalls the compiled version that "
                          "fits the arguments.")},
      {Py_tp_new, reinterpret_cast<void *>(newDispatcher)},
      {Py_tp_init, reinterpret_cast<void *>(initDispatcher)},
      {Py_tp_dealloc, reinterpret_cast<void *>(deallocateDispatcher)},
      {Py_tp_traverse, reinterpret_cast<void *>(traverseDispatcher)},
      {Py_tp_clear, reinterpret_cast<void *>(clearDispatcher)},
      {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
      {Py_tp_methods, methods},
      {Py_tp_members, members},
      {0, nullptr}};
  static PyType_Spec spec = {"elena._elena.Dispatcher", sizeof(Dispatcher), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE |
                                 Py_TPFLAGS_HAVE_GC |
                                 Py_TPFLAGS_HAVE_VECTORCALL,
                             slots};
  return PyType_FromSpec(&spec);
}
