// p: a, b, overlaps, scratch [5][M]; n: rows of a, rows of b (M), whether GIoU;
// s: eps
#include "lanes.h"

namespace {
// The columns of b, which all rows of a are paired with, and their areas.
struct Columns {
  const float *x1, *y1, *x2, *y2, *area;
};
struct Row {
  float x1, y1, x2, y2, area;
};

// Where neither side has a NaN (nearly always: both are looked through once),
// one instruction per maximum.
template <bool ordered> inline Lanes larger(Lanes a, Lanes b) {
  return ordered ? atLeast(a, b) : maximum(a, b);
}
template <bool ordered> inline Lanes smaller(Lanes a, Lanes b) {
  return ordered ? atMost(a, b) : minimum(a, b);
}

template <bool giou, bool ordered>
inline Lanes pairs(const Row &a, const Columns &b, i64 j, float eps) {
  Lanes bx1 = load(b.x1 + j), by1 = load(b.y1 + j), bx2 = load(b.x2 + j),
        by2 = load(b.y2 + j), zero = {};
  Lanes ax1 = all(a.x1), ay1 = all(a.y1), ax2 = all(a.x2), ay2 = all(a.y2);
  Lanes width =
      atLeast(smaller<ordered>(ax2, bx2) - larger<ordered>(ax1, bx1), zero);
  Lanes height =
      atLeast(smaller<ordered>(ay2, by2) - larger<ordered>(ay1, by1), zero);
  Lanes overlap = width * height;
  Lanes both = atLeast(all(a.area) + load(b.area + j) - overlap, all(eps));
  Lanes iou = overlap / both;
  if (!giou)
    return iou;
  Lanes outerWidth =
      atLeast(larger<ordered>(ax2, bx2) - smaller<ordered>(ax1, bx1), zero);
  Lanes outerHeight =
      atLeast(larger<ordered>(ay2, by2) - smaller<ordered>(ay1, by1), zero);
  Lanes enclosed = atLeast(outerWidth * outerHeight, all(eps));
  return iou - (enclosed - both) / enclosed;
}

template <bool giou, bool ordered>
inline void pairsOfRow(const Row &row, const Columns &b, float *__restrict to,
                       i64 m, float eps) {
  i64 j = 0;
  for (; j + lanes <= m; j += lanes)
    store(to + j, pairs<giou, ordered>(row, b, j, eps));
  if (j == m)
    return;
  if (m >= lanes) // the rest, overlapping what is done
    return store(to + m - lanes, pairs<giou, ordered>(row, b, m - lanes, eps));
  Lanes last = pairs<giou, ordered>(row, b, 0, eps); // the scratch is padded
  memcpy(to, &last, 4 * m);
}

template <bool giou>
void rows(const float *a, Columns b, bool ordered, float *out, i64 n, i64 m,
          float eps) {
#pragma omp parallel for schedule(static) if (n * m >= parallelFrom)
  for (i64 i = 0; i < n; ++i) {
    Row row = {a[4 * i], a[4 * i + 1], a[4 * i + 2], a[4 * i + 3], 0};
    row.area = (row.x2 - row.x1) * (row.y2 - row.y1);
    bool numbers = row.x1 == row.x1 && row.y1 == row.y1 && row.x2 == row.x2 &&
                   row.y2 == row.y2;
    if (ordered && numbers)
      pairsOfRow<giou, true>(row, b, out + i * m, m, eps);
    else
      pairsOfRow<giou, false>(row, b, out + i * m, m, eps);
  }
}
} // namespace

static void kernel(void *const *p, const i64 *n, const double *s) {
  const float *b = array<float>(p[1]);
  float *scratch = array<float>(p[3]);
  i64 m = n[1], padded = (m + lanes - 1) / lanes * lanes;
  float *x1 = scratch, *y1 = x1 + padded, *x2 = y1 + padded, *y2 = x2 + padded,
        *area = y2 + padded;
  bool ordered = true;
  for (i64 j = 0; j < m; ++j) {
    x1[j] = b[4 * j];
    y1[j] = b[4 * j + 1];
    x2[j] = b[4 * j + 2];
    y2[j] = b[4 * j + 3];
    area[j] = (x2[j] - x1[j]) * (y2[j] - y1[j]);
    ordered &=
        x1[j] == x1[j] && y1[j] == y1[j] && x2[j] == x2[j] && y2[j] == y2[j];
  }

  auto *run = n[2] ? rows<true> : rows<false>;
  run(array<float>(p[0]), {x1, y1, x2, y2, area}, ordered, array<float>(p[2]),
      n[0], m, static_cast<float>(s[0]));
}
