/// What the tests of the shim share: laws and their checks, and handles that release themselves.
#pragma once

#include "CTorch.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Registers a law that is tested: `LAW("two and two are four") { EXPECT(2 + 2 == 4); }`
#define LAW(text) LAW_AT(text, __LINE__)
#define LAW_AT(text, line) LAW_AS(text, line)
#define LAW_AS(text, line)                                                                 \
  static void law_##line();                                                                \
  static const support::law registered_##line(text, law_##line);                           \
  static void law_##line()

/// Records a failure of the law that is tested, unless the condition holds.
#define EXPECT(condition)                                                                  \
  support::expect((condition), #condition, __FILE__, __LINE__, "")

/// Records a failure unless a call of the shim failed, with these words in the text of its failure.
#define EXPECT_FAILURE(call, words)                                                        \
  support::expect(                                                                         \
      support::failed([&]() { return call; }, words), #call " fails with " #words, __FILE__, \
      __LINE__, ctorch_last_error())

namespace support {

/// A law's name and body, which `main` runs.
struct law {
  law(const char *text, void (*body)());
};

void expect(
    bool holds, const char *condition, const char *file, int line, const std::string &detail);

/// Whether the newest failure of this thread has these words.
bool failure_has(const std::string &words);

/// A tensor that releases itself; empty where a call failed.
class tensor {
public:
  tensor(ctorch_tensor handle = nullptr) : handle(handle) {}
  tensor(tensor &&other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  tensor &operator=(tensor &&other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~tensor() { ctorch_release(handle); }

  operator ctorch_tensor() const { return handle; }

  std::vector<int64_t> shape() const;
  std::vector<float> floats() const;
  /// A place for a call to put a handle into.
  ctorch_tensor *place() { return &handle; }

private:
  ctorch_tensor handle;
};

/// A generator that releases itself.
class generator {
public:
  explicit generator(uint64_t seed) : handle(ctorch_generator_new(seed)) {}
  generator(const generator &) = delete;
  ~generator() { ctorch_generator_release(handle); }
  operator ctorch_generator() const { return handle; }

private:
  ctorch_generator handle;
};

inline bool has_failed(int status) { return status != 0; }
inline bool has_failed(const void *result) { return result == nullptr; }

/// Whether a call of the shim failed with these words.
template <typename Call> bool failed(Call call, const std::string &words) {
  return has_failed(call()) && failure_has(words);
}

using shape = std::vector<int64_t>;

int64_t count(const shape &sizes);
tensor filled(const std::vector<float> &numbers, const shape &sizes);
tensor integers(const std::vector<int64_t> &numbers);
/// Numbers of both signs around 0, the same for the same seed.
tensor noise(const shape &sizes, uint64_t seed);
/// The same as a leaf for derivatives.
tensor leaf(const shape &sizes, uint64_t seed);

/// Σ ⟨each, noise⟩, a scalar.
tensor mixed(const std::vector<const tensor *> &tensors, uint64_t seed);

/// Derivatives of a scalar; none where the call failed.
std::vector<tensor> gradients(
    const tensor &output, const std::vector<tensor> &inputs, bool keeps_graph);

/// The largest difference of two tensors' numbers relative to the largest number of the second.
float difference(const tensor &a, const tensor &b);

} // namespace support
