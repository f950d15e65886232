//===- Kernels.cpp - what a compiled function consists of -----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/raw_ostream.h"

using namespace elena;
using namespace elena::tensorref;
using namespace mlir;

static std::string printType(Type type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto ref = dyn_cast<RefType>(type)) {
    for (int64_t size : ref.getShape())
      (ShapedType::isDynamic(size) ? os << "?" : os << size) << "x";
    type = ref.getElementType();
  }
  os << type;
  return text;
}

/// -1 where a size is dynamic.
static int64_t bytesOf(Type type) {
  auto ref = dyn_cast<RefType>(type);
  if (!ref || !ref.hasStaticShape())
    return -1;
  int64_t bytes = ref.getElementBytes();
  for (int64_t size : ref.getShape())
    bytes *= size;
  return bytes;
}

//===----------------------------------------------------------------------===//
// Signature
//===----------------------------------------------------------------------===//

std::vector<WordsInfo> elena::describeTypes(TypeRange types) {
  std::vector<WordsInfo> result;
  for (Type type : types) {
    WordsInfo info;
    if (auto ref = dyn_cast<RefType>(type)) {
      info.rank = ref.getRank();
      for (int64_t size : ref.getShape())
        info.sizes.push_back(ShapedType::isDynamic(size) ? -1 : size);
      if (StridedLayoutAttr layout = ref.getLayout())
        for (int64_t stride : layout.getStrides())
          info.strides.push_back(ShapedType::isDynamic(stride)
                                     ? std::nullopt
                                     : std::optional<int64_t>(stride));
      type = ref.getElementType();
    }
    info.elementType = printType(type);
    result.push_back(std::move(info));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The value that a chain of views starts from.
static Value rootOf(Value ref) {
  while (auto view = ref.getDefiningOp<ViewOpInterface>())
    ref = view.getViewedRef();
  return ref;
}

/// Is it storage that a kernel allocates, for a point or an iteration?
static bool isPrivate(Value root) {
  Operation *parent = root.getParentBlock()->getParentOp();
  return isa_and_present<GroupOp, ForeachOp>(parent) ||
         (parent && parent->getParentOfType<ForeachOp>());
}

/// The refs of all accesses of one kernel, each once. Storage of the kernel's
/// own is no traffic.
static KernelInfo describeGroup(Operation *group) {
  llvm::SetVector<Value> reads, writes;
  KernelInfo info;
  group->walk([&](AccessOpInterface op) {
    if (isa<StageOp>(op))
      ++info.stages;
    SmallVector<Access> accesses;
    op.getAccesses(accesses);
    for (const Access &access : accesses)
      if (!isPrivate(rootOf(access.getRef())))
        (access.kind == AccessKind::Read ? reads : writes)
            .insert(access.getRef());
  });
  info.bytes = 0;
  auto add = [&](const llvm::SetVector<Value> &refs,
                 std::vector<std::string> &texts) {
    for (Value ref : refs) {
      texts.push_back(printType(ref.getType()));
      int64_t bytes = bytesOf(ref.getType());
      info.bytes = bytes < 0 || info.bytes < 0 ? -1 : info.bytes + bytes;
    }
  };
  add(reads, info.reads);
  add(writes, info.writes);
  return info;
}

std::vector<KernelInfo> elena::collectKernels(ModuleOp module) {
  std::vector<KernelInfo> kernels;
  for (Operation *root : getKernelRoots(module))
    kernels.push_back(describeGroup(root));
  return kernels;
}

void elena::nameKernels(ModuleOp module, std::vector<KernelInfo> &kernels) {
  size_t next = 0;
  module.walk([&](LaunchOp launch) {
    if (next < kernels.size())
      kernels[next++].name = launch.getKernel().str();
  });
}

//===----------------------------------------------------------------------===//
// Temporaries
//===----------------------------------------------------------------------===//

static std::string printLocation(Location location) {
  auto file = location->findInstanceOf<FileLineColLoc>();
  if (!file)
    return "";
  return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
          Twine(file.getColumn()))
      .str();
}

std::vector<AllocOp> elena::findTemporaries(ModuleOp module) {
  std::vector<AllocOp> temporaries;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr(kEntryAttr))
      continue;
    llvm::SmallPtrSet<Operation *, 8> returned;
    function.walk([&](func::ReturnOp op) {
      for (Value operand : op.getOperands())
        if (isa<RefType>(operand.getType()))
          if (Operation *root = rootOf(operand).getDefiningOp())
            returned.insert(root);
    });
    function.walk([&](AllocOp alloc) {
      if (!returned.contains(alloc) && !isPrivate(alloc))
        temporaries.push_back(alloc);
    });
  }
  return temporaries;
}

std::vector<TemporaryInfo> elena::collectTemporaries(ModuleOp module) {
  std::vector<TemporaryInfo> infos;
  for (AllocOp alloc : findTemporaries(module))
    infos.push_back({printType(alloc.getType()), bytesOf(alloc.getType()),
                     printLocation(alloc.getLoc())});
  return infos;
}
