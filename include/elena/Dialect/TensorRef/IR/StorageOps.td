//===- StorageOps.td - Storages, their metadata, bridges ---*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_STORAGEOPS_TD
#define ELENA_DIALECT_TENSORREF_IR_STORAGEOPS_TD

include "elena/Dialect/TensorRef/IR/TensorRefInterfaces.td"
include "elena/Dialect/TensorRef/IR/TensorRefTypes.td"
include "mlir/IR/BuiltinTypes.td"
include "mlir/Interfaces/MemorySlotInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"

def TensorRef_AllocOp : TensorRef_Op<"alloc",
    [DeclareOpInterfaceMethods<PromotableAllocationOpInterface>]> {
  let summary = "a fresh storage";
  let description = [{
    Makes a storage and returns a ref to all of it: C order, offset 0,
    uninitialised. The storage lives until the entry function's caller
    releases it. A negative size counts as 0.

    A 0-d allocation is a memory slot of MLIR's `mem2reg`, which replaces it by
    values where only `load` and `fill` use it.

    ```mlir
    %p = tensorref.alloc [%n, 4] : !tensorref.ref<?x4xf32>
    %s = tensorref.alloc [] : !tensorref.ref<f32>
    ```
  }];
  let arguments = (ins Variadic<Index>:$sizes, DenseI64ArrayAttr:$static_sizes);
  let results = (outs Res<TensorRef_AnyRef, "", [MemAlloc]>:$ref);
  let assemblyFormat = [{
    custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($ref)
  }];
  let builders = [
    OpBuilder<(ins "::llvm::ArrayRef<::mlir::OpFoldResult>":$sizes,
                   "::mlir::Type":$elementType)>
  ];
  let extraClassDeclaration = [{
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedSizes();
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def TensorRef_FromMemRefOp : TensorRef_Op<"from_memref", [Pure]> {
  let summary = "a ref to the elements of a memref";
  let description = [{
    Bridges from upstream's memref. Shape and element type are those of the
    memref; a ref of `i1` comes from a memref of `i8`, one byte per bool.

    ```mlir
    %r = tensorref.from_memref %m
        : memref<?x4xf32, strided<[?, 1]>> to !tensorref.ref<?x4xf32>
    ```
  }];
  let arguments = (ins AnyMemRef:$memref);
  let results = (outs TensorRef_AnyRef:$ref);
  let assemblyFormat = "$memref attr-dict `:` type($memref) `to` type($ref)";
  let hasVerifier = 1;
}

def TensorRef_ToMemRefOp : TensorRef_Op<"to_memref", [Pure]> {
  let summary = "the elements of a ref as a memref";
  let description = [{
    Bridges to upstream's memref. The memref's layout must allow every layout
    that the ref may have.

    ```mlir
    %m = tensorref.to_memref %r
        : !tensorref.ref<?xf32> to memref<?xf32, strided<[?], offset: ?>>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$ref);
  let results = (outs AnyMemRef:$memref);
  let assemblyFormat = "$ref attr-dict `:` type($ref) `to` type($memref)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

class TensorRef_MetadataOp<string mnemonic>
    : TensorRef_Op<mnemonic, [Pure]> {
  let arguments = (ins TensorRef_AnyRef:$ref, I64Attr:$dimension);
  let results = (outs Index:$result);
  let assemblyFormat = "$ref `,` $dimension attr-dict `:` type($ref)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}

def TensorRef_DimOp : TensorRef_MetadataOp<"dim"> {
  let summary = "the size of one dimension";
  let description = [{
    ```mlir
    %n = tensorref.dim %x, 0 : !tensorref.ref<?x4xf32>
    ```
  }];
}

def TensorRef_StrideOp : TensorRef_MetadataOp<"stride"> {
  let summary = "the stride of one dimension, in elements";
  let description = [{
    ```mlir
    %s = tensorref.stride %x, 0 : !tensorref.ref<?x4xf32>
    ```
  }];
}

def TensorRef_BaseOp : TensorRef_Op<"base", [Pure]> {
  let summary = "a pointer to element 0 of the root of a ref";
  let description = [{
    The root of a ref is the argument or allocation that all its views lead
    to. Kernels take the root's pointer and, separately, the offset, sizes and
    strides of each access.

    ```mlir
    %b = tensorref.base %x : !tensorref.ref<?x4xf32> to memref<f32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$ref);
  let results = (outs AnyMemRef:$pointer);
  let assemblyFormat = "$ref attr-dict `:` type($ref) `to` type($pointer)";
  let hasVerifier = 1;
}

#endif // ELENA_DIALECT_TENSORREF_IR_STORAGEOPS_TD
