//===- OverlapTest.cpp - do two arrays share a byte? ----------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Runtime/elena.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

namespace {

/// An array that is never touched; strides are in elements.
struct Array {
  int64_t address;
  int32_t bytes;
  std::vector<int64_t> sizes, strides;

  std::vector<int64_t> words() const {
    std::vector<int64_t> words{address};
    words.insert(words.end(), sizes.begin(), sizes.end());
    words.insert(words.end(), strides.begin(), strides.end());
    return words;
  }
};

int32_t overlap(const Array &a, const Array &b,
                int64_t budget = ELENA_OVERLAP_BUDGET) {
  return elena_overlap(a.words().data(), int32_t(a.sizes.size()), a.bytes,
                       b.words().data(), int32_t(b.sizes.size()), b.bytes,
                       budget);
}

/// The addresses of all bytes, sorted.
std::vector<int64_t> listBytes(const Array &array) {
  std::vector<int64_t> bytes;
  for (int32_t p = 0; p < array.bytes; ++p)
    bytes.push_back(array.address + p);
  for (size_t k = 0; k < array.sizes.size(); ++k) {
    std::vector<int64_t> more;
    for (int64_t i = 0; i < array.sizes[k]; ++i)
      for (int64_t byte : bytes)
        more.push_back(byte + i * array.strides[k] * array.bytes);
    bytes = std::move(more);
  }
  std::sort(bytes.begin(), bytes.end());
  bytes.erase(std::unique(bytes.begin(), bytes.end()), bytes.end());
  return bytes;
}

bool shareBytes(const Array &a, const Array &b) {
  std::vector<int64_t> bytesA = listBytes(a), bytesB = listBytes(b), both;
  std::set_intersection(bytesA.begin(), bytesA.end(), bytesB.begin(),
                        bytesB.end(), std::back_inserter(both));
  return !both.empty();
}

class RandomArrays {
public:
  explicit RandomArrays(unsigned seed) : engine(seed) {}

  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  }

  /// Up to four dimensions, strides at will: of either sign, zero, and such
  /// that elements overlap each other. An address at any byte.
  Array any() {
    Array array{pick(-40, 40), int32_t(1) << pick(0, 3), {}, {}};
    int64_t rank = pick(0, 4), reach = pick(1, 3) == 1 ? 40 : 9;
    for (int64_t k = 0; k < rank; ++k) {
      array.sizes.push_back(pick(0, 9) ? pick(1, 4) : 0);
      array.strides.push_back(pick(-reach, reach));
    }
    return array;
  }

  /// A view of a row-major array of elements of four bytes, by slices with
  /// steps: what calls pass.
  Array slice() {
    Array array{0, 4, {}, {}};
    int64_t pitch = 1;
    for (int64_t size : {8, 6, 5}) {
      int64_t step = pick(-3, 3), count = 1, start = pick(0, size - 1);
      if (step > 0)
        count = (size - start - 1) / step + 1;
      else if (step < 0)
        count = start / -step + 1;
      array.address += start * pitch * array.bytes;
      array.sizes.push_back(pick(1, count));
      array.strides.push_back(step * pitch);
      pitch *= size;
    }
    return array;
  }

private:
  std::mt19937 engine;
};

/// How often byte ranges meet without a byte that both have.
int interleaved = 0;

/// Both orders, against brute force.
void expectExact(const Array &a, const Array &b) {
  int32_t expected = shareBytes(a, b) ? ELENA_SHARED : ELENA_APART;
  std::vector<int64_t> bytesA = listBytes(a), bytesB = listBytes(b);
  interleaved += expected == ELENA_APART && !bytesA.empty() &&
                 !bytesB.empty() && bytesA.front() <= bytesB.back() &&
                 bytesB.front() <= bytesA.back();
  ASSERT_EQ(overlap(a, b), expected)
      << testing::PrintToString(a.words()) << " of " << a.bytes << " bytes, "
      << testing::PrintToString(b.words()) << " of " << b.bytes;
  ASSERT_EQ(overlap(b, a), expected);
}

TEST(Overlap, AnyTwoArraysAsByBruteForce) {
  RandomArrays random(1);
  interleaved = 0;
  for (int i = 0; i < 120000 && !testing::Test::HasFatalFailure(); ++i)
    expectExact(random.any(), random.any());
  EXPECT_GT(interleaved, 10000);
}

TEST(Overlap, TwoSlicesOfOneArrayAsByBruteForce) {
  RandomArrays random(2);
  interleaved = 0;
  for (int i = 0; i < 60000 && !testing::Test::HasFatalFailure(); ++i)
    expectExact(random.slice(), random.slice());
  EXPECT_GT(interleaved, 10000);
}

TEST(Overlap, ATooSmallBudgetIsUndecidedAndNeverWrong) {
  RandomArrays random(3);
  int undecided = 0;
  for (int i = 0; i < 30000; ++i) {
    Array a = random.any(), b = random.any();
    int32_t found = overlap(a, b, random.pick(0, 3));
    if (found == ELENA_UNDECIDED)
      ++undecided;
    else
      ASSERT_EQ(found, shareBytes(a, b) ? ELENA_SHARED : ELENA_APART);
  }
  EXPECT_GT(undecided, 1000);
}

TEST(Overlap, LargeArraysTakeFewSteps) {
  const int64_t n = 1'000'000'007;
  Array left{64, 4, {n, 4}, {8, 1}}, right{64 + 16, 4, {n, 4}, {8, 1}};
  EXPECT_EQ(overlap(left, right, 4), ELENA_APART);
  right.address -= 4;
  EXPECT_EQ(overlap(left, right, 4), ELENA_SHARED);
  Array even{64, 8, {n}, {2}}, odd{72, 8, {n}, {2}};
  EXPECT_EQ(overlap(even, odd, 1), ELENA_APART);
  // Steps of 6 and 10 are never 1 apart; those of 6 and 35 are somewhere.
  Array six{0, 1, {n}, {6}};
  EXPECT_EQ(overlap(six, {n / 6 * 6 + 1, 1, {n}, {-10}}, 4), ELENA_APART);
  EXPECT_EQ(overlap(six, {n / 6 * 6 + 1, 1, {n}, {-35}}, 4), ELENA_SHARED);
}

/// Many unknowns whose steps have nothing in common: given up in time.
TEST(Overlap, HardOnesAreGivenUp) {
  std::vector<int64_t> steps{99991, 99989, 99971, 99961, 99929, 99923};
  Array a{0, 1, {}, {}}, b{0, 1, {}, {}};
  for (size_t k = 0; k < steps.size(); ++k) {
    (k % 2 ? a : b).sizes.push_back(50);
    (k % 2 ? a : b).strides.push_back(steps[k]);
  }
  int undecided = 0;
  for (b.address = 0; b.address < 200; ++b.address)
    undecided += overlap(a, b) == ELENA_UNDECIDED;
  EXPECT_GT(undecided, 0);
}

TEST(Overlap, WhatLeaves64BitsIsUndecided) {
  const int64_t huge = std::numeric_limits<int64_t>::max() / 2;
  Array one{8, 8, {1}, {1}};
  EXPECT_EQ(overlap({0, 8, {huge}, {huge}}, one), ELENA_UNDECIDED);
  EXPECT_EQ(overlap({0, 8, {2}, {std::numeric_limits<int64_t>::min()}}, one),
            ELENA_UNDECIDED);
  EXPECT_EQ(overlap({0, 8, {huge, 0}, {huge, 1}}, one), ELENA_APART);
  // Strides that take no step do not count.
  EXPECT_EQ(overlap({0, 8, {1}, {huge}}, one), ELENA_APART);
  std::vector<int64_t> twos(70, 2), ones(70, 1);
  EXPECT_EQ(overlap({0, 1, twos, ones}, {30, 1, twos, ones}), ELENA_UNDECIDED);
}

} // namespace
