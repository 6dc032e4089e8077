#include "Support.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>

namespace {

struct registered {
  const char *text;
  void (*body)();
};

std::vector<registered> &laws() {
  static std::vector<registered> all;
  return all;
}

int failures = 0;

} // namespace

support::law::law(const char *text, void (*body)()) { laws().push_back({text, body}); }

void support::expect(
    bool holds, const char *condition, const char *file, int line, const std::string &detail) {
  if (holds) return;
  ++failures;
  std::printf("%s:%d: expected %s", file, line, condition);
  std::printf(detail.empty() ? "\n" : " (%s)\n", detail.c_str());
}

bool support::failure_has(const std::string &words) {
  return std::strstr(ctorch_last_error(), words.c_str()) != nullptr;
}

support::shape support::tensor::shape() const {
  int rank = 0;
  EXPECT(!ctorch_rank(handle, &rank));
  support::shape sizes(static_cast<size_t>(rank));
  for (int i = 0; i < rank; ++i) EXPECT(!ctorch_dimension(handle, i, &sizes[i]));
  return sizes;
}

std::vector<float> support::tensor::floats() const {
  std::vector<float> numbers(static_cast<size_t>(support::count(shape())));
  EXPECT(!ctorch_copy_floats(handle, static_cast<int64_t>(numbers.size()), numbers.data()));
  return numbers;
}

int64_t support::count(const shape &sizes) {
  int64_t all = 1;
  for (int64_t each : sizes) all *= each;
  return all;
}

support::tensor support::filled(const std::vector<float> &numbers, const shape &sizes) {
  return ctorch_from_data(
      numbers.data(), CTORCH_FLOAT32, sizes.data(), static_cast<int>(sizes.size()));
}

support::tensor support::integers(const std::vector<int64_t> &numbers) {
  const int64_t size = static_cast<int64_t>(numbers.size());
  return ctorch_from_data(numbers.data(), CTORCH_INT64, &size, 1);
}

support::tensor support::noise(const shape &sizes, uint64_t seed) {
  std::vector<float> numbers(static_cast<size_t>(count(sizes)));
  for (float &each : numbers) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    each = static_cast<float>(seed >> 40) / 8388608.0f - 1.0f;
  }
  return filled(numbers, sizes);
}

support::tensor support::leaf(const shape &sizes, uint64_t seed) {
  return ctorch_detach(noise(sizes, seed), true);
}

support::tensor support::mixed(const std::vector<const tensor *> &tensors, uint64_t seed) {
  tensor total = ctorch_full(nullptr, 0, 0, CTORCH_FLOAT32);
  for (const tensor *each : tensors) {
    tensor product = ctorch_binary(CTORCH_MULTIPLY, *each, noise(each->shape(), ++seed));
    tensor sum = ctorch_sum(product, nullptr, 0, false);
    total = ctorch_binary(CTORCH_ADD, total, sum);
  }
  return total;
}

std::vector<support::tensor> support::gradients(
    const tensor &output, const std::vector<tensor> &inputs, bool keeps_graph) {
  std::vector<ctorch_tensor> leaves(inputs.begin(), inputs.end());
  std::vector<ctorch_tensor> found(inputs.size());
  const int status = ctorch_gradients(
      output, leaves.data(), static_cast<int>(leaves.size()), keeps_graph, keeps_graph,
      found.data());
  std::vector<tensor> slopes;
  if (status == 0) slopes.insert(slopes.end(), found.begin(), found.end());
  return slopes;
}

float support::difference(const tensor &a, const tensor &b) {
  const std::vector<float> first = a.floats(), second = b.floats();
  if (first.size() != second.size()) return INFINITY;
  float largest = 1e-2f, most = 0;
  for (size_t i = 0; i < first.size(); ++i) {
    largest = std::max(largest, std::abs(second[i]));
    most = std::max(most, std::abs(first[i] - second[i]));
  }
  return most / largest;
}

int main() {
  for (const registered &each : laws()) {
    const int before = failures;
    try {
      each.body();
    } catch (const std::exception &error) {
      ++failures;
      std::printf("an exception left the shim: %s\n", error.what());
    }
    std::printf("%s %s\n", failures == before ? "passed" : "FAILED", each.text);
    std::fflush(stdout);
  }
  return failures == 0 ? 0 : 1;
}
