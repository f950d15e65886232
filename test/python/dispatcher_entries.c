/* Entries with the interface of compiled functions, for test_dispatcher.py. */
#include "elena/Runtime/elena.h"

#define AT(type, word) ((type *)(intptr_t)(word))

static void set_ref1(int64_t *r, void *storage, void *data, int64_t n,
                     int64_t s) {
  r[0] = (int64_t)(intptr_t)storage;
  r[1] = (int64_t)(intptr_t)data;
  r[2] = n;
  r[3] = s;
}

/* (x: f32[n]) -> x + 1, new. */
int32_t add_one(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  int64_t n = a[1];
  float *out = rt->alloc(rt, n * 4);
  if (!out)
    return ELENA_OUT_OF_MEMORY;
  for (int64_t i = 0; i < n; ++i)
    out[i] = AT(float, a[0])[i * a[2]] + 1;
  set_ref1(r, out, out, n, 1);
  return ELENA_OK;
}

/* Like add_one for sizes up to 8 only. */
int32_t add_one_small(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  return a[1] > 8 ? ELENA_GUARD : add_one(a, r, rt);
}

/* (x: f32[n], y: f32[n]): y[i] += x[i]; not if the data pointers are equal. */
int32_t accumulate(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  (void)r, (void)rt;
  if (a[0] == a[3])
    return ELENA_OVERLAP;
  for (int64_t i = 0; i < a[4]; ++i)
    AT(float, a[3])[i * a[5]] += AT(float, a[0])[i * a[2]];
  return ELENA_OK;
}

int32_t accumulate_overlap(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  (void)r, (void)rt;
  for (int64_t i = 0; i < a[4]; ++i)
    AT(float, a[3])[i * a[5]] += AT(float, a[0])[i * a[2]];
  return ELENA_OK;
}

/* Whatever the arguments are. */
int32_t overlaps(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  (void)a, (void)r, (void)rt;
  return ELENA_OVERLAP;
}

/* (x: f32[n]) -> x[::-1], a view. */
int32_t reversed(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  (void)rt;
  set_ref1(r, AT(void, a[0]), AT(float, a[0]) + (a[1] - 1) * a[2], a[1], -a[2]);
  return ELENA_OK;
}

/* (n: int, v: float) -> full(n, v), its [1:], n + 1, v * 2, n > 3, 0-d sum. */
int32_t scalars(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  int64_t n = a[0];
  double v = elena_to_double(a[1]);
  double *out = rt->alloc(rt, n * 8), *sum = rt->alloc(rt, 8);
  double *unused = rt->alloc(rt, 4096);
  unused[0] = *sum = 0;
  for (int64_t i = 0; i < n; ++i)
    *sum += out[i] = v;
  set_ref1(r, out, out, n, 1);
  set_ref1(r + 4, out, out + 1, n - 1, 1);
  r[8] = n + 1;
  r[9] = elena_from_double(v * 2);
  r[10] = n > 3;
  r[11] = r[12] = (int64_t)(intptr_t)sum;
  return ELENA_OK;
}

/* (x: f32 0-d) -> x * 2, 0-d. */
int32_t twice(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  float *out = rt->alloc(rt, 4);
  *out = *AT(float, a[0]) * 2;
  r[0] = r[1] = (int64_t)(intptr_t)out;
  return ELENA_OK;
}

/* (i: int): a failed check with two values. */
int32_t failing(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  int64_t values[2];
  (void)r;
  values[0] = a[0];
  values[1] = 7;
  rt->alloc(rt, 100);
  rt->fail(rt, 1, values, 2);
  return ELENA_CHECK;
}

int32_t exhausted(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  (void)a, (void)r, (void)rt;
  return ELENA_OUT_OF_MEMORY;
}

int32_t nothing(const int64_t *a, int64_t *r, ElenaRuntime *rt) {
  (void)a, (void)r, (void)rt;
  return ELENA_OK;
}
