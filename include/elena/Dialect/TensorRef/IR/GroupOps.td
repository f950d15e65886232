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
    The unit that is planned, scheduled and lowered. Without `over` each stage
    is a loop nest of its own; the stages run in program order.

    ```mlir
    tensorref.group {
      tensorref.stage box [%n] iterators [parallel]
          ins(%a : !tensorref.ref<?xf32>) outs(%o : !tensorref.ref<?xf32>) {
      ^bb0(%x: f32):
        tensorref.yield %x : f32
      }
    }
    ```

    A *fused* group has an iteration space T, whose sizes `over` lists. Each of
    its stages says with `along` which points of its box belong to a point t of
    T. At each t the stages run in program order, each to its end; different t
    are independent of each other, unless `sequential_t` says that they run in C
    order (with `descending`: from the last one to the first). An allocation in the group's body is private to each t, and
    uninitialised there; the stages see it through views that repeat it along T.

    ```mlir
    tensorref.group over [%n] {
      %s = tensorref.alloc [] : !tensorref.ref<f32>
      %v = tensorref.strided_view %s offset 0 sizes [%n] strides [0]
          : !tensorref.ref<f32> to !tensorref.ref<?xf32>
      %w = tensorref.strided_view %s offset 0 sizes [%n, 4] strides [0, 0]
          : !tensorref.ref<f32> to !tensorref.ref<?x4xf32>
      tensorref.stage box [%n, 4] iterators [parallel, reduction]
          ins(%a : !tensorref.ref<?x4xf32>) outs(%v : !tensorref.ref<?xf32>)
          combiners [max] along [0] {
      ^bb0(%x: f32):
        tensorref.yield %x : f32
      }
      tensorref.stage box [%n, 4] iterators [parallel, parallel]
          ins(%a, %w : !tensorref.ref<?x4xf32>, !tensorref.ref<?x4xf32>)
          outs(%o : !tensorref.ref<?x4xf32>) along [0] {
      ^bb0(%x: f32, %m: f32):
        %y = arith.subf %x, %m : f32
        tensorref.yield %y : f32
      }
    }
    ```
  }];
  let arguments = (ins Variadic<Index>:$over,
                       OptionalAttr<DenseI64ArrayAttr>:$static_over,
                       UnitAttr:$sequential_t, UnitAttr:$descending);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`over` custom<DynamicIndexList>($over, $static_over)^)?
    (`sequential_t` $sequential_t^)? (`descending` $descending^)?
    attr-dict-with-keyword $body
  }];
  let builders = [
    // Not fused.
    OpBuilder<(ins), [{ $_state.addRegion(); }]>,
    OpBuilder<(ins "::llvm::ArrayRef<::mlir::OpFoldResult>":$over,
                   CArg<"bool", "false">:$sequentialT,
                   CArg<"bool", "false">:$descending)>
  ];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Has it an iteration space, in which its stages run point by point?
    bool isFused() { return static_cast<bool>(getStaticOverAttr()); }
    /// The sizes of the iteration space; none if the group is not fused.
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedOver();
    /// The sizes of what a GPU spreads over threads: the space of a fused group
    /// (none if its points run in order: one thread), or the parallel
    /// dimensions of the first stage.
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedThreadSizes();
  }];
}

def TensorRef_PackOp : TensorRef_Op<"pack",
    [RecursiveMemoryEffects, NoRegionArguments, NoTerminator, SingleBlock]> {
  let summary = "independent groups that become one kernel";
  let description = [{
    Groups between which there is no order and no conflict: one launch runs all
    of them.

    ```mlir
    tensorref.pack {
      tensorref.group over [%n] {
        tensorref.stage box [%n] iterators [parallel]
            outs(%a : !tensorref.ref<?xf32>) along [0] {
          tensorref.yield %v : f32
        }
      }
      tensorref.group over [4] {
        tensorref.stage box [4] iterators [parallel]
            outs(%b : !tensorref.ref<4xf32>) along [0] {
          tensorref.yield %v : f32
        }
      }
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def TensorRef_ForeachOp : TensorRef_Op<"foreach",
    [RecursiveMemoryEffects, NoTerminator, SingleBlock]> {
  let summary = "the iterations of a loop, as one kernel";
  let description = [{
    Runs its body for each number from 0 to `count` - 1: loads, what is computed
    of them, groups and packs. The iterations are independent: no cell that
    one of them writes is read or written by another one, and none is loaded
    (`tensorref.load`). So they may run in any order, or at once.

    ```mlir
    tensorref.foreach %n threads %t {
    ^bb0(%i: index):
      %b = tensorref.select %bounds dim 0 at %i
          : !tensorref.ref<?xi64> to !tensorref.ref<i64>
      %v = tensorref.load %b : !tensorref.ref<i64>
      %m = arith.index_cast %v : i64 to index
      %row = tensorref.select %x dim 0 at %i
          : !tensorref.ref<?x?xf32> to !tensorref.ref<?xf32>
      %part = tensorref.slice %row[_:%m]
          : !tensorref.ref<?xf32> to !tensorref.ref<?xf32>
      %size = tensorref.dim %part, 0 : !tensorref.ref<?xf32>
      tensorref.group over [%size] {
        tensorref.stage box [%size] iterators [parallel]
            outs(%part : !tensorref.ref<?xf32>) along [0] {
          tensorref.yield %f : f32
        }
      }
    }
    ```
    A GPU runs each iteration with `threads` threads: how many points its group
    has may depend on data.

    Several groups of an iteration run one after the other, also those in
    `scf.for` and `scf.if` without results. An allocation is storage of one
    iteration (of a loop in it: of one turn), and uninitialised there; its size
    is constant, and all of them together have at most 4096 bytes. On a GPU an
    iteration is then one block, so that `threads` is the number of threads of a
    block; there is a barrier between its groups, and storage of an iteration is
    shared memory. The loops and branches depend on numbers that no group
    writes, so they are the same for all threads.

    ```mlir
    tensorref.foreach %n threads %c256 {
    ^bb0(%i: index):
      %sum = tensorref.alloc [] : !tensorref.ref<f32>
      %row = tensorref.select %x dim 0 at %i
          : !tensorref.ref<?x8xf32> to !tensorref.ref<8xf32>
      tensorref.group over [] {
        tensorref.stage box [8] iterators [reduction]
            ins(%row : !tensorref.ref<8xf32>) outs(%sum : !tensorref.ref<f32>)
            combiners [sum] along [] {
        ^bb0(%e: f32):
          tensorref.yield %e : f32
        }
      }
      scf.for %k = %c0 to %m step %c1 {
        %out = tensorref.select %y dim 1 at %k
            : !tensorref.ref<?x?xf32> to !tensorref.ref<?xf32>
        %cell = tensorref.select %out dim 0 at %i
            : !tensorref.ref<?xf32> to !tensorref.ref<f32>
        tensorref.group over [] {
          tensorref.stage box [] iterators []
              ins(%sum : !tensorref.ref<f32>) outs(%cell : !tensorref.ref<f32>)
              along [] {
          ^bb0(%e: f32):
            tensorref.yield %e : f32
          }
        }
      }
    }
    ```
  }];
  let arguments = (ins Index:$count, Index:$threads);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$count `threads` $threads attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getIteration() { return getBody().getArgument(0); }
    /// The groups and packs, in program order.
    ::llvm::SmallVector<::mlir::Operation *> getKernels();
    /// Does the iteration have more than one group or pack, one in a loop or
    /// branch, or storage of its own? A GPU then gives it a block.
    bool hasSeveralSteps();
  }];
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
    - `along`: in a fused group, one parallel dimension of the box for each
      dimension k of the iteration space, with a shift `+ s`: the points whose
      index in that dimension is i run at t with t_k = i + s. At t they run in C
      order of the other, the *inner* dimensions.

    ```mlir
    tensorref.stage box [%n, 4] iterators [parallel, reduction]
        ins(%a : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<?xf32>)
        combiners [sum] {
    ^bb0(%x: f32):
      tensorref.yield %x : f32
    }
    ```
    In a fused group the rows of `%a` are those of the iteration space from 1
    on:

    ```mlir
    tensorref.group over [8, %c] {
      tensorref.stage box [%c, 7] iterators [parallel, parallel]
          ins(%a : !tensorref.ref<?x7xf32>) outs(%o : !tensorref.ref<?x7xf32>)
          along [1 + 1, 0] {
      ^bb0(%x: f32):
        tensorref.yield %x : f32
      }
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
                       UnitAttr:$sequential,
                       OptionalAttr<DenseI64ArrayAttr>:$along,
                       Variadic<Index>:$shifts,
                       OptionalAttr<DenseI64ArrayAttr>:$static_shifts);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `box` custom<DynamicIndexList>($box, $static_box)
    `iterators` custom<IteratorList>($iterators)
    (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    (`gathers` `(` $gathers^ `:` type($gathers) `)`)?
    `outs` `(` $outputs `:` type($outputs) `)`
    (`combiners` custom<CombinerList>($combiners)^)?
    (`masked` $masked^)? (`scatter` $scatter^)? (`sequential` $sequential^)?
    (`along` custom<AlongList>($along, $shifts, $static_shifts)^)?
    attr-dict-with-keyword $body
  }];
  let builders = [
    // Of a group that is not fused.
    OpBuilder<(ins "::mlir::ValueRange":$box,
                   "::llvm::ArrayRef<int64_t>":$static_box,
                   "::mlir::ArrayAttr":$iterators,
                   "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$gathers,
                   "::mlir::ValueRange":$outputs,
                   "::mlir::ArrayAttr":$combiners,
                   CArg<"bool", "false">:$masked,
                   CArg<"::mlir::IntegerAttr", "{}">:$scatter,
                   CArg<"bool", "false">:$sequential)>
  ];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedBox();
    void setMixedBox(::llvm::ArrayRef<::mlir::OpFoldResult> sizes);
    ::llvm::SmallVector<IteratorKind> getIteratorKinds();
    ::llvm::SmallVector<ReduceKind> getCombinerKinds();
    /// The dimensions of the box that are of the given kind, ascending.
    ::llvm::SmallVector<int64_t> getDimensionsOf(IteratorKind kind);
    /// The dimensions of the box, ascending, whose points may run in any order
    /// or at once. None if the stage is `sequential`; of a scatter only those
    /// that are dimensions of the outputs.
    ::llvm::SmallVector<int64_t> getParallelDimensions();
    /// The shifts of `along`; none if the group is not fused.
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedShifts();
    /// Makes this a stage of a fused group.
    void setMixedAlong(::llvm::ArrayRef<int64_t> dims,
                       ::llvm::ArrayRef<::mlir::OpFoldResult> shifts);
    /// The dimensions of the box, ascending, that `along` does not name.
    ::llvm::SmallVector<int64_t> getInnerDimensions();
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
