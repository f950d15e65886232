//===- OpSyntax.cpp - Custom pieces of the textual syntax -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpSyntax.h"

using namespace mlir;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Numbers and slices
//===----------------------------------------------------------------------===//

static ParseResult parseNumber(OpAsmParser &parser, UnresolvedOperands &values,
                               SmallVectorImpl<int64_t> &statics) {
  OpAsmParser::UnresolvedOperand value;
  OptionalParseResult dynamic = parser.parseOptionalOperand(value);
  if (dynamic.has_value()) {
    if (failed(*dynamic))
      return failure();
    values.push_back(value);
    statics.push_back(ShapedType::kDynamic);
    return success();
  }
  llvm::SMLoc where = parser.getCurrentLocation();
  if (parser.parseInteger(statics.emplace_back()))
    return failure();
  if (ShapedType::isDynamic(statics.back()))
    return parser.emitError(where) << statics.back()
                                   << " stands for a number of the run time: "
                                      "make it with arith.constant";
  return success();
}

ParseResult elena::tensorref::parseStaticOrDynamic(OpAsmParser &parser,
                                                   UnresolvedOperands &values,
                                                   DenseI64ArrayAttr &statics) {
  SmallVector<int64_t> number;
  if (parseNumber(parser, values, number))
    return failure();
  statics = parser.getBuilder().getDenseI64ArrayAttr(number);
  return success();
}

void elena::tensorref::printStaticOrDynamic(OpAsmPrinter &printer, Operation *,
                                            OperandRange values,
                                            ArrayRef<int64_t> statics) {
  if (ShapedType::isDynamic(statics.front()))
    printer << values.front();
  else
    printer << statics.front();
}

/// One bound; `_` is one that was left out.
static ParseResult parseBound(OpAsmParser &parser, UnresolvedOperands &values,
                              SmallVectorImpl<int64_t> &statics,
                              SmallVectorImpl<bool> &present) {
  present.push_back(failed(parser.parseOptionalKeyword("_")));
  if (present.back())
    return parseNumber(parser, values, statics);
  statics.push_back(0);
  return success();
}

ParseResult elena::tensorref::parseSliceBounds(
    OpAsmParser &parser, UnresolvedOperands &starts, UnresolvedOperands &stops,
    DenseI64ArrayAttr &staticStarts, DenseI64ArrayAttr &staticStops,
    DenseI64ArrayAttr &steps, DenseBoolArrayAttr &hasStart,
    DenseBoolArrayAttr &hasStop) {
  SmallVector<int64_t> start, stop, step;
  SmallVector<bool> withStart, withStop;
  auto parseOne = [&]() -> ParseResult {
    if (parseBound(parser, starts, start, withStart) || parser.parseColon() ||
        parseBound(parser, stops, stop, withStop))
      return failure();
    step.push_back(1);
    if (succeeded(parser.parseOptionalColon()))
      return parser.parseInteger(step.back());
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parseOne))
    return failure();
  Builder &builder = parser.getBuilder();
  staticStarts = builder.getDenseI64ArrayAttr(start);
  staticStops = builder.getDenseI64ArrayAttr(stop);
  steps = builder.getDenseI64ArrayAttr(step);
  hasStart = builder.getDenseBoolArrayAttr(withStart);
  hasStop = builder.getDenseBoolArrayAttr(withStop);
  return success();
}

void elena::tensorref::printSliceBounds(OpAsmPrinter &printer, Operation *,
                                        OperandRange starts, OperandRange stops,
                                        DenseI64ArrayAttr staticStarts,
                                        DenseI64ArrayAttr staticStops,
                                        DenseI64ArrayAttr steps,
                                        DenseBoolArrayAttr hasStart,
                                        DenseBoolArrayAttr hasStop) {
  auto start = starts.begin(), stop = stops.begin();
  auto printBound = [&](bool present, int64_t value, auto &dynamic) {
    if (!present)
      printer << '_';
    else if (ShapedType::isDynamic(value))
      printer << *dynamic++;
    else
      printer << value;
  };
  printer << '[';
  for (int64_t d = 0, rank = steps.size(); d < rank; ++d) {
    if (d)
      printer << ", ";
    printBound(hasStart[d], staticStarts[d], start);
    printer << ':';
    printBound(hasStop[d], staticStops[d], stop);
    if (steps[d] != 1)
      printer << ':' << steps[d];
  }
  printer << ']';
}

ParseResult elena::tensorref::parseAlongList(OpAsmParser &parser,
                                             DenseI64ArrayAttr &dims,
                                             UnresolvedOperands &shifts,
                                             DenseI64ArrayAttr &staticShifts) {
  SmallVector<int64_t> dim, shift;
  auto parseOne = [&]() -> ParseResult {
    if (parser.parseInteger(dim.emplace_back()))
      return failure();
    if (succeeded(parser.parseOptionalPlus()))
      return parseNumber(parser, shifts, shift);
    shift.push_back(0);
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parseOne))
    return failure();
  dims = parser.getBuilder().getDenseI64ArrayAttr(dim);
  staticShifts = parser.getBuilder().getDenseI64ArrayAttr(shift);
  return success();
}

void elena::tensorref::printAlongList(OpAsmPrinter &printer, Operation *,
                                      DenseI64ArrayAttr dims,
                                      OperandRange shifts,
                                      DenseI64ArrayAttr staticShifts) {
  auto dynamic = shifts.begin();
  printer << '[';
  llvm::interleaveComma(llvm::zip(dims.asArrayRef(), staticShifts.asArrayRef()),
                        printer, [&](auto pair) {
                          auto [dim, shift] = pair;
                          printer << dim;
                          if (ShapedType::isDynamic(shift))
                            printer << " + " << *dynamic++;
                          else if (shift != 0)
                            printer << " + " << shift;
                        });
  printer << ']';
}

//===----------------------------------------------------------------------===//
// Keywords
//===----------------------------------------------------------------------===//

template <typename AttrT, typename SymbolizeT>
static FailureOr<AttrT> parseKeywordAttr(OpAsmParser &parser, StringRef what,
                                         SymbolizeT symbolize) {
  StringRef keyword;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  auto value = symbolize(keyword);
  if (!value)
    return parser.emitError(location)
           << "'" << keyword << "' is no " << what << " kind";
  return AttrT::get(parser.getContext(), *value);
}

static FailureOr<ReduceKindAttr> parseReduceKindAttr(OpAsmParser &parser) {
  return parseKeywordAttr<ReduceKindAttr>(
      parser, "reduction", [](StringRef k) { return symbolizeReduceKind(k); });
}

ParseResult elena::tensorref::parseReduceKindKeyword(OpAsmParser &parser,
                                                     ReduceKindAttr &kind) {
  FailureOr<ReduceKindAttr> parsed = parseReduceKindAttr(parser);
  if (failed(parsed))
    return failure();
  kind = *parsed;
  return success();
}

void elena::tensorref::printReduceKindKeyword(OpAsmPrinter &printer,
                                              Operation *,
                                              ReduceKindAttr kind) {
  printer << stringifyReduceKind(kind.getValue());
}

template <typename ParseT>
static ParseResult parseAttrList(OpAsmParser &parser, ArrayAttr &list,
                                 ParseT parseOne) {
  SmallVector<Attribute> attrs;
  auto parseElement = [&]() -> ParseResult {
    auto attr = parseOne();
    if (failed(attr))
      return failure();
    attrs.push_back(*attr);
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                     parseElement))
    return failure();
  list = parser.getBuilder().getArrayAttr(attrs);
  return success();
}

ParseResult elena::tensorref::parseIteratorList(OpAsmParser &parser,
                                                ArrayAttr &iterators) {
  return parseAttrList(parser, iterators, [&] {
    return parseKeywordAttr<IteratorKindAttr>(
        parser, "iterator",
        [](StringRef k) { return symbolizeIteratorKind(k); });
  });
}

void elena::tensorref::printIteratorList(OpAsmPrinter &printer, Operation *,
                                         ArrayAttr iterators) {
  printer << '[';
  llvm::interleaveComma(
      iterators.getAsRange<IteratorKindAttr>(), printer,
      [&](auto kind) { printer << stringifyIteratorKind(kind.getValue()); });
  printer << ']';
}

ParseResult elena::tensorref::parseCombinerList(OpAsmParser &parser,
                                                ArrayAttr &combiners) {
  return parseAttrList(parser, combiners,
                       [&] { return parseReduceKindAttr(parser); });
}

void elena::tensorref::printCombinerList(OpAsmPrinter &printer, Operation *,
                                         ArrayAttr combiners) {
  printer << '[';
  llvm::interleaveComma(
      combiners.getAsRange<ReduceKindAttr>(), printer,
      [&](auto kind) { printer << stringifyReduceKind(kind.getValue()); });
  printer << ']';
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static FailureOr<RefType> parseRefType(OpAsmParser &parser) {
  Type type;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseType(type))
    return failure();
  if (auto ref = dyn_cast<RefType>(type))
    return ref;
  return parser.emitError(location) << "expected a !tensorref.ref type";
}

ParseResult elena::tensorref::parseLoadType(OpAsmParser &parser, Type &refType,
                                            Type &elementType) {
  FailureOr<RefType> type = parseRefType(parser);
  if (failed(type))
    return failure();
  refType = *type;
  elementType = type->getElementType();
  return success();
}

void elena::tensorref::printLoadType(OpAsmPrinter &printer, Operation *,
                                     Type refType, Type) {
  printer << refType;
}

/// What `from_elements` lists.
static constexpr int64_t kMostElements = 1 << 20;

ParseResult elena::tensorref::parseElementsType(OpAsmParser &parser,
                                                SmallVectorImpl<Type> &values,
                                                Type &refType) {
  SMLoc location = parser.getCurrentLocation();
  FailureOr<RefType> type = parseRefType(parser);
  if (failed(type))
    return failure();
  refType = *type;
  int64_t count = type->hasStaticShape() ? numElements(type->getShape()) : 0;
  if (count > kMostElements)
    return parser.emitError(location) << count << " elements, at most "
                                      << kMostElements << " can be listed";
  values.assign(count, type->getElementType());
  return success();
}

void elena::tensorref::printElementsType(OpAsmPrinter &printer, Operation *,
                                         TypeRange, Type refType) {
  printer << refType;
}
