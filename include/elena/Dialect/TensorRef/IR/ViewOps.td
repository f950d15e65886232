//===- ViewOps.td - Ops that make a ref from a ref ---------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_VIEWOPS_TD
#define ELENA_DIALECT_TENSORREF_IR_VIEWOPS_TD

include "elena/Dialect/TensorRef/IR/TensorRefInterfaces.td"
include "elena/Dialect/TensorRef/IR/TensorRefTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"

// Verification, folding to a strided view and the analyses all come from the
// one formula that an op states in applyView.
class TensorRef_ViewOp<string mnemonic, dag extraArguments,
                       list<Trait> traits = []>
    : TensorRef_Op<mnemonic, !listconcat(traits, [Pure,
        DeclareOpInterfaceMethods<TensorRef_ViewOpInterface>,
        DeclareOpInterfaceMethods<ViewLikeOpInterface>])> {
  let arguments = !con((ins TensorRef_AnyRef:$source), extraArguments);
  let results = (outs TensorRef_AnyRef:$result);
  let extraClassDefinition = [{
    ::mlir::Value $cppClass::getViewedRef() { return getSource(); }
    ::mlir::Value $cppClass::getViewSource() { return getSource(); }
  }];
}

def TensorRef_SliceOp : TensorRef_ViewOp<"slice",
    (ins Variadic<Index>:$starts, Variadic<Index>:$stops,
         DenseI64ArrayAttr:$static_starts, DenseI64ArrayAttr:$static_stops,
         DenseI64ArrayAttr:$steps,
         DenseBoolArrayAttr:$has_start, DenseBoolArrayAttr:$has_stop),
    [AttrSizedOperandSegments]> {
  let summary = "start:stop:step in every dimension";
  let description = [{
    NumPy's slicing, one `start:stop:step` per dimension: negative bounds count
    from the end, bounds are clamped, `_` is a bound that was left out, a
    missing step is 1. Bounds may be run-time values, steps are static and
    never 0.

    ```mlir
    // x[:h, ::-1]
    %v = tensorref.slice %x[_:%h, _:_:-1]
        : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `` custom<SliceBounds>($starts, $stops, $static_starts,
                                   $static_stops, $steps, $has_start, $has_stop)
    attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_SelectOp : TensorRef_ViewOp<"select",
    (ins I64Attr:$dimension, Variadic<Index>:$index,
         DenseI64ArrayAttr:$static_index)> {
  let summary = "one index of one dimension, which goes away";
  let description = [{
    `x[:, i]`. The index may be negative, as in NumPy; that it lies in
    `[-n, n)` is the duty of whoever makes the op.

    ```mlir
    %v = tensorref.select %x dim 1 at %i
        : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `dim` $dimension `at` custom<StaticOrDynamic>($index, $static_index)
    attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_NewAxisOp : TensorRef_ViewOp<"newaxis",
    (ins DenseI64ArrayAttr:$dimensions)> {
  let summary = "new dimensions of size 1";
  let description = [{
    `dims` are positions in the result.

    ```mlir
    %v = tensorref.newaxis %x dims [1]
        : !tensorref.ref<?xf32> to !tensorref.ref<?x1xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `dims` $dimensions attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_SqueezeOp : TensorRef_ViewOp<"squeeze",
    (ins DenseI64ArrayAttr:$dimensions)> {
  let summary = "without some dimensions of size 1";
  let description = [{
    ```mlir
    %v = tensorref.squeeze %x dims [1]
        : !tensorref.ref<?x1xf32> to !tensorref.ref<?xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `dims` $dimensions attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_TransposeOp : TensorRef_ViewOp<"transpose",
    (ins DenseI64ArrayAttr:$permutation)> {
  let summary = "permuted dimensions";
  let description = [{
    Dimension `i` of the result is dimension `permutation[i]` of the source.

    ```mlir
    %v = tensorref.transpose %x permutation [1, 0]
        : !tensorref.ref<?x4xf32> to !tensorref.ref<4x?xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `permutation` $permutation attr-dict
    `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_BroadcastOp : TensorRef_ViewOp<"broadcast",
    (ins Variadic<Index>:$sizes, DenseI64ArrayAttr:$static_sizes)> {
  let summary = "repeated along dimensions, by stride 0";
  let description = [{
    NumPy's `broadcast_to`: dimensions are aligned at the end; a dimension that
    is new, or that is statically 1 where the result is not, gets stride 0.
    Every other size equals that of the result (the maker's duty).

    ```mlir
    %v = tensorref.broadcast %x to [%n, 4]
        : !tensorref.ref<4xf32> to !tensorref.ref<?x4xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `to` custom<DynamicIndexList>($sizes, $static_sizes)
    attr-dict `:` type($source) `to` type($result)
  }];
  let extraClassDeclaration = [{
    bool preservesInjectivity() { return false; }
  }];
  let hasVerifier = 1;
}

def TensorRef_ReshapeOp : TensorRef_ViewOp<"reshape",
    (ins Variadic<Index>:$sizes, DenseI64ArrayAttr:$static_sizes,
         OptionalAttr<ArrayAttr>:$source_groups,
         OptionalAttr<ArrayAttr>:$result_groups)> {
  let summary = "another shape of the same elements, where that is a view";
  let description = [{
    Group g of the source's dimensions merges into one (it must be mergeable:
    `stride[k] == stride[k+1]·size[k+1]`) and splits into group g of the
    result's. The groups may be left out where all sizes and strides are
    static. A reshape that would need a copy is an error: say `copy` first.

    ```mlir
    %v = tensorref.reshape %x to [%n, 2, 2] groups [[0], [1]] into [[0], [1, 2]]
        : !tensorref.ref<?x4xf32> to !tensorref.ref<?x2x2xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `to` custom<DynamicIndexList>($sizes, $static_sizes)
    (`groups` $source_groups^ `into` $result_groups)?
    attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_FlipOp : TensorRef_ViewOp<"flip",
    (ins DenseI64ArrayAttr:$dimensions)> {
  let summary = "dimensions in reverse order";
  let description = [{
    ```mlir
    %v = tensorref.flip %x dims [0]
        : !tensorref.ref<?x4xf32> to !tensorref.ref<?x4xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `dims` $dimensions attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_DiagonalOp : TensorRef_ViewOp<"diagonal",
    (ins I64Attr:$diagonal_offset, DenseI64ArrayAttr:$dimensions)> {
  let summary = "a diagonal of two dimensions";
  let description = [{
    NumPy's `diagonal`: the two dimensions go, the diagonal comes last.

    ```mlir
    %v = tensorref.diagonal %x offset 1 dims [0, 1]
        : !tensorref.ref<4x4xf32> to !tensorref.ref<3xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `offset` $diagonal_offset `dims` $dimensions
    attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def TensorRef_SlidingWindowOp : TensorRef_ViewOp<"sliding_window",
    (ins Variadic<Index>:$window, DenseI64ArrayAttr:$static_window,
         DenseI64ArrayAttr:$dimensions)> {
  let summary = "all windows along some dimensions";
  let description = [{
    NumPy's `sliding_window_view`: a windowed dimension keeps `n - w + 1`
    positions; the window dimensions come last, in the order of `dims`.

    ```mlir
    %v = tensorref.sliding_window %x window [3] dims [0]
        : !tensorref.ref<8xf32> to !tensorref.ref<6x3xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `window` custom<DynamicIndexList>($window, $static_window)
    `dims` $dimensions attr-dict `:` type($source) `to` type($result)
  }];
  let extraClassDeclaration = [{
    bool preservesInjectivity() { return false; }
  }];
  let hasVerifier = 1;
}

def TensorRef_StridedViewOp : TensorRef_ViewOp<"strided_view",
    (ins Variadic<Index>:$offset, Variadic<Index>:$sizes,
         Variadic<Index>:$strides, DenseI64ArrayAttr:$static_offset,
         DenseI64ArrayAttr:$static_sizes, DenseI64ArrayAttr:$static_strides,
         UnitAttr:$injective),
    [AttrSizedOperandSegments]> {
  let summary = "any strided view of a storage";
  let description = [{
    Element (i0, i1, …) of the result is the element
    `offset + Σ strides[k]·i[k]` of the storage, counted from element 0 of the
    source (not through the source's own strides: NumPy's `as_strided`). It is
    the form that every chain of view ops folds to. `injective` says that no
    two indices share a cell, as long as that holds for the source.

    ```mlir
    %v = tensorref.strided_view %x offset 3 sizes [%n, 2] strides [4, 1]
        : !tensorref.ref<?xf32> to !tensorref.ref<?x2xf32>
    ```
  }];
  let assemblyFormat = [{
    $source `offset` custom<StaticOrDynamic>($offset, $static_offset)
    `sizes` custom<DynamicIndexList>($sizes, $static_sizes)
    `strides` custom<DynamicIndexList>($strides, $static_strides)
    (`injective` $injective^)? attr-dict `:` type($source) `to` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$source,
                   "const ::elena::tensorref::SymbolicView &":$view,
                   CArg<"::mlir::Type", "{}">:$type)>
  ];
  let extraClassDeclaration = [{
    ::elena::tensorref::SymbolicView getView();
    bool preservesInjectivity() { return getInjective(); }
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // ELENA_DIALECT_TENSORREF_IR_VIEWOPS_TD
