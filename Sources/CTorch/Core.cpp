// Failures, the library, tensors in and out, random numbers.

#include "Kernels/Kernels.h"
#include "Shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <cstring>
#include <dlfcn.h>
#include <mutex>
#include <string>
#include <torch/version.h>

using shim::answer;
using shim::guarded;
using shim::list;
using shim::status;
using shim::tensor;
using shim::value;

namespace {

thread_local std::string failure;
thread_local bool has_text = true;

at::TensorOptions options(ctorch_type type) {
  return at::TensorOptions().dtype(shim::scalar_type(type));
}

} // namespace

at::ScalarType shim::scalar_type(ctorch_type type) {
  switch (type) {
  case CTORCH_FLOAT32: return at::kFloat;
  case CTORCH_FLOAT64: return at::kDouble;
  case CTORCH_FLOAT16: return at::kHalf;
  case CTORCH_BFLOAT16: return at::kBFloat16;
  case CTORCH_INT64: return at::kLong;
  case CTORCH_INT32: return at::kInt;
  case CTORCH_BOOL: return at::kBool;
  case CTORCH_UINT8: return at::kByte;
  case CTORCH_INT16: return at::kShort;
  case CTORCH_INT8: return at::kChar;
  case CTORCH_OTHER: break;
  }
  TORCH_CHECK(false, "expected an element type of CTorch.h, not ", static_cast<int>(type));
}

// Failures

void shim::remember(const char *text) noexcept {
  try {
    failure = text;
    has_text = true;
  } catch (...) {
    has_text = false;
  }
}

const char *ctorch_last_error(void) {
  return has_text ? failure.c_str() : "there was no memory for the text of the failure";
}

// The library

void *shim::libtorch_symbol(const char *name) {
  static void *const library = []() -> void * {
    Dl_info place;
    void *const inside = reinterpret_cast<void *>(&at::get_num_threads);
    if (!dladdr(inside, &place) || !place.dli_fname) return nullptr;
    return dlopen(place.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  }();
  return library ? dlsym(library, name) : nullptr;
}

const char *ctorch_version(void) { return TORCH_VERSION; }

const char *ctorch_parallel_info(void) {
  return guarded<const char *>(nullptr, []() {
    static thread_local std::string text;
    text = at::get_parallel_info();
    return text.c_str();
  });
}

int ctorch_threads(int *count) {
  return answer(count, []() { return at::get_num_threads(); });
}

int ctorch_set_threads(int count) {
  return status([&]() { at::set_num_threads(count); });
}

int ctorch_set_own_threads(int count) {
  return status([&]() {
    TORCH_CHECK(count >= 1, "expected at least one thread, not ", count);
    // libtorch sets a thread's number when it first asks for it; after that it is OpenMP's own.
    at::get_num_threads();
    using setter = void (*)(int);
    static const setter set =
        reinterpret_cast<setter>(shim::libtorch_symbol("omp_set_num_threads"));
    if (set) set(count);
  });
}

int ctorch_deterministic(bool on) {
  return status([&]() {
    at::globalContext().setDeterministicAlgorithms(on, /*warn_only=*/true);
  });
}

int ctorch_limit_vectors(int bits, int *used) {
  return answer(used, [&]() {
    kernels::limit_vectors(bits);
    return kernels::chosen().bits;
  });
}

// Tensors in and out

ctorch_tensor ctorch_from_data(
    const void *data, ctorch_type type, const int64_t *shape, int rank) {
  return tensor([&]() {
    at::Tensor result = at::empty(list(shape, rank), options(type));
    TORCH_CHECK(data || result.nbytes() == 0, "expected ", result.nbytes(), " bytes, not NULL");
    if (result.nbytes() > 0) std::memcpy(result.data_ptr(), data, result.nbytes());
    return result;
  });
}

ctorch_tensor ctorch_empty(const int64_t *shape, int rank, ctorch_type type) {
  return tensor([&]() { return at::empty(list(shape, rank), options(type)); });
}

int ctorch_fill(
    ctorch_tensor tensor, int64_t start, const void *data, ctorch_type type,
    const int64_t *shape, const int64_t *strides, int rank) {
  return shim::update([&]() {
    // Not written to; libtorch only has no tensor of what is const.
    // A truth value of a file may be any byte; in C++ it is 0 or 1, which copying from bytes makes.
    at::Tensor source = at::from_blob(
        const_cast<void *>(data), list(shape, rank), list(strides, rank),
        options(type == CTORCH_BOOL ? CTORCH_UINT8 : type));
    TORCH_CHECK(data || source.numel() == 0, "expected ", source.nbytes(), " bytes, not NULL");
    at::Tensor target = value(tensor).view({-1}).narrow(0, start, source.numel());
    target.view(list(shape, rank)).copy_(source);
  });
}

ctorch_tensor ctorch_full(const int64_t *shape, int rank, double value, ctorch_type type) {
  return tensor([&]() { return at::full(list(shape, rank), value, options(type)); });
}

ctorch_tensor ctorch_arange(int64_t end) {
  return tensor([&]() { return at::arange(end, options(CTORCH_INT64)); });
}

void ctorch_release(ctorch_tensor tensor) { delete tensor; }

int ctorch_rank(ctorch_tensor tensor, int *rank) {
  return answer(rank, [&]() { return static_cast<int>(value(tensor).dim()); });
}

int ctorch_dimension(ctorch_tensor tensor, int index, int64_t *size) {
  return answer(size, [&]() { return value(tensor).size(index); });
}

int ctorch_count(ctorch_tensor tensor, int64_t *count) {
  return answer(count, [&]() { return value(tensor).numel(); });
}

int ctorch_element_type(ctorch_tensor tensor, ctorch_type *type) {
  return answer(type, [&]() {
    switch (value(tensor).scalar_type()) {
    case at::kFloat: return CTORCH_FLOAT32;
    case at::kDouble: return CTORCH_FLOAT64;
    case at::kHalf: return CTORCH_FLOAT16;
    case at::kBFloat16: return CTORCH_BFLOAT16;
    case at::kLong: return CTORCH_INT64;
    case at::kInt: return CTORCH_INT32;
    case at::kBool: return CTORCH_BOOL;
    case at::kByte: return CTORCH_UINT8;
    case at::kShort: return CTORCH_INT16;
    case at::kChar: return CTORCH_INT8;
    default: return CTORCH_OTHER;
    }
  });
}

namespace {

/// Copies the elements of a tensor in row-major order to memory of `size` bytes.
void copy_out(const at::Tensor &tensor, size_t size, void *out) {
  at::Tensor plain = tensor.contiguous();
  TORCH_CHECK(
      plain.nbytes() == size, "expected memory of ", plain.nbytes(), " bytes, not of ", size);
  TORCH_CHECK(out || size == 0, "expected memory of ", size, " bytes, not NULL");
  if (size > 0) std::memcpy(out, plain.data_ptr(), size);
}

template <typename Element>
int copy_out(ctorch_tensor tensor, int64_t count, Element *out, at::ScalarType type) {
  return shim::update([&]() {
    copy_out(
        value(tensor).detach().to(type), static_cast<size_t>(count) * sizeof(Element), out);
  });
}

} // namespace

int ctorch_copy_floats(ctorch_tensor tensor, int64_t count, float *out) {
  return copy_out(tensor, count, out, at::kFloat);
}

int ctorch_copy_doubles(ctorch_tensor tensor, int64_t count, double *out) {
  return copy_out(tensor, count, out, at::kDouble);
}

int ctorch_copy_integers(ctorch_tensor tensor, int64_t count, int64_t *out) {
  return copy_out(tensor, count, out, at::kLong);
}

int ctorch_copy_bytes(ctorch_tensor tensor, size_t size, void *out) {
  return shim::update([&]() { copy_out(value(tensor).detach(), size, out); });
}

int ctorch_item(ctorch_tensor tensor, double *number) {
  return answer(number, [&]() { return value(tensor).item().toDouble(); });
}

// Random numbers

uint64_t shim::draw(ctorch_generator generator) {
  auto *stream = at::check_generator<at::CPUGeneratorImpl>(value(generator));
  std::lock_guard<std::mutex> lock(stream->mutex_);
  return stream->random64();
}

ctorch_generator ctorch_generator_new(uint64_t seed) {
  return guarded<ctorch_generator>(nullptr, [&]() {
    return new ctorch_generator_s{at::detail::createCPUGenerator(seed)};
  });
}

void ctorch_generator_release(ctorch_generator generator) { delete generator; }

int ctorch_generator_next(ctorch_generator generator, uint64_t *bits) {
  return answer(bits, [&]() { return shim::draw(generator); });
}

ctorch_tensor ctorch_random_normal(const int64_t *shape, int rank, ctorch_generator generator) {
  return tensor([&]() {
    return at::randn(list(shape, rank), value(generator), options(CTORCH_FLOAT32));
  });
}

ctorch_tensor ctorch_random_uniform(const int64_t *shape, int rank, ctorch_generator generator) {
  return tensor([&]() {
    return at::rand(list(shape, rank), value(generator), options(CTORCH_FLOAT32));
  });
}
