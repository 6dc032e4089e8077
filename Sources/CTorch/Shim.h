/// What the files of the shim share: handles, the guard that catches every exception, and checks.
#pragma once

#include "CTorch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <exception>
#include <vector>

struct ctorch_tensor_s {
  at::Tensor value;
};

struct ctorch_generator_s {
  at::Generator value;
};

namespace shim {

/// Keeps the text of the newest failure of this thread.
void remember(const char *text) noexcept;

/// Runs `body`; any exception becomes the thread's last error and the result `failed`.
template <typename Result, typename Body> Result guarded(Result failed, Body body) noexcept {
  try {
    return body();
  } catch (const c10::Error &error) {
    remember(error.what_without_backtrace());
  } catch (const std::exception &error) {
    remember(error.what());
  } catch (...) {
    remember("an exception that is not a std::exception");
  }
  return failed;
}

/// Runs `body`, which makes a tensor: a handle of it, or NULL on failure.
template <typename Body> ctorch_tensor tensor(Body body) noexcept {
  return guarded<ctorch_tensor>(nullptr, [&]() { return new ctorch_tensor_s{body()}; });
}

/// Runs `body`: 0, or 1 on failure.
template <typename Body> int status(Body body) noexcept {
  return guarded<int>(1, [&]() {
    body();
    return 0;
  });
}

/// Runs `body` and writes what it finds to `out`: 0, or 1 on failure.
template <typename Result, typename Body> int answer(Result *out, Body body) noexcept {
  return status([&]() { *out = body(); });
}

/// Runs an update outside of gradient recording: 0, or 1 on failure.
template <typename Body> int update(Body body) noexcept {
  return status([&]() {
    c10::NoGradGuard guard;
    body();
  });
}

/// What libtorch, or a library that it was linked with, exports under a name; null where none does.
///
/// It is looked for there only: another library of the process that has the name too is never
/// taken.
void *libtorch_symbol(const char *name);

/// libtorch's name of an element type.
at::ScalarType scalar_type(ctorch_type type);

/// The next 64 bits of a generator's stream.
uint64_t draw(ctorch_generator generator);

// Checks of arguments: each throws and says what was expected.

/// The tensor of a handle.
inline const at::Tensor &value(ctorch_tensor handle) {
  TORCH_CHECK(handle, "expected a tensor, not NULL");
  return handle->value;
}

/// The tensors of at least one handle.
inline std::vector<at::Tensor> values(const ctorch_tensor *handles, int count) {
  TORCH_CHECK(handles && count >= 1, "expected at least one tensor, not ", count);
  std::vector<at::Tensor> result;
  result.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) result.push_back(value(handles[i]));
  return result;
}

/// The tensor of a handle that may be NULL; undefined for NULL.
inline at::Tensor optional(ctorch_tensor handle) {
  return handle ? handle->value : at::Tensor();
}

/// The generator of a handle.
inline const at::Generator &value(ctorch_generator handle) {
  TORCH_CHECK(handle, "expected a generator, not NULL");
  return handle->value;
}

/// A list of so many numbers.
inline at::IntArrayRef list(const int64_t *numbers, int count) {
  TORCH_CHECK(
      count == 0 || (count > 0 && numbers), "expected a list of numbers, not ", count, " at NULL");
  return at::IntArrayRef(numbers, static_cast<size_t>(count));
}

/// Expects a tensor of `like`'s element type on its device.
inline void expect_kind(const char *name, const at::Tensor &tensor, const at::Tensor &like) {
  TORCH_CHECK(
      tensor.scalar_type() == like.scalar_type() && tensor.device() == like.device(), name,
      " must be ", like.scalar_type(), " on ", like.device(), ", not ", tensor.scalar_type(),
      " on ", tensor.device());
}

/// Expects a tensor of one shape, and of `like`'s element type on its device.
inline void expect(
    const char *name, const at::Tensor &tensor, at::IntArrayRef shape, const at::Tensor &like) {
  TORCH_CHECK(
      tensor.sizes() == shape, name, " must have the shape ", shape, ", not ", tensor.sizes());
  expect_kind(name, tensor, like);
}

/// Expects floating-point rows: (…, size) with a size of at least 1.
inline void expect_rows(const char *name, const at::Tensor &tensor) {
  TORCH_CHECK(
      tensor.dim() >= 1 && tensor.size(-1) >= 1 && tensor.is_floating_point(), name,
      " must be rows of at least one floating-point number, not ", tensor.scalar_type(),
      " of the shape ", tensor.sizes());
}

/// Whether a kernel can compute it: float32 in the processor's memory.
inline bool fits_kernels(const at::Tensor &tensor) {
  return tensor.scalar_type() == at::kFloat && tensor.device().is_cpu();
}

} // namespace shim
