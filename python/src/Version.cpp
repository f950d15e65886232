//===- Version.cpp - reading the Python form of a version -----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Version.h"
#include <stdexcept>

using namespace elena::python;

namespace {
/// A Python exception is set.
struct PythonError {};
} // namespace

//===----------------------------------------------------------------------===//
// Reading attributes
//===----------------------------------------------------------------------===//

static Ref checked(PyObject *object) {
  if (!object)
    throw PythonError();
  return Ref::steal(object);
}

static Ref get(PyObject *object, const char *name) {
  return checked(PyObject_GetAttrString(object, name));
}

static long toLong(PyObject *object) {
  long value = PyLong_AsLong(object);
  if (value == -1 && PyErr_Occurred())
    throw PythonError();
  return value;
}

static long getLong(PyObject *object, const char *name) {
  return toLong(get(object, name).get());
}

static bool getBool(PyObject *object, const char *name) {
  int truth = PyObject_IsTrue(get(object, name).get());
  if (truth < 0)
    throw PythonError();
  return truth;
}

static std::string toString(PyObject *object) {
  const char *text = PyUnicode_AsUTF8(object);
  if (!text)
    throw PythonError();
  return text;
}

static std::string getString(PyObject *object, const char *name) {
  return toString(get(object, name).get());
}

/// Calls `each` for the items of a sequence.
template <typename Function>
static void forEach(PyObject *sequence, Function each) {
  Ref items = checked(PySequence_Tuple(sequence));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items.get()); ++i)
    each(PyTuple_GET_ITEM(items.get(), i));
}

[[noreturn]] static void fail(const char *message) {
  PyErr_SetString(PyExc_ValueError, message);
  throw PythonError();
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

static Fetch readFetch(PyObject *object) {
  Fetch fetch;
  long kind = getLong(object, "fetch");
  if (kind < Fetch::Global || kind > Fetch::Length)
    fail("a guard's `fetch` is out of range");
  fetch.kind = Fetch::Kind(kind);
  fetch.holder = get(object, "holder");
  fetch.name = get(object, "name");
  fetch.leaf = getLong(object, "leaf");
  if (fetch.leaf < 0) {
    if (fetch.kind == Fetch::Global && !PyDict_Check(fetch.holder.get()))
      fail("the holder of a global is a dict");
    if (fetch.kind == Fetch::Cell && !PyCell_Check(fetch.holder.get()))
      fail("the holder of a cell's guard is a cell");
  } else if (fetch.kind <= Fetch::Cell) {
    fail("globals and cells are not fetched from leaves");
  }
  return fetch;
}

static Guard readGuard(PyObject *object) {
  Guard guard;
  guard.fetch = readFetch(object);
  guard.expected = get(object, "expected");
  if (guard.fetch.kind == Fetch::Length)
    guard.length = toLong(guard.expected.get());
  return guard;
}

static Capture readCapture(PyObject *object) {
  Capture capture;
  capture.fetch = readFetch(object);
  if (keyOfArrayKind(get(object, "kind").get(), capture.kind) < 0)
    throw PythonError();
  return capture;
}

static void readArrayPlan(PyObject *object, Plan &plan) {
  DType dtype = dtypeNamed(getString(object, "dtype").c_str());
  if (dtype == DType::Unsupported)
    fail("the plan of an array has no known dtype");
  plan.log2Bytes = log2BytesOf(dtype);
  plan.descriptor = checked(
      reinterpret_cast<PyObject *>(PyArray_DescrFromType(typeNumberOf(dtype))));
  plan.scalar = getBool(object, "scalar");
  plan.base = getLong(object, "base");
  plan.writeable = getBool(object, "writeable");
}

static Plan::ScalarKind readScalarKind(PyObject *object) {
  std::string kind = getString(object, "scalar_kind");
  if (kind == "int")
    return Plan::ScalarKind::Int;
  if (kind == "float")
    return Plan::ScalarKind::Float;
  if (kind != "bool")
    fail("scalar_kind is \"int\", \"float\" or \"bool\"");
  return Plan::ScalarKind::Bool;
}

static Plan readPlan(PyObject *object) {
  Plan plan;
  long tag = getLong(object, "tag");
  if (tag < Plan::Constant || tag > Plan::Same)
    fail("a plan's tag is out of range");
  plan.tag = Plan::Tag(tag);
  plan.value = get(object, "value");
  plan.ordinal = getLong(object, "ordinal");
  plan.cls = get(object, "cls");
  forEach(get(object, "items").get(),
          [&](PyObject *item) { plan.items.push_back(readPlan(item)); });
  forEach(get(object, "keys").get(),
          [&](PyObject *key) { plan.keys.push_back(Ref::share(key)); });
  forEach(get(object, "path").get(),
          [&](PyObject *step) { plan.path.push_back(Ref::share(step)); });
  if (plan.tag == Plan::Array)
    readArrayPlan(object, plan);
  if (plan.tag == Plan::Scalar)
    plan.scalarKind = readScalarKind(object);
  if (plan.tag == Plan::Dict && plan.keys.size() != plan.items.size())
    fail("the plan of a dict has as many keys as items");
  return plan;
}

/// Ordinals must exist, whatever the front end says.
static void checkPlan(const Plan &plan, const Version &version) {
  bool isResult = plan.tag == Plan::Array || plan.tag == Plan::Scalar;
  if (isResult) {
    if (plan.ordinal < 0 || size_t(plan.ordinal) >= version.resultRanks.size())
      fail("a plan refers to a result that there is not");
    if ((plan.tag == Plan::Array) != (version.resultRanks[plan.ordinal] >= 0))
      fail("a plan and result_ranks differ on what is an array");
  }
  if (plan.tag == Plan::Path && plan.path.empty())
    fail("the plan of a path has no steps");
  for (const Plan &item : plan.items)
    checkPlan(item, version);
}

static void readResultRanks(PyObject *object, Version &version) {
  forEach(get(object, "result_ranks").get(), [&](PyObject *item) {
    long rank = toLong(item);
    if (rank < -1 || rank > NPY_MAXDIMS)
      fail("a result's rank is out of range");
    version.resultStarts.push_back(long(version.resultWords));
    version.resultRanks.push_back(rank);
    version.resultWords += rank < 0 ? 1 : 2 + 2 * rank;
  });
}

static void readVersion(PyObject *object, Version &version) {
  version.object = Ref::share(object);
  void *entry = PyLong_AsVoidPtr(get(object, "entry").get());
  if (!entry && PyErr_Occurred())
    throw PythonError();
  if (!entry)
    fail("a version's entry is null");
  version.entry = reinterpret_cast<ElenaEntry>(entry);
  version.alias = Alias::parse(getString(object, "alias"));
  readResultRanks(object, version);
  version.plan = readPlan(get(object, "plan").get());
  checkPlan(version.plan, version);
  forEach(get(object, "guards").get(),
          [&](PyObject *item) { version.guards.push_back(readGuard(item)); });
  forEach(get(object, "captures").get(), [&](PyObject *item) {
    version.captures.push_back(readCapture(item));
  });
  forEach(get(object, "checks").get(), [&](PyObject *item) {
    Ref pair = checked(PySequence_Tuple(item));
    if (PyTuple_GET_SIZE(pair.get()) != 2)
      fail("a check is a pair (exception, message)");
    version.checks.push_back({toString(PyTuple_GET_ITEM(pair.get(), 0)),
                              toString(PyTuple_GET_ITEM(pair.get(), 1))});
  });
}

Alias Alias::parse(const std::string &text) {
  if (text == "apart")
    return {Apart};
  if (text == "overlap")
    return {Overlap};
  if (text.compare(0, 5, "same:"))
    fail("a version's alias is apart, overlap or same:...");
  return {Same, text.substr(5)};
}

std::string Alias::text() const {
  if (kind == Same)
    return "same:" + same;
  return kind == Apart ? "apart" : "overlap";
}

std::unique_ptr<Version> Version::parse(PyObject *object) {
  try {
    auto version = std::make_unique<Version>();
    readVersion(object, *version);
    return version;
  } catch (const PythonError &) {
    return nullptr;
  } catch (const std::exception &error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
    return nullptr;
  }
}

//===----------------------------------------------------------------------===//
// Garbage collection
//===----------------------------------------------------------------------===//

static int traversePlan(const Plan &plan, visitproc visit, void *arg) {
  Py_VISIT(plan.value.get());
  Py_VISIT(plan.cls.get());
  for (const Ref &key : plan.keys)
    Py_VISIT(key.get());
  for (const Ref &step : plan.path)
    Py_VISIT(step.get());
  for (const Plan &item : plan.items)
    if (int status = traversePlan(item, visit, arg))
      return status;
  return 0;
}

static int traverseFetch(const Fetch &fetch, visitproc visit, void *arg) {
  Py_VISIT(fetch.holder.get());
  Py_VISIT(fetch.name.get());
  return 0;
}

int Version::traverse(visitproc visit, void *arg) const {
  Py_VISIT(object.get());
  for (const Guard &guard : guards) {
    Py_VISIT(guard.expected.get());
    if (int status = traverseFetch(guard.fetch, visit, arg))
      return status;
  }
  for (const Capture &capture : captures)
    if (int status = traverseFetch(capture.fetch, visit, arg))
      return status;
  return traversePlan(plan, visit, arg);
}
