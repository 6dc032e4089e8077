#include "Kernels.h"

#include <vector>

namespace {

thread_local int allowed_bits = 512;

/// The tables that this processor can run, the widest first.
std::vector<const kernels::table *> tables_of_processor() {
  std::vector<const kernels::table *> tables;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) tables.push_back(&kernels::avx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    tables.push_back(&kernels::avx2);
  }
#endif
  return tables;
}

} // namespace

const kernels::table &kernels::chosen() {
  static const std::vector<const table *> tables = tables_of_processor();
  for (const table *each : tables) {
    if (each->bits <= allowed_bits) return *each;
  }
  return plain;
}

void kernels::limit_vectors(int bits) { allowed_bits = bits; }
