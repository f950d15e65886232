//===- AccessOps.td - Ops that read and write elements -----*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_ACCESSOPS_TD
#define ELENA_DIALECT_TENSORREF_IR_ACCESSOPS_TD

include "elena/Dialect/TensorRef/IR/TensorRefInterfaces.td"
include "elena/Dialect/TensorRef/IR/TensorRefTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/MemorySlotInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// The memory effects of an access op are its accesses: it states them once.
class TensorRef_AccessOp<string mnemonic, list<Trait> traits = []>
    : TensorRef_Op<mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<TensorRef_AccessOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])> {
  let hasVerifier = 1;
  let extraClassDefinition = [{
    void $cppClass::getEffects(::llvm::SmallVectorImpl<
        ::mlir::SideEffects::EffectInstance<::mlir::MemoryEffects::Effect>>
            &effects) {
      ::elena::tensorref::addAccessEffects(*this, effects);
    }
  }];
}

// One that visits what it reads and writes element by element, in one order.
class TensorRef_ElementwiseOp<string mnemonic, list<Trait> traits = []>
    : TensorRef_AccessOp<mnemonic, traits> {
  code elementwiseDeclaration = [{
    bool isElementwise(::mlir::OpOperand &, ::mlir::OpOperand &) { return true; }
  }];
  let extraClassDeclaration = elementwiseDeclaration;
}

// … and does the same at every index.
class TensorRef_PointwiseOp<string mnemonic, list<Trait> traits = []>
    : TensorRef_ElementwiseOp<mnemonic, traits> {
  let extraClassDeclaration = elementwiseDeclaration # [{
    bool isPointwise() { return true; }
  }];
}

def TensorRef_YieldOp : TensorRef_Op<"yield",
    [Pure, Terminator, ParentOneOf<["MapOp", "ReduceOp", "StageOp"]>]> {
  let summary = "the values of one point";
  let description = [{
    Ends the body of `map`, `reduce` and `stage`; see there.

    ```mlir
    tensorref.yield %z : f32
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def TensorRef_IndexOp : TensorRef_Op<"index", [Pure]> {
  let summary = "the index of this point in one dimension of the box";
  let description = [{
    ```mlir
    %i = tensorref.index 0 : index
    ```
  }];
  let arguments = (ins I64Attr:$dimension);
  let results = (outs Index:$result);
  let assemblyFormat = "$dimension attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def TensorRef_MapOp : TensorRef_ElementwiseOp<"map", [AttrSizedOperandSegments]> {
  let summary = "a scalar body applied to every element";
  let description = [{
    All operands have one shape. For every index the body gets the elements of
    the inputs there and yields those of the outputs. All inputs are read
    before any output is written.

    ```mlir
    tensorref.map ins(%a, %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>)
        outs(%o : !tensorref.ref<?xf32>) {
    ^bb0(%x: f32, %y: f32):
      %z = arith.addf %x, %y : f32
      tensorref.yield %z : f32
    }
    ```
  }];
  let arguments = (ins Variadic<TensorRef_AnyRef>:$inputs,
                       Variadic<TensorRef_AnyRef>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    `outs` `(` $outputs `:` type($outputs) `)` attr-dict-with-keyword $body
  }];
  let extraClassDeclaration = elementwiseDeclaration # [{
    bool isPointwise();
  }];
  let hasRegionVerifier = 1;
}

def TensorRef_FillOp : TensorRef_PointwiseOp<"fill",
    [DeclareOpInterfaceMethods<PromotableMemOpInterface>]> {
  let summary = "one value in every element";
  let description = [{
    ```mlir
    tensorref.fill %zero into %o : f32, !tensorref.ref<?xf32>
    ```
  }];
  let arguments = (ins AnyType:$value, TensorRef_AnyRef:$output);
  let assemblyFormat = [{
    $value `into` $output attr-dict `:` type($value) `,` type($output)
  }];
}

def TensorRef_CopyOp : TensorRef_PointwiseOp<"copy"> {
  let summary = "the elements of one ref in another";
  let description = [{
    Same shape, same element type.

    ```mlir
    tensorref.copy %a to %o : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$input, TensorRef_AnyRef:$output);
  let assemblyFormat = [{
    $input `to` $output attr-dict `:` type($input) `,` type($output)
  }];
  let hasCanonicalizer = 1;
}

def TensorRef_IotaOp : TensorRef_ElementwiseOp<"iota", [AllTypesMatch<["start", "step"]>]> {
  let summary = "an arithmetic progression";
  let description = [{
    Element i of the 1-D output is `start + i·step`, in the element type.

    ```mlir
    tensorref.iota %start step %step into %o : f32, !tensorref.ref<?xf32>
    ```
  }];
  let arguments = (ins AnyType:$start, AnyType:$step, TensorRef_AnyRef:$output);
  let assemblyFormat = [{
    $start `step` $step `into` $output attr-dict
    `:` type($start) `,` type($output)
  }];
}

def TensorRef_FromElementsOp : TensorRef_ElementwiseOp<"from_elements"> {
  let summary = "given values, in C order";
  let description = [{
    The output has a static shape, of as many elements as there are values.

    ```mlir
    tensorref.from_elements %a, %b into %o : !tensorref.ref<2xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$values, TensorRef_AnyRef:$output);
  let assemblyFormat = [{
    $values `into` $output attr-dict `:` custom<ElementsType>(type($values), type($output))
  }];
}

def TensorRef_ReduceOp : TensorRef_AccessOp<"reduce", [AttrSizedOperandSegments]> {
  let summary = "values combined along some dimensions";
  let description = [{
    The body turns the elements of the inputs at one index into the value that
    is combined. The output has the inputs' shape without the reduced
    dimensions; it is written once, after all reads.

    `sum` and `prod` combine in the output's element type: f32 sums are
    accumulated in f64, f64 sums are compensated. `min` and `max` propagate
    NaN; `umin` and `umax` are those of unsigned integers. `any` and `all`
    combine `i1`. `argmin` and `argmax` yield the position (i64, C order of the
    reduced dimensions) of the first extreme; NaN counts as one.

    ```mlir
    tensorref.reduce sum dims [1] ins(%a : !tensorref.ref<?x4xf32>)
        outs(%o : !tensorref.ref<?xf32>) {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
    ```
  }];
  let arguments = (ins TensorRef_ReduceKindAttr:$kind,
                       DenseI64ArrayAttr:$dimensions,
                       Variadic<TensorRef_AnyRef>:$inputs,
                       Variadic<TensorRef_AnyRef>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    custom<ReduceKindKeyword>($kind) `dims` $dimensions
    `ins` `(` $inputs `:` type($inputs) `)`
    `outs` `(` $outputs `:` type($outputs) `)` attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

def TensorRef_ScanOp : TensorRef_AccessOp<"scan"> {
  let summary = "running values along one dimension";
  let description = [{
    Cumulative `sum` or `prod`, one after the other in the element type.

    ```mlir
    tensorref.scan sum dim 0 ins(%a : !tensorref.ref<?xf32>)
        outs(%o : !tensorref.ref<?xf32>)
    ```
  }];
  let arguments = (ins TensorRef_ReduceKindAttr:$kind, I64Attr:$dimension,
                       TensorRef_AnyRef:$input, TensorRef_AnyRef:$output);
  let assemblyFormat = [{
    custom<ReduceKindKeyword>($kind) `dim` $dimension
    `ins` `(` $input `:` type($input) `)`
    `outs` `(` $output `:` type($output) `)` attr-dict
  }];
}

def TensorRef_MaskedCopyOp : TensorRef_PointwiseOp<"masked_copy"> {
  let summary = "the elements of one ref in another, where a mask is true";
  let description = [{
    A *may* write: an element whose mask is false keeps its value.

    ```mlir
    tensorref.masked_copy %a to %o where %m
        : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>, !tensorref.ref<?xi1>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$input, TensorRef_AnyRef:$output,
                       TensorRef_AnyRef:$mask);
  let assemblyFormat = [{
    $input `to` $output `where` $mask attr-dict
    `:` type($input) `,` type($output) `,` type($mask)
  }];
}

def TensorRef_MaskedFillOp : TensorRef_PointwiseOp<"masked_fill"> {
  let summary = "one value in every element whose mask is true";
  let description = [{
    ```mlir
    tensorref.masked_fill %v into %o where %m
        : f32, !tensorref.ref<?xf32>, !tensorref.ref<?xi1>
    ```
  }];
  let arguments = (ins AnyType:$value, TensorRef_AnyRef:$output,
                       TensorRef_AnyRef:$mask);
  let assemblyFormat = [{
    $value `into` $output `where` $mask attr-dict
    `:` type($value) `,` type($output) `,` type($mask)
  }];
}

def TensorRef_GatherOp : TensorRef_AccessOp<"gather"> {
  let summary = "elements at given indices of the leading dimensions";
  let description = [{
    `o[k…, r…] = x[i0[k…], i1[k…], …, r…]`. The index refs are i64 and of one
    shape. A negative index counts from the end. That indices are in bounds is
    the duty of whoever makes the op.

    ```mlir
    tensorref.gather %x[%i] into %o
        : !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>] into !tensorref.ref<?x4xf32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$source,
                       Variadic<TensorRef_AnyRef>:$indices,
                       TensorRef_AnyRef:$output);
  let assemblyFormat = [{
    $source `[` $indices `]` `into` $output attr-dict
    `:` type($source) `[` type($indices) `]` `into` type($output)
  }];
}

def TensorRef_ScatterOp : TensorRef_AccessOp<"scatter"> {
  let summary = "elements written at given indices of the leading dimensions";
  let description = [{
    `x[i0[k…], i1[k…], …, r…] = s[k…, r…]`, in C order of k: where two indices
    are the same the last one wins. A *may* write.

    ```mlir
    tensorref.scatter %s into %x[%i]
        : !tensorref.ref<?x4xf32> into !tensorref.ref<?x4xf32>[!tensorref.ref<?xi64>]
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$input, TensorRef_AnyRef:$destination,
                       Variadic<TensorRef_AnyRef>:$indices);
  let assemblyFormat = [{
    $input `into` $destination `[` $indices `]` attr-dict
    `:` type($input) `into` type($destination) `[` type($indices) `]`
  }];
}

def TensorRef_LoadOp : TensorRef_AccessOp<"load",
    [DeclareOpInterfaceMethods<PromotableMemOpInterface>]> {
  let summary = "the element of a 0-d ref, on the host";
  let description = [{
    ```mlir
    %v = tensorref.load %r : !tensorref.ref<f32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$ref);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$ref attr-dict `:` custom<LoadType>(type($ref), type($result))";
}

#endif // ELENA_DIALECT_TENSORREF_IR_ACCESSOPS_TD
