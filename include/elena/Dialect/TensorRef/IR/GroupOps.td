//===- GroupOps.td - Groups, stages, kernels ---------------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_GROUPOPS_TD
#define ELENA_DIALECT_TENSORREF_IR_GROUPOPS_TD

include "elena/Dialect/TensorRef/IR/AccessOps.td"
include "mlir/IR/SymbolInterfaces.td"

def TensorRef_GroupOp : TensorRef_Op<"group",
    [RecursiveMemoryEffects, NoRegionArguments, NoTerminator, SingleBlock]> {
  let summary = "stages that become one kernel";
  let description = [{
    The unit that is planned, scheduled and lowered. Its stages run in program
    order.

    ```mlir
    tensorref.group {
      tensorref.stage box [%n] iterators [parallel]
          ins(%a : !tensorref.ref<?xf32>) outs(%o : !tensorref.ref<?xf32>) {
      ^bb0(%x: f32):
        tensorref.yield %x : f32
      }
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def TensorRef_StageOp : TensorRef_AccessOp<"stage", [AttrSizedOperandSegments]> {
  let summary = "one op's computation over its iteration box";
  let description = [{
    For every point of the box the body gets the elements of `ins` (refs over
    the box) and yields those of `outs` (refs over the box without its
    reduction dimensions). All that a stage reads is read before it writes
    anything.

    - `gathers`: refs that the body reads with `tensorref.element`.
    - `combiners`: one per output if there are reduction dimensions (or a scan
      dimension): how the yielded values are combined.
    - `masked`: the body yields one `i1` more; where it is false nothing is
      written.
    - `scatter = k`: the body yields k indices more; they stand for the k
      leading dimensions of the outputs, the last `rank - k` dimensions of the
      box for the others.
    - `sequential`: two points may write the same cell; the points run one after
      the other in C order, so that the last one wins.

    ```mlir
    tensorref.stage box [%n, 4] iterators [parallel, reduction]
        ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?xf32>)
        combiners [sum] {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
    ```
  }];
  let arguments = (ins Variadic<Index>:$box, DenseI64ArrayAttr:$static_box,
                       TensorRef_IteratorKindArrayAttr:$iterators,
                       Variadic<TensorRef_AnyRef>:$inputs,
                       Variadic<TensorRef_AnyRef>:$gathers,
                       Variadic<TensorRef_AnyRef>:$outputs,
                       OptionalAttr<TensorRef_ReduceKindArrayAttr>:$combiners,
                       UnitAttr:$masked, OptionalAttr<I64Attr>:$scatter,
                       UnitAttr:$sequential);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `box` custom<DynamicIndexList>($box, $static_box)
    `iterators` custom<IteratorList>($iterators)
    (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    (`gathers` `(` $gathers^ `:` type($gathers) `)`)?
    `outs` `(` $outputs `:` type($outputs) `)`
    (`combiners` custom<CombinerList>($combiners)^)?
    (`masked` $masked^)? (`scatter` $scatter^)? (`sequential` $sequential^)?
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedBox();
    ::llvm::SmallVector<IteratorKind> getIteratorKinds();
    ::llvm::SmallVector<ReduceKind> getCombinerKinds();
    /// The dimensions of the box that are of the given kind, ascending.
    ::llvm::SmallVector<int64_t> getDimensionsOf(IteratorKind kind);
    /// The dimensions of the box, ascending, whose points may run in any order
    /// or at once. None if the stage is `sequential`; of a scatter only those
    /// that are dimensions of the outputs.
    ::llvm::SmallVector<int64_t> getParallelDimensions();
    int64_t getBoxRank() { return getStaticBox().size(); }
    bool isElementwise(::mlir::OpOperand &read, ::mlir::OpOperand &written);
  }];
}

def TensorRef_ElementOp : TensorRef_AccessOp<"element"> {
  let summary = "one element of a gathered ref, in the body of a stage";
  let description = [{
    ```mlir
    %e = tensorref.element %x[%i, %j] : !tensorref.ref<?x4xf32>
    ```
  }];
  let arguments = (ins TensorRef_AnyRef:$ref, Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    $ref `[` $indices `]` attr-dict `:` custom<LoadType>(type($ref), type($result))
  }];
}

def TensorRef_LaunchOp : TensorRef_Op<"launch",
    [MemoryEffects<[MemRead, MemWrite]>,
     DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel";
  let description = [{
    `threads` is the number of points of the kernel's parallel dimensions.

    ```mlir
    tensorref.launch @f_k0 threads %n args(%p, %o, %n : memref<f32>, index, index)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, Index:$threads,
                       Variadic<AnyType>:$kernel_arguments);
  let assemblyFormat = [{
    $kernel `threads` $threads
    `args` `(` ($kernel_arguments^ `:` type($kernel_arguments))? `)` attr-dict
  }];
}

#endif // ELENA_DIALECT_TENSORREF_IR_GROUPOPS_TD
