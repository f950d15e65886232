/*===- elena/Runtime/overlap.h - do two arrays share a byte? --------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
|* A part of elena.h, which includes it: elena_overlap of the default run     *|
|* time. It needs what is defined there.                                      *|
\*===----------------------------------------------------------------------===*/
/* The overlap of two arrays.

   Byte p of element i of `a` is at low_a + sum(i_k step_k) + p, where steps are
   positive (an index may run backwards: a set of bytes does not change). With
   the indices of `b` and q counted from their ends, the two share a byte if

     sum(i_k step_k) + sum(j_k step_k) + p + q  =  high_b - low_a

   has a solution, where each unknown runs from 0 to its last value. Then:
   1. residues: all indices count multiples of their common divisor, and so
      p + q has to be the rest. What is left is divided by it.
   2. unknowns whose sums leave no gap become one (rows of a contiguous array).
   3. a search, largest step first: what the others can reach bounds each
      unknown, and their common divisor says which residue it has. Two unknowns
      are decided at once; pitches that are much larger than what is in a row
      leave one or two values each. */
#ifndef ELENA_RUNTIME_OVERLAP_H
#define ELENA_RUNTIME_OVERLAP_H

/* Dimensions of two arrays that take a step; with more it is undecided. */
#define ELENA_MAX_UNKNOWNS 64

/* One unknown, and what is known of those after it. */
struct elena_unknown {
  int64_t step, last;
  int64_t reach;   /* the largest sum of those after it; 0: there are none */
  int64_t divisor; /* the common divisor of their steps; 0: not asked for yet */
  int64_t common;  /* that of `divisor` and `step` */
  int64_t inverse; /* of step / common, modulo divisor / common */
};

struct elena_unknowns {
  int64_t low, high; /* the first and the last byte of a ref */
  int32_t count;
  struct elena_unknown list[ELENA_MAX_UNKNOWNS + 1];
};

ELENA_IMPL int64_t elena_gcd(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* x with a x = 1 modulo m, for a and m > 0 without a common divisor. */
ELENA_IMPL int64_t elena_inverse(int64_t a, int64_t m) {
  int64_t r = m, next = a % m, x = 0, next_x = 1;
  while (next) {
    int64_t q = r / next, rest = r - q * next, rest_x = x - q * next_x;
    r = next, next = rest;
    x = next_x, next_x = rest_x;
  }
  return ((x % m) + m) % m;
}

/* Sets `low` and `high`, relative to element 0, and adds the indices of a ref.
   ELENA_APART if it has no element, ELENA_UNDECIDED if numbers are too large,
   else ELENA_SHARED. */
ELENA_IMPL int32_t elena_add_indices(struct elena_unknowns *unknowns,
                                     const int64_t *ref, int32_t rank,
                                     int32_t bytes) {
  const int64_t limit = INT64_MAX / 8, small = INT64_C(1) << 26;
  const int64_t *sizes = ref + 1, *strides = ref + 1 + rank;
  int32_t k, result = ELENA_SHARED;
  unknowns->low = 0;
  unknowns->high = bytes - 1;
  for (k = 0; k < rank; ++k) {
    int64_t last = sizes[k] - 1, step, extent;
    if (last < 0)
      return ELENA_APART;
    if (last == 0 || strides[k] == 0 || result == ELENA_UNDECIDED)
      continue;
    result = ELENA_UNDECIDED; /* until the numbers are seen to be small */
    if (unknowns->count == ELENA_MAX_UNKNOWNS)
      continue;
    /* Two divisions, but for numbers that are not small. */
    if ((bytes > 64 || last >= small || strides[k] >= small ||
         strides[k] <= -small) &&
        (strides[k] > limit / bytes / last ||
         strides[k] < -limit / bytes / last))
      continue;
    step = strides[k] * bytes;
    extent = step * last;
    if (extent > limit - unknowns->high || extent < -limit - unknowns->low)
      continue;
    *(extent < 0 ? &unknowns->low : &unknowns->high) += extent;
    unknowns->list[unknowns->count].step = step < 0 ? -step : step;
    unknowns->list[unknowns->count++].last = last;
    result = ELENA_SHARED;
  }
  return result;
}

/* Sorts by decreasing steps, and joins what leaves no gap: x + 4 y with x up to
   3 or more is one unknown. */
ELENA_IMPL void elena_join_unknowns(struct elena_unknowns *unknowns) {
  struct elena_unknown *list = unknowns->list;
  int32_t i, j, kept = unknowns->count;
  for (i = 1; i < unknowns->count; ++i) {
    struct elena_unknown moved = list[i];
    for (j = i; j > 0 && list[j - 1].step < moved.step; --j)
      list[j] = list[j - 1];
    list[j] = moved;
  }
  for (i = unknowns->count - 2; i >= 0; --i) {
    struct elena_unknown *smaller = &list[i + 1];
    int64_t times = list[i].step / smaller->step;
    if (list[i].step % smaller->step || times > smaller->last + 1)
      continue;
    smaller->last += list[i].last * times;
    for (--kept, j = i; j < kept; ++j)
      list[j] = list[j + 1];
  }
  unknowns->count = kept;
}

ELENA_IMPL void elena_find_reaches(struct elena_unknowns *unknowns) {
  int64_t reach = 0;
  int32_t i;
  for (i = unknowns->count - 1; i >= 0; --i) {
    struct elena_unknown *x = &unknowns->list[i];
    x->reach = reach;
    x->divisor = 0;
    reach += x->step * x->last;
  }
}

ELENA_IMPL void elena_find_divisor(struct elena_unknown *x) {
  const struct elena_unknown *next = x;
  do {
    ++next;
    x->divisor = elena_gcd(next->step, x->divisor);
  } while (next->reach);
  x->common = elena_gcd(x->step, x->divisor);
  x->inverse = elena_inverse(x->step / x->common, x->divisor / x->common);
}

/* The least value of x from `low` on for which the others, which are multiples
   of their divisor, can make up for the rest of `target`, and the distance of
   the next such value; 0 if there is none. */
ELENA_IMPL int64_t elena_solve_residue(struct elena_unknown *x, int64_t target,
                                       int64_t *low) {
  int64_t period, ahead;
  if (!x->divisor)
    elena_find_divisor(x);
  if (target % x->common)
    return 0;
  period = x->divisor / x->common;
  if (period > INT32_MAX) /* The product below would not fit. */
    return 1;
  ahead = (target / x->common % period * x->inverse - *low) % period;
  *low += ahead < 0 ? ahead + period : ahead;
  return period;
}

ELENA_IMPL int32_t elena_search(struct elena_unknown *x, int64_t target,
                                int64_t *budget) {
  int64_t low, high, period = 1;
  if (--*budget < 0)
    return ELENA_UNDECIDED;
  high = target / x->step;
  if (!x->reach)
    return high * x->step == target && high <= x->last;
  low = target > x->reach ? (target - x->reach - 1) / x->step + 1 : 0;
  high = high < x->last ? high : x->last;
  /* A few values are tried sooner than their residue is found. */
  if (high - low > 2 && !(period = elena_solve_residue(x, target, &low)))
    return ELENA_APART;
  for (; low <= high; low += period) {
    int32_t found = elena_search(x + 1, target - low * x->step, budget);
    if (found != ELENA_APART)
      return found;
  }
  return ELENA_APART;
}

ELENA_IMPL int32_t elena_overlap(const int64_t *a, int32_t rank_a,
                                 int32_t bytes_a, const int64_t *b,
                                 int32_t rank_b, int32_t bytes_b,
                                 int64_t budget) {
  struct elena_unknowns unknowns;
  /* The last value of p + q, the distance of the refs, what is to be reached.*/
  int64_t last = (int64_t)bytes_a + bytes_b - 2, divisor = 0, low, target;
  int64_t distance = (int64_t)((uint64_t)b[0] - (uint64_t)a[0]);
  int32_t found_a, found_b, i;
  unknowns.count = 0;
  found_a = elena_add_indices(&unknowns, a, rank_a, bytes_a);
  low = unknowns.low;
  found_b = elena_add_indices(&unknowns, b, rank_b, bytes_b);
  if (found_a == ELENA_APART || found_b == ELENA_APART)
    return ELENA_APART;
  /* The first elements share bytes. */
  if (distance < bytes_a && distance > -(int64_t)bytes_b)
    return ELENA_SHARED;
  if (found_a == ELENA_UNDECIDED || found_b == ELENA_UNDECIDED ||
      distance > INT64_MAX / 4 || distance < -(INT64_MAX / 4))
    return ELENA_UNDECIDED;
  target = distance + unknowns.high - low;
  if (target < 0)
    return ELENA_APART;
  for (i = 0; i < unknowns.count; ++i)
    divisor = elena_gcd(unknowns.list[i].step, divisor);
  if (!divisor)
    return target <= last;
  if (target % divisor > last)
    return ELENA_APART;
  last = (last - target % divisor) / divisor;
  target /= divisor;
  for (i = 0; i < unknowns.count; ++i)
    unknowns.list[i].step /= divisor;
  if (last > 0) {
    unknowns.list[unknowns.count].step = 1;
    unknowns.list[unknowns.count++].last = last;
  }
  elena_join_unknowns(&unknowns);
  elena_find_reaches(&unknowns);
  return elena_search(unknowns.list, target, &budget);
}

#endif /* ELENA_RUNTIME_OVERLAP_H */
